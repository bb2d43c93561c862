import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { billOfMaterials } from '../../scripts/sbom.ts'
import { VERSION } from '../../src/version.ts'
import { printed } from '../lab/starter/starter.ts'

/** The steps of the release that decide what is attested, run as they stand there. */
const root = join(import.meta.dirname, '../..')
const workflow = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')) as {
  jobs: Record<string, { needs?: string | string[]; steps: Step[] }>
}
interface Step {
  name?: string
  uses?: string
  run?: string
  with?: Record<string, unknown>
}
const { publish } = workflow.jobs
const steps = publish?.steps ?? []
const runOf = (name: RegExp) => steps.find((step) => name.test(step.name ?? ''))?.run ?? 'exit 1'
const NAME = 'litellm-gitops-9.9.9'

/** A package of dist/licenses.txt: its name above its licence's. */
const LICENSED =
  /(?<=^|\n\n)((?:@[\w.-]+\/)?[a-z][\w.-]*)\n(?:MIT|ISC|Apache-2\.0|BSD-3-Clause|Unlicense)(?=\n)/g

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'))
  mkdirSync(join(folder, 'release'))
  const archive = [
    'archive',
    '--format=tar.gz',
    `--prefix=${NAME}/`,
    `--output=${join(folder, 'release', NAME)}.tar.gz`,
  ]
  printed('git', ['-C', root, ...archive, 'HEAD', 'dist', 'package.json', 'LICENSE', 'README.md'])
  writeFileSync(join(folder, 'release/litellm-gitops'), 'the single file')
  writeFileSync(join(folder, `release/${NAME}.cdx.json`), '{}')
  writeFileSync(join(folder, 'release/notes.md'), 'notes')
})
afterAll(() => rmSync(folder, { recursive: true }))

const bash = (script: string, env: Record<string, string> = {}) =>
  printed('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, ...env },
  })

test('provenance covers every file of dist/, the single file, the archive and the bill of materials', () => {
  bash(runOf(/checksum of every file/))
  const lines = readFileSync(join(folder, 'release/SHA256SUMS'), 'utf8').trim().split('\n')
  // The form that actions/attest-build-provenance reads: digest, space, mode, name.
  expect(lines.filter((line) => !/^[0-9a-f]{64} {2}\S+$/.test(line))).toEqual([])
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
  const git = (...args: string[]) => printed('git', ['-C', root, ...args])
  const committed = git('ls-tree', '-r', '--name-only', 'HEAD', 'dist').trim().split('\n')
  expect([...listed.keys()].sort()).toEqual(
    [...committed, 'litellm-gitops', `${NAME}.tar.gz`, `${NAME}.cdx.json`].sort(),
  )
  git('archive', `--output=${join(folder, 'committed.tar')}`, 'HEAD', 'dist')
  mkdirSync(join(folder, 'committed'))
  printed('tar', ['-xf', join(folder, 'committed.tar'), '-C', join(folder, 'committed')])
  for (const file of committed)
    expect(listed.get(file), file).toBe(
      createHash('sha256')
        .update(readFileSync(join(folder, 'committed', file)))
        .digest('hex'),
    )
  const attested = steps.filter(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'))
  expect(attested.map((step) => step.with)).toEqual([
    { 'subject-checksums': 'release/SHA256SUMS' },
    { 'subject-path': 'release/SHA256SUMS' },
  ])
})

test('a single file that a second machine built differently is not released', () => {
  const sum = createHash('sha256').update('the single file').digest('hex')
  const compare = runOf(/same from both machines/)
  expect(publish?.needs).toContain('rebuild')
  expect(() => bash(compare, { SINGLE: sum })).not.toThrow()
  expect(() => bash(compare, { SINGLE: 'a'.repeat(64) })).toThrow(/did NOT match/)
  // What the other job did not tell.
  expect(() => bash(compare, { SINGLE: '' })).toThrow()
})

test('what is attested is what is attached', () => {
  const attach = runOf(/attach/)
  for (const file of ['release/litellm-gitops', 'release/litellm-gitops-*', 'release/SHA256SUMS'])
    expect(attach).toContain(` ${file} `)
})

test('the bill of materials has every package whose licence the bundle names, and is the same each time', async () => {
  const text = await billOfMaterials()
  const { components, metadata } = JSON.parse(text) as {
    components: { name: string; version: string; hashes?: unknown[] }[]
    metadata: { component: { name: string; version: string } }
  }
  const names = components.map(({ name }) => name)
  const wanted = [...readFileSync(join(root, 'dist/licenses.txt'), 'utf8').matchAll(LICENSED)].map(
    ([, name = '']) => name,
  )
  expect(wanted).toEqual(expect.arrayContaining(['yaml', 'zod', 'ssh2', '@vercel/ncc']))
  expect([...new Set(names)].sort()).toEqual([...new Set(wanted)].sort())
  expect(components.filter(({ hashes }) => hashes === undefined)).toEqual([])
  expect(metadata.component).toMatchObject({ name: 'litellm-gitops', version: VERSION })
  expect(await billOfMaterials()).toBe(text)
})

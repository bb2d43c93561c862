import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'

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
  execFileSync('git', ['-C', root, ...archive, 'HEAD', 'dist', 'package.json', 'LICENSE', 'README.md'])
  writeFileSync(join(folder, 'release/litellm-gitops'), 'the single file')
  writeFileSync(join(folder, `release/${NAME}.cdx.json`), '{}')
  writeFileSync(join(folder, 'release/notes.md'), 'notes')
})
afterAll(() => rmSync(folder, { recursive: true }))

const bash = (script: string, env: Record<string, string> = {}) =>
  execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })

test('provenance covers every file of dist/, the single file, the archive and the bill of materials', () => {
  bash(runOf(/checksum of every file/))
  const lines = readFileSync(join(folder, 'release/SHA256SUMS'), 'utf8').trim().split('\n')
  // The form that actions/attest-build-provenance reads: digest, space, mode, name.
  expect(lines.filter((line) => !/^[0-9a-f]{64} {2}\S+$/.test(line))).toEqual([])
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { maxBuffer: 2 ** 26 })
  const committed = git('ls-tree', '-r', '--name-only', 'HEAD', 'dist').toString().trim().split('\n')
  expect([...listed.keys()].sort()).toEqual(
    [...committed, 'litellm-gitops', `${NAME}.tar.gz`, `${NAME}.cdx.json`].sort(),
  )
  for (const file of committed)
    expect(listed.get(file), file).toBe(
      createHash('sha256')
        .update(git('show', `HEAD:${file}`))
        .digest('hex'),
    )
  const attested = steps.find(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'))
  expect(attested?.with).toEqual({ 'subject-checksums': 'release/SHA256SUMS' })
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

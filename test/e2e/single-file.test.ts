import { execFile } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSingleFile } from '../../scripts/build.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

/** The command line as one file, in a folder where nothing else of this project is. */
const start = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const text = () => readFileSync(join(folder, 'litellm-gitops'), 'utf8')
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'single-'))
  copyFileSync(await buildSingleFile(), join(folder, 'litellm-gitops'))
  deployed = await startDeployedLab(console.log)
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(deployed.lab))
})

afterAll(async () => {
  await deployed?.lab.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true })
})

test('does what the bundle does', async () => {
  const env = { PATH: process.env.PATH, ...KEYS, SSH_KEY: deployed.lab.host.privateKey }
  const { stdout } = await start(join(folder, 'litellm-gitops'), ['plan', '--json'], { cwd: folder, env })
  expect(JSON.parse(stdout)).toMatchObject({
    failed: false,
    changes: [],
    connection: { connections: 1, execs: 1 },
  })
})

test('loads nothing but what Node itself has', () => {
  const wanted = [...text().matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = '']) => name)
  expect(wanted.length).toBeGreaterThan(20)
  expect([...new Set(wanted)].filter((name) => !isBuiltin(name))).toEqual([])
})

test('carries our licence, and that of all that is bundled', () => {
  expect(text()).toContain(readFileSync(join(root, 'LICENSE'), 'utf8').trim())
  expect(text()).toContain(
    readFileSync(join(root, 'dist/licenses.txt'), 'utf8').trim().replaceAll('*/', '* /'),
  )
  for (const name of ['ssh2', 'yaml', 'zod', '@octokit/core']) expect(text()).toContain(`\n${name}\n`)
})

test('has the same bytes when it is built a second time, in another folder', async () => {
  const other = join(folder, 'elsewhere')
  mkdirSync(other)
  const parts = [
    'src',
    'scripts',
    'workflows',
    'LICENSE',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ]
  for (const part of parts) cpSync(join(root, part), join(other, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(other, 'node_modules'))
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
  await start(process.execPath, [join(other, 'scripts/tasks.ts'), 'build:single'], { cwd: other, env })
  const again = readFileSync(join(other, 'lib/litellm-gitops'))
  expect(again.equals(readFileSync(join(folder, 'litellm-gitops')))).toBe(true)
})

test('is one file of at most 2.5 MB', () => {
  expect(statSync(join(folder, 'litellm-gitops')).size).toBeLessThan(2.5e6)
})

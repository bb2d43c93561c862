import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSingleFile } from '../../scripts/build.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

/** The command line as one file, in a folder where nothing else of this project is. */
const start = promisify(execFile)
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

test('is one file of at most 2.5 MB', () => {
  expect(statSync(join(folder, 'litellm-gitops')).size).toBeLessThan(2.5e6)
})

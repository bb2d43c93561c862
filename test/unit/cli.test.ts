import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSION } from '../../src/version.ts'

const CLI = pathToFileURL(join(import.meta.dirname, '../../src/cli.ts')).href
const START = `process.exitCode = await (await import(${JSON.stringify(CLI)})).cli(process.argv.slice(1))`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  // A key that LiteLLM does not know is worth a warning.
  writeFileSync(join(folder, 'gateway.yaml'), GATEWAY)
  writeFileSync(
    join(folder, 'broken.yaml'),
    GATEWAY.replace('rpmm: 5', 'rpmm: 5, api_key: sk-1234567890abcdef'),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const GATEWAY = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 10
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, rpmm: 5}}
`

/** The command line as a process of its own. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', START, '--', ...args],
      { cwd: folder, env: { PATH: process.env.PATH, NO_COLOR: '1' } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

describe('the command line', () => {
  test('says its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  })

  test('prints warnings of a declaration that is checked offline, with --json and without', async () => {
    const [plain, json] = await Promise.all([run('plan', '--offline'), run('plan', '--offline', '--json')])
    const { problems } = JSON.parse(json.stdout) as { problems: { message: string; severity: string }[] }
    expect(problems.length).toBeGreaterThan(0)
    for (const { message, severity } of problems) {
      expect(severity).toBe('warning')
      for (const { stderr } of [plain, json]) expect(stderr.split(message)).toHaveLength(2)
    }
    expect(plain.stderr).toMatch(/^warning gateway\.yaml:8:\d+: /m)
    expect([plain.code, plain.stdout]).toEqual([0, ''])
  })

  test('prints them beside errors too, each once', async () => {
    const { code, stderr } = await run('plan', '--offline', '--config', 'broken.yaml')
    expect(code).toBe(1)
    expect(stderr.match(/^error broken\.yaml/gm)).toHaveLength(1)
    expect(stderr.match(/^warning broken\.yaml:8/gm)).toHaveLength(1)
  })
})

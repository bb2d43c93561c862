import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createClient } from '../../../src/github/client.ts'
import { askCanary } from '../../../src/rotation/canary.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

const WORKFLOW = join(import.meta.dirname, '../../../workflows/rotate-canary.yml')
const KEY = 'sk-the-new-key'
let github: LocalGitHub
let jobs: NodeJS.Timeout
let held: string | undefined

/** Does what GitHub would with the workflow file: its own script, with the secret that the repository holds. */
function runWorkflow(inputs: Readonly<Record<string, unknown>>): void {
  const { jobs, 'run-name': runName } = parse(readFileSync(WORKFLOW, 'utf8'))
  const [script, upload] = jobs.answer.steps
  const folder = mkdtempSync(join(tmpdir(), 'canary-'))
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const env = { PATH: process.env.PATH, KEY: held, NONCE: String(inputs.nonce), GITHUB_OUTPUT: output }
  execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script.run], { cwd: folder, env })
  const [, answer = ''] = readFileSync(output, 'utf8').trim().split('=')
  rmSync(folder, { recursive: true })
  const repository = github.state.repository()
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own way to write an expression
  const title = runName.replace('${{ inputs.nonce }}', inputs.nonce)
  const run = repository.keep(repository.runs, {
    event: 'workflow_dispatch',
    display_title: title,
    status: 'completed',
  })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
  const name = upload.with.name.replace('${{ steps.hmac.outputs.answer }}', answer)
  repository.keep(repository.artifacts, { name, workflow_run: { id: run.id } })
}

beforeEach(async () => {
  github = await startGitHub()
  held = KEY
  jobs = setInterval(() => {
    for (const { inputs } of github.state.repository().dispatches.splice(0)) if (held) runWorkflow(inputs)
  }, 20)
})
afterEach(async () => {
  clearInterval(jobs)
  await github.close()
  expect(github.violations).toEqual([])
})

type Permissions = Parameters<LocalGitHub['issueToken']>[0]['permissions']

function ask(permissions: Permissions = { actions: 'write' }, patienceMs = 10_000) {
  const token = github.issueToken({ kind: 'app', login: 'rotator[bot]', permissions })
  const octokit = createClient({ token, apiUrl: github.url, wait: async () => {} })
  return askCanary(octokit, { repository: github.state.repository().fullName }, KEY, {
    pollMs: 20,
    patienceMs,
  })
}

test('a job that reads the new key proves it, and the key stands in no request', async () => {
  expect(await ask()).toBeUndefined()
  expect(JSON.stringify(github.requests)).not.toContain(KEY)
})

test('a job that reads another key is told from one that does not answer', async () => {
  held = 'sk-the-old-key'
  expect(await ask()).toContain('its jobs read another key')
  held = undefined
  expect(await ask({ actions: 'write' }, 1_000)).toContain('did not answer within 1 s')
})

test('what the token lacks, and that the workflow is not there, is said', async () => {
  expect(await ask({ secrets: 'write' })).toContain('"Actions: write"')
  github.fail({ route: 'actions/create-workflow-dispatch', with: 404 })
  expect(await ask()).toContain('it has no workflow rotate-canary.yml on its default branch')
})

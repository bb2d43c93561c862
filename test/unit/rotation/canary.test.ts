import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createClient } from '../../../src/github/client.ts'
import { askCanary } from '../../../src/rotation/canary.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import { printed } from '../../lab/starter/starter.ts'

const { jobs: JOBS, 'run-name': RUN_NAME } = parse(
  readFileSync(join(import.meta.dirname, '../../../workflows/rotate-canary.yml'), 'utf8'),
)
const KEY = 'sk-the-new-key'
let github: LocalGitHub
let jobs: NodeJS.Timeout
let held: string | undefined
/** Of all that jobs answered. */
let answers: string[]

/** Does what GitHub would with the workflow file: its own script, with the secret that the repository holds. */
function runWorkflow(inputs: Readonly<Record<string, unknown>>): void {
  const [script, upload] = JOBS.answer.steps
  const folder = mkdtempSync(join(tmpdir(), 'canary-'))
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const repository = github.state.repository()
  // GitHub gives the run its number before it runs.
  const run = repository.keep(repository.runs, { event: 'workflow_dispatch', status: 'in_progress' })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own way to write an expression
  expect(script.env).toMatchObject({ NONCE: '${{ inputs.nonce }}', PROOF: '${{ inputs.proof }}' })
  const env = {
    PATH: process.env.PATH,
    KEY: held,
    NONCE: String(inputs.nonce),
    ENVIRONMENT: String(inputs.environment ?? ''),
    SECRET: String(inputs.secret ?? ''),
    PROOF: String(inputs.proof ?? ''),
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_RUN_ID: String(run.id),
    GITHUB_OUTPUT: output,
  }
  printed('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script.run], { cwd: folder, env })
  const [, answer = ''] = readFileSync(output, 'utf8').trim().split('=')
  rmSync(folder, { recursive: true })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own way to write an expression
  const title = RUN_NAME.replace('${{ inputs.nonce }}', inputs.nonce)
  Object.assign(run.fields, { display_title: title, status: 'completed' })
  answers.push(answer)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
  const name = upload.with.name.replace('${{ steps.hmac.outputs.answer }}', answer)
  repository.keep(repository.artifacts, { name, workflow_run: { id: run.id } })
}

beforeEach(async () => {
  github = await startGitHub()
  held = KEY
  answers = []
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
  return askCanary(
    octokit,
    { repository: github.state.repository().fullName, secret: 'LITELLM_MASTER_KEY' },
    KEY,
    {
      pollMs: 20,
      patienceMs,
    },
  )
}

test('a job that reads the new key proves it, and the key stands in no request', async () => {
  expect(await ask()).toBeUndefined()
  expect(JSON.stringify(github.requests)).not.toContain(KEY)
})

test('a job that reads another key is told from one that does not answer', async () => {
  held = 'sk-the-old-key'
  expect(await ask()).toContain('its jobs read another key')
  held = undefined
  expect(await ask({ actions: 'write' }, 500)).toContain('did not answer within 1 s')
})

test('what the token lacks, and that the workflow is not there, is said', async () => {
  expect(await ask({ secrets: 'write' })).toContain('"Actions: write"')
  github.fail({ route: 'actions/create-workflow-dispatch', with: 404 })
  expect(await ask()).toContain('it has no workflow rotate-canary.yml on its default branch')
})

test('a job tells nothing of its key to whoever does not know it, whatever they ask', async () => {
  const foreign = createHmac('sha256', 'sk-guess')
  for (const proof of ['', 'x', 'é', foreign.update('nonce').digest('hex')])
    runWorkflow({ nonce: 'chosen', environment: '', secret: 'LITELLM_MASTER_KEY', proof })
  held = ''
  runWorkflow({ nonce: 'chosen', environment: '', secret: 'LITELLM_MASTER_KEY', proof: '' })
  expect(answers).toEqual(Array(5).fill('other'))
})

test('a question is for one secret of one environment, and an answer for one run', async () => {
  expect(await ask()).toBeUndefined()
  const asked = github.requests.find(({ operation }) => operation === 'actions/create-workflow-dispatch')
  const { inputs = {} } = (asked?.body ?? {}) as { inputs?: Record<string, string> }
  const [first] = answers
  runWorkflow(inputs)
  expect(answers[1]).toMatch(/^[0-9a-f]{64}$/)
  expect(answers[1]).not.toBe(first)
  for (const other of [{ environment: 'production' }, { secret: 'OTHER' }, { nonce: 'another' }]) {
    runWorkflow({ ...inputs, ...other })
    expect(answers.at(-1)).toBe('other')
  }
  expect(inputs.proof).not.toBe(first)
})

test('a workflow of an earlier version is told', async () => {
  github.fail({ route: 'actions/create-workflow-dispatch', with: 422 })
  expect(await ask()).toContain('from an earlier version')
})

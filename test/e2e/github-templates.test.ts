import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GitContents } from '../github/git-contents.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { runWorkflow } from './act.ts'
import { dispatchEvent, pullRequestEvent, pushEvent, type WorkflowEvent } from './github-event.ts'
import { jobPermissions } from './github-permissions.ts'

/**
 * What the templates hand to the action, in the situations that differ: an action that only tells what it was given takes the
 * place of ours. That the action does its work with it is the story of the other tests here.
 */
const secrets = {
  GATEWAY_READ_SSH_KEY: 'read-key',
  GATEWAY_SSH_KEY: 'write-key',
  OPENAI_API_KEY: 'sk-openai',
  ANTHROPIC_API_KEY: 'sk-ant',
  GATEWAY_ROTATE_TOKEN: 'rotate-token',
  BACKUP_PASSWORD: 'escrowed',
}
const root = join(import.meta.dirname, '../..')
let folder: string
let github: LocalGitHub

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'))
  const repo = join(folder, 'repo')
  mkdirSync(join(repo, '.github/workflows'), { recursive: true })
  for (const name of [
    'plan.yml',
    'sync.yml',
    'deploy.yml',
    'rollback.yml',
    'rotate.yml',
    'doctor.yml',
    'report.yml',
    'backup-verify.yml',
    'drill.yml',
    'restore.yml',
  ]) {
    copyFileSync(join(root, 'workflows', name), join(repo, '.github/workflows', name))
  }
  // act knows nothing of the called file's own repository and commit, which GitHub tells it.
  const called = readFileSync(join(root, '.github/workflows/gateway.yml'), 'utf8')
    .replaceAll('job.workflow_repository', `'litellm-gitops/litellm-gitops'`)
    .replaceAll('job.workflow_sha', `'${'c'.repeat(40)}'`)
  writeFileSync(join(repo, '.github/workflows/gateway.yml'), called)
  writeFileSync(
    join(repo, '.github/workflows/caller.yml'),
    `on: push
jobs:
  sync:
    permissions: {contents: read}
    uses: ./.github/workflows/gateway.yml
    with: {command: sync, force: true}
    secrets: {GATEWAY_SSH_KEY: "\${{ secrets.GATEWAY_SSH_KEY }}", OPENAI_API_KEY: "\${{ secrets.OPENAI_API_KEY }}"}
`,
  )
  writeFileSync(join(repo, 'gateway.yaml'), 'domain: llm.example.com\n')
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
    execFileSync('git', ['-C', repo, ...identity, ...args])
  }
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'gateway')
  mkdirSync(join(folder, 'action/dist'), { recursive: true })
  writeFileSync(
    join(folder, 'action/action.yml'),
    `name: tells what it was given
description: stand-in
inputs:
  command: {description: c, required: true}
  offline: {description: o, default: "false"}
  target: {description: t}
  force: {description: f, default: "false"}
  phase: {description: p}
  revoke: {description: r, default: "false"}
  backup: {description: b}
  scope: {description: s}
  confirm: {description: c}
  undo: {description: u, default: "false"}
  since: {description: s}
  until: {description: u}
  time-zone: {description: z}
  ssh-key: {description: k}
  github-token: {description: t, default: "\${{ github.token }}"}
  github-api-url: {description: u, default: "\${{ github.api_url }}"}
runs: {using: node24, main: dist/index.js}
`,
  )
  writeFileSync(
    join(folder, 'action/dist/index.js'),
    `const fs = require('node:fs')
const given = (name) => process.env['INPUT_' + name.toUpperCase()]
const told = {
  command: given('command'), offline: given('offline'), target: given('target'), force: given('force'), phase: given('phase'), revoke: given('revoke'), 'ssh-key': given('ssh-key'), token: given('github-token'),
  api: given('github-api-url'), openai: process.env.OPENAI_API_KEY, anthropic: process.env.ANTHROPIC_API_KEY,
  since: given('since'), until: given('until'), zone: given('time-zone'),
  backup: given('backup'), scope: given('scope'), confirm: given('confirm'), undo: given('undo'), password: process.env.BACKUP_PASSWORD,
  checkedOut: String(fs.existsSync('gateway.yaml')),
}
fs.mkdirSync('gateway-report', { recursive: true })
for (const [name, value = ''] of Object.entries(told)) fs.appendFileSync(process.env.GITHUB_OUTPUT, name + '=' + value + '\\n')
`,
  )
  const repositories = [{ owner: 'example', name: 'gateway', git: new GitContents(repo) }]
  github = await startGitHub({ repositories })
}, 300_000)

afterAll(async () => {
  await github?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

async function given(template: string, eventName: string, event: WorkflowEvent) {
  const run = await runWorkflow({
    repoDir: join(folder, 'repo'),
    workflow: `.github/workflows/${template}`,
    eventName,
    event,
    repository: 'example/gateway',
    apiUrl: github.url,
    token: github.token,
    secrets,
    actionDir: join(folder, 'action'),
  })
  expect(run.success, run.log).toBe(true)
  return run.outputs
}

function pullRequest(login: string, repository = 'example/gateway'): WorkflowEvent {
  const repo = github.state.repository()
  const head = { ref: 'more', sha: repo.commit('main')?.sha ?? '', repository }
  const { number } = repo.openPullRequest({ title: 'more', head, user: github.state.account(login, 'User') })
  return pullRequestEvent(repo, number)
}

describe('the template of plan', { timeout: 300_000 }, () => {
  test('gives the key that can only observe, and no provider key', async () => {
    expect(await given('plan.yml', 'pull_request', pullRequest('octocat'))).toEqual({
      command: 'plan',
      offline: 'false',
      target: '',
      force: 'false',
      phase: '',
      revoke: 'false',
      'ssh-key': 'read-key',
      token: github.token,
      api: github.url,
      openai: '',
      anthropic: '',
      backup: '',
      scope: '',
      confirm: '',
      undo: 'false',
      since: '',
      until: '',
      zone: '',
      password: '',
      checkedOut: 'true',
    })
  })

  test.each([
    ['a fork', 'stranger', 'stranger/gateway'],
    ['Dependabot', 'dependabot[bot]', 'example/gateway'],
  ])('asks for no more than a validation for %s, who has no secrets', async (_, login, repository) => {
    const outputs = await given('plan.yml', 'pull_request', pullRequest(login, repository))
    expect(outputs).toMatchObject({
      command: 'plan',
      offline: 'true',
      'ssh-key': '',
      openai: '',
      anthropic: '',
    })
  })

  test('asks the gateway about what a merge queue is about to merge', async () => {
    const repo = github.state.repository()
    const sha = repo.commit('main')?.sha ?? ''
    const merge_group = { base_sha: sha, head_sha: sha, head_ref: 'refs/heads/gh-readonly-queue/main/pr-1' }
    const event = { ...pushEvent(repo, 'main'), merge_group }
    expect(await given('plan.yml', 'merge_group', event)).toMatchObject({
      command: 'plan',
      offline: 'false',
      'ssh-key': 'read-key',
      openai: '',
    })
  })

  test('can read the repository and comment, nothing else', () => {
    expect(jobPermissions(join(root, 'workflows/plan.yml'), 'plan')).toEqual({
      contents: 'read',
      pull_requests: 'write',
    })
  })
})

describe('the template of sync', { timeout: 300_000 }, () => {
  test.each([
    ['after a merge', 'push', () => pushEvent(github.state.repository(), 'main')],
    ['by hand', 'workflow_dispatch', () => dispatchEvent(github.state.repository())],
  ])('gives the key that can change the gateway, and the values: %s', async (_, eventName, event) => {
    expect(await given('sync.yml', eventName, event())).toMatchObject({
      command: 'sync',
      offline: 'false',
      'ssh-key': 'write-key',
      openai: 'sk-openai',
      anthropic: 'sk-ant',
      checkedOut: 'true',
    })
  })
})

test.each(['sync', 'deploy'])(
  '%s by hand goes on without a review only when it is told to',
  { timeout: 300_000 },
  async (name) => {
    const event = (force: string) => dispatchEvent(github.state.repository(), { force })
    expect(await given(`${name}.yml`, 'workflow_dispatch', event('true'))).toMatchObject({ force: 'true' })
    expect(await given(`${name}.yml`, 'workflow_dispatch', event('false'))).toMatchObject({ force: 'false' })
  },
)

describe('the template of deploy', { timeout: 300_000 }, () => {
  test('gives the key that can change the gateway, and the values', async () => {
    const outputs = await given('deploy.yml', 'workflow_dispatch', dispatchEvent(github.state.repository()))
    expect(outputs).toMatchObject({ command: 'deploy', 'ssh-key': 'write-key', openai: 'sk-openai' })
  })
})

describe('the template of report', { timeout: 300_000 }, () => {
  test('gives the key that can only look, and uploads the page', async () => {
    const event = { ...dispatchEvent(github.state.repository()), inputs: { since: '2026-11-01', until: '' } }
    expect(await given('report.yml', 'workflow_dispatch', event)).toMatchObject({
      command: 'report',
      since: '2026-11-01',
      until: '',
      zone: 'UTC',
      'ssh-key': 'read-key',
      openai: '',
    })
  })

  test('can read the repository and keep an issue, nothing else', () => {
    expect(jobPermissions(join(root, 'workflows/report.yml'), 'report')).toEqual({
      contents: 'read',
      issues: 'write',
    })
  })
})

describe('the template of rollback', { timeout: 300_000 }, () => {
  test('passes on what was chosen, and no provider key', async () => {
    const chosen = dispatchEvent(github.state.repository(), {
      target: '20261123T225709Z-c0e87496',
      force: 'true',
    })
    expect(await given('rollback.yml', 'workflow_dispatch', chosen)).toMatchObject({
      command: 'rollback',
      target: '20261123T225709Z-c0e87496',
      force: 'true',
      'ssh-key': 'write-key',
      openai: '',
    })
  })
})

describe('the template of rotate', { timeout: 300_000 }, () => {
  test.each([
    ['by hand, to end the grace time', 'true'],
    ['by hand', 'false'],
  ])('gives the token that may write secrets, and no provider key: %s', async (_, force) => {
    const event = dispatchEvent(github.state.repository(), { force })
    expect(await given('rotate.yml', 'workflow_dispatch', event)).toMatchObject({
      command: 'rotate',
      force,
      'ssh-key': 'write-key',
      token: 'rotate-token',
      openai: '',
    })
  })

  test.each([
    ['41 3 1 * *', 'begin', 'rotate-token'],
    ['41 4 * * *', 'finish', undefined],
    // A time that somebody changed above and not below.
    ['41 5 3 * *', '', 'rotate-token'],
  ])('says what the schedule %s is for: %j', async (schedule, phase, token = github.token) => {
    const event = { ...dispatchEvent(github.state.repository()), schedule }
    expect(await given('rotate.yml', 'schedule', event)).toMatchObject({
      phase,
      force: 'false',
      revoke: 'false',
      'ssh-key': 'write-key',
      token,
    })
  })

  test.each([
    ['when its time is over, without the token that writes secrets', 'false', 'finish', undefined],
    ['at once, by the job that waits for a reviewer', 'true', 'finish', 'rotate-token'],
  ])('by hand ends a grace time %s', async (_, force, phase, token = github.token) => {
    const event = dispatchEvent(github.state.repository(), { phase, revoke: 'false', force })
    expect(await given('rotate.yml', 'workflow_dispatch', event)).toMatchObject({ phase, force, token })
  })

  test('hands on that a key has leaked', async () => {
    const event = dispatchEvent(github.state.repository(), { phase: 'due', revoke: 'true', force: 'false' })
    expect(await given('rotate.yml', 'workflow_dispatch', event)).toMatchObject({
      phase: 'due',
      revoke: 'true',
    })
  })

  test.each(['rotate', 'finish'])('leaves the own token of %s nothing but to read the repository', (job) => {
    expect(jobPermissions(join(root, 'workflows/rotate.yml'), job)).toEqual({ contents: 'read' })
  })
})

describe('the templates of backups', { timeout: 300_000 }, () => {
  test('backup-verify proves the newest by its schedule', async () => {
    const outputs = await given('backup-verify.yml', 'schedule', dispatchEvent(github.state.repository()))
    expect(outputs).toMatchObject({ command: 'verify', backup: '', 'ssh-key': 'write-key', password: '' })
  })

  test('drill gives the escrowed password', async () => {
    const outputs = await given('drill.yml', 'schedule', dispatchEvent(github.state.repository()))
    expect(outputs).toMatchObject({
      command: 'drill',
      backup: '',
      'ssh-key': 'write-key',
      password: 'escrowed',
    })
  })

  test.each([
    [{ backup: 'latest', scope: 'database', confirm: '', undo: 'false' }, {}],
    [
      { backup: '', scope: 'database', confirm: 'llm.example.com', undo: 'true' },
      { scope: '', undo: 'true' },
    ],
  ])('restore passes on what was chosen: %o', async (chosen, differs) => {
    const event = dispatchEvent(github.state.repository(), chosen)
    const outputs = await given('restore.yml', 'workflow_dispatch', event)
    expect(outputs).toMatchObject({ command: 'restore', 'ssh-key': 'write-key', ...chosen, ...differs })
  })

  test.each([
    ['backup-verify', 'verify'],
    ['drill', 'drill'],
  ])('%s can read the repository and write issues, nothing else', (name, job) => {
    expect(jobPermissions(join(root, `workflows/${name}.yml`), job)).toEqual({
      contents: 'read',
      issues: 'write',
    })
  })
})

describe('the template of doctor', { timeout: 300_000 }, () => {
  test('gives the key that can only observe, and no provider key', async () => {
    const outputs = await given('doctor.yml', 'schedule', dispatchEvent(github.state.repository()))
    expect(outputs).toMatchObject({ command: 'doctor', 'ssh-key': 'read-key', openai: '', anthropic: '' })
  })

  test('can read repository and workflows and write issues, nothing else', () => {
    expect(jobPermissions(join(root, 'workflows/doctor.yml'), 'doctor')).toEqual({
      contents: 'read',
      actions: 'read',
      issues: 'write',
    })
  })
})

test.each([
  ['sync', { pull_requests: 'read' }],
  ['deploy', { pull_requests: 'read' }],
  ['rollback', {}],
  ['restore', {}],
])('%s can read the repository and record a deployment, and %o, nothing else', (name, more) => {
  expect(jobPermissions(join(root, `workflows/${name}.yml`), name)).toEqual({
    contents: 'read',
    deployments: 'write',
    ...more,
  })
})

describe('the workflow that is called in place of a copy', { timeout: 300_000 }, () => {
  test('hands on what its caller gives, and nothing else', async () => {
    expect(await given('caller.yml', 'push', pushEvent(github.state.repository(), 'main'))).toMatchObject({
      command: 'sync',
      force: 'true',
      offline: 'false',
      'ssh-key': 'write-key',
      openai: 'sk-openai',
      anthropic: '',
      password: '',
      token: github.token,
      checkedOut: 'true',
    })
  })
})

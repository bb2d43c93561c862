import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GitContents } from '../github/git-contents.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { runWorkflow, type WorkflowOptions, type WorkflowRun } from './act.ts'
import { pullRequestEvent, pushEvent } from './github-event.ts'
import { jobPermissions } from './github-permissions.ts'

const PROVIDER_KEY = 'sk-canary-3f9a1c77d2'
const SSH_KEY = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  'b3BlbnNzaC1rZXktdjEAAAAA',
  'QyNTUxOQAAACCanaryKeyLine',
  '-----END OPENSSH PRIVATE KEY-----',
  '',
].join('\n')

const WORKFLOW = `
name: probe
on: [pull_request, push]
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - id: probe
        if: github.event_name == 'pull_request'
        uses: litellm-gitops/litellm-gitops@v9
        with:
          github-token: \${{ github.token }}
        env:
          PROVIDER_KEY: \${{ secrets.PROVIDER_KEY }}
          SSH_KEY: \${{ secrets.SSH_KEY }}
      - id: seen
        run: |
          echo "sha=$(git rev-parse HEAD 2>/dev/null || echo none)" >> "$GITHUB_OUTPUT"
          echo "files=$(ls | tr '\\n' ' ')" >> "$GITHUB_OUTPUT"
          echo "var=\${{ vars.PLACE }}" >> "$GITHUB_OUTPUT"
          echo "key-length=\${#PROVIDER_KEY}" >> "$GITHUB_OUTPUT"
        env:
          PROVIDER_KEY: \${{ secrets.PROVIDER_KEY }}
  fail:
    needs: plan
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps:
      - run: exit 3
`

let folder: string
let github: LocalGitHub

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
  return execFileSync('git', ['-C', join(folder, 'repo'), ...identity, ...args], { encoding: 'utf8' }).trim()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'act-test-'))
  // A scratch folder of our own, so that what a run leaves behind can be told from what other tests are at.
  process.env.TMPDIR = join(folder, 'scratch')
  mkdirSync(process.env.TMPDIR)
  const repo = join(folder, 'repo')
  mkdirSync(join(repo, '.github/workflows'), { recursive: true })
  writeFileSync(join(repo, '.github/workflows/probe.yml'), WORKFLOW)
  writeFileSync(join(repo, 'gateway.yaml'), 'domain: llm.example.com\n')
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'gateway')
  const action = join(folder, 'action')
  mkdirSync(join(action, 'dist'), { recursive: true })
  writeFileSync(join(action, 'not-published'), '')
  writeFileSync(
    join(action, 'action.yml'),
    `name: probe
description: probe
inputs:
  github-token: {description: t}
  github-api-url: {description: u, default: "\${{ github.api_url }}"}
runs: {using: node24, main: dist/index.js}
`,
  )
  writeFileSync(
    join(action, 'dist/index.js'),
    `import(${JSON.stringify(join(import.meta.dirname, 'act-probe.ts'))})`,
  )
  github = await startGitHub({
    permissions: jobPermissions(join(repo, '.github/workflows/probe.yml'), 'plan'),
    repositories: [{ owner: 'example', name: 'gateway', git: new GitContents(repo) }],
  })
  github.state
    .repository()
    .openPullRequest({ title: 'more', head: { ref: 'more', sha: git('rev-parse', 'HEAD') } })
}, 300_000)

afterAll(async () => {
  await github?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** Of every process on the machine. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return '' // ended while we looked
      }
    })
    .join('\n')
}

function runIt(options: Partial<WorkflowOptions> = {}): Promise<WorkflowRun> {
  return runWorkflow({
    repoDir: join(folder, 'repo'),
    workflow: '.github/workflows/probe.yml',
    eventName: 'pull_request',
    event: pullRequestEvent(github.state.repository(), 1),
    repository: 'example/gateway',
    apiUrl: github.url,
    token: github.token,
    secrets: { PROVIDER_KEY, SSH_KEY },
    vars: { PLACE: 'lab' },
    actionDir: join(folder, 'action'),
    ...options,
  })
}

describe('a workflow run by act', { timeout: 300_000 }, () => {
  let run: WorkflowRun
  beforeAll(async () => {
    run = await runIt()
  }, 300_000)

  test('succeeds, with the steps and jobs in it', () => {
    expect(run.success, run.log).toBe(true)
    expect(run.jobs).toMatchObject({ plan: { result: 'success' } })
    expect(run.jobs.fail).toBeUndefined()
    expect(run.steps.map(({ id, result }) => [id, result])).toEqual([
      ['0', 'success'],
      ['probe', 'success'],
      ['seen', 'success'],
    ])
  })

  test('checks out the repository and knows its variables', () => {
    expect(run.outputs).toMatchObject({ sha: git('rev-parse', 'HEAD'), var: 'lab' })
    expect(run.outputs.files).toContain('gateway.yaml')
  })

  test('is the same run for the action as for GitHub', () => {
    const { context } = JSON.parse(run.outputs['plan-json'] ?? '{}')
    expect(context).toMatchObject({
      owner: 'example',
      repo: 'gateway',
      eventName: 'pull_request',
      ref: 'refs/pull/1/merge',
      runUrl: 'https://github.com/example/gateway/actions/runs/1/attempts/1',
      apiUrl: github.url,
      pullRequest: { number: 1, headRef: 'more', baseRef: 'main', origin: 'trusted' },
    })
  })

  test('shows outputs, summary and the annotation on its line', () => {
    expect(run.outputs).toMatchObject({ changes: '2', 'has-changes': 'true' })
    expect(run.summary).toContain('## Plan')
    expect(run.annotations).toEqual([
      {
        severity: 'error',
        title: 'Unknown key',
        message: 'no such model\n***',
        file: 'gateway.yaml',
        line: 3,
        column: 5,
        endLine: 3,
      },
    ])
  })

  test('folds the phase under its title, and takes no orders from what it logs', () => {
    expect(run.log).toContain('Compare\nthe key is ***')
    expect(run.log).toContain(': :error::a line of a container')
  })

  test('has the runner mask the secret and each line of the key', () => {
    expect(run.masks).toEqual([PROVIDER_KEY, 'b3BlbnNzaC1rZXktdjEAAAAA', 'QyNTUxOQAAACCanaryKeyLine'])
  })

  test('lets no secret out, even where nothing is masked', () => {
    const seen = JSON.stringify([
      run.log,
      run.summary,
      run.annotations,
      run.outputs,
      run.debug,
      github.requests,
    ])
    expect(seen).toContain('***')
    for (const secret of [PROVIDER_KEY, 'QyNTUxOQAAACCanaryKeyLine', 'c2stY2FuYXJ5']) {
      expect(seen).not.toContain(secret)
    }
  })

  test('comments once, with the permissions that the workflow asks for', async () => {
    const again = await runIt()
    expect(JSON.parse(again.outputs['plan-json'] ?? '{}')).toMatchObject({ comment: 'unchanged' })
    const [comment, ...others] = github.state.repository().commentsOn(1)
    expect(others).toEqual([])
    expect(comment?.body).toContain(`The plan for ${git('rev-parse', 'HEAD')} with ***`)
    expect(github.violations).toEqual([])
  })
})

describe('act', { timeout: 300_000 }, () => {
  test('gives a fork no secrets', async () => {
    const repository = github.state.repository()
    const head = { ref: 'theirs', sha: git('rev-parse', 'HEAD'), repository: 'stranger/gateway' }
    const { number } = repository.openPullRequest({ title: 'theirs', head })
    const run = await runIt({ event: pullRequestEvent(repository, number) })
    expect(run.outputs['key-length']).toBe('0')
    const { context } = JSON.parse(run.outputs['plan-json'] ?? '{}')
    expect(context.pullRequest.origin).toBe('fork')
  })

  test('says which job failed', async () => {
    const run = await runIt({ eventName: 'push', event: pushEvent(github.state.repository(), 'main') })
    expect(run.success).toBe(false)
    expect(run.jobs).toMatchObject({ plan: { result: 'success' }, fail: { result: 'failure' } })
    expect(run.steps.at(-1)).toMatchObject({ result: 'failure' })
    expect(run.outputs['key-length']).toBe(String(PROVIDER_KEY.length))
  })

  test('rejects with its own words when it cannot read the workflow', async () => {
    writeFileSync(join(folder, 'repo/.github/workflows/broken.yml'), 'on: push\njobs: 3\n')
    await expect(runIt({ workflow: '.github/workflows/broken.yml' })).rejects.toThrow(/act could not run/)
  })

  test('clears away what a killed run left behind', async () => {
    const { pid } = spawnSync('true')
    const left = join(tmpdir(), `litellm-gitops-act-${pid}-abc`)
    mkdirSync(left)
    await runIt({ eventName: 'push', event: pushEvent(github.state.repository(), 'main') })
    expect(existsSync(left)).toBe(false)
  })

  test('is stopped when it takes too long, and leaves nothing behind', async () => {
    writeFileSync(
      join(folder, 'repo/.github/workflows/slow.yml'),
      'on: push\njobs:\n  slow:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sleep 61.25\n',
    )
    const event = pushEvent(github.state.repository(), 'main')
    const slow = runIt({ workflow: '.github/workflows/slow.yml', eventName: 'push', event, timeoutMs: 1500 })
    await expect(slow).rejects.toThrow(/took longer than 1500 ms/)
    expect(commandLines()).not.toContain('sleep 61.25')
    expect(readdirSync(tmpdir())).toEqual([])
  })
})

import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSeq, parse, parseDocument, stringify } from 'yaml'
import { ACTION_URL } from '../../src/init/commit.ts'
import { VERSION } from '../../src/version.ts'
import { GitContents } from '../github/git-contents.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { chat, virtualKey } from '../story/chat.ts'
import { KEYS } from '../story/deployed-lab.ts'
import { PROVIDERS } from '../story/gateway-file.ts'
import { type Published, publish } from '../unit/init/published.ts'
import { runWorkflow } from './act.ts'
import type { WorkflowRun } from './act-log.ts'
import { dispatchEvent, pullRequestEvent, pushEvent, type WorkflowEvent } from './github-event.ts'
import { jobPermissions } from './github-permissions.ts'

/**
 * The README's first chapter as it stands there: its commands are run by bash, one block after the other, from an empty folder
 * to a gateway that serves what a pull request added. Replaced are the values that everybody replaces (address, keys, image), the
 * download of this project, and `gh`, which speaks to a GitHub of this machine.
 */
const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const chapter = /^## Ten minutes[^\n]*\n([\s\S]*?)\n## /m.exec(readme)?.[1] ?? ''
const blocks = (language: string) =>
  [...chapter.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  )
const [commands = ''] = blocks('sh')
const [addition = ''] = blocks('yaml')
const NAME = 'acme/gateway'
/** The models that init writes for the two providers of the chapter. */
const MADE = ['gpt-5.4', 'claude-sonnet']
/** The lab's host is new each time: nobody knows its key, and nothing is kept of it. */
const SSH_OPTIONS =
  '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i ~/.ssh/id_ed25519'

interface GivenSecret {
  readonly name: string
  readonly environment?: string
  readonly value?: string
}

let lab: Lab
let home: string
let repository: string
let github: LocalGitHub
let published: Published

beforeAll(async () => {
  lab = await startLab({ log: console.log })
  home = mkdtempSync(join(tmpdir(), 'newcomer-'))
  published = publish(`v${VERSION}`)
  repository = join(home, 'gateway')
  mkdirSync(join(home, '.ssh'), { mode: 0o700 })
  writeFileSync(join(home, '.ssh/id_ed25519'), lab.host.privateKey, { mode: 0o600 })
  writeFileSync(
    join(home, '.gitconfig'),
    `[user]\n name = octocat\n email = octocat@example.com\n[init]\n defaultBranch = main\n[url "${published.folder}"]\n insteadOf = ${ACTION_URL}\n`,
  )
  execFileSync('git', ['init', '--quiet', '--bare', join(home, 'origin')], { env: environment() })
  execFileSync('git', ['clone', '--quiet', join(home, 'origin'), repository], {
    env: environment(),
    stdio: 'pipe',
  })
  github = await startGitHub({
    repositories: [{ owner: 'acme', name: 'gateway', git: new GitContents(repository) }],
  })
  mkdirSync(join(home, 'bin'))
  writeFileSync(
    join(home, 'bin/gh'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'test/e2e/newcomer/gh.ts')}" "$@"\n`,
  )
  chmodSync(join(home, 'bin/gh'), 0o755)
})

afterAll(async () => {
  await github?.close()
  await lab?.stop()
  published?.remove()
  if (home !== undefined) rmSync(home, { recursive: true, force: true })
})

function environment(): Record<string, string> {
  return { PATH: `${join(home, 'bin')}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8' }
}

/** The block with what everybody replaces replaced; a value that is not found any more is an error, as the block was changed. */
function filledIn(block: string): string {
  const values: readonly (readonly [string, string])[] = [
    [
      'git clone --depth 1 --branch v0.1.0 https://github.com/litellm-gitops/litellm-gitops ~/litellm-gitops',
      '',
    ],
    ['~/litellm-gitops/dist/cli.js', join(root, 'dist/cli.js')],
    ['gh repo create gateway --private --clone && ', ''],
    ['192.0.2.10', lab.host.address],
    ['--user debian', `--user ${lab.host.user}`],
    // The lab's image has no tag that a registry of the internet knows.
    ['ghcr.io/berriai/litellm-database:v1.106.2', lab.image],
    ['ssh-ed25519 AAAA…', lab.host.hostKey],
    ['"sk-…"', `"${KEYS.OPENAI_API_KEY}"`],
    ['"sk-ant-…"', `"${KEYS.ANTHROPIC_API_KEY}"`],
  ]
  return values.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replaceAll(from, to)
  }, block)
}

interface Ended {
  readonly code: number
  readonly stdout: string
  /** With what went to standard error. */
  readonly output: string
}

function bash(script: string): Promise<Ended> {
  const env = {
    ...environment(),
    GH_API: github.url,
    GH_TOKEN: github.issueToken({
      kind: 'personal',
      login: 'octocat',
      permissions: { administration: 'write' },
    }),
    GH_REPO: NAME,
    GH_SECRETS: join(home, 'secrets'),
    GH_ASKED: JSON.stringify({ ...KEYS, BACKUP_PASSWORD: 'not known before the first deploy' }),
  }
  return new Promise((resolve, reject) => {
    const child = execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', script],
      { cwd: home, env },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error)
        else resolve({ code: error === null ? 0 : Number(error.code), stdout, output: `${stdout}${stderr}` })
      },
    )
    child.stdin?.end()
  })
}

/** What the lab needs beside: providers and the authority for certificates are not on the internet here. */
const LAB_ONLY = stringify({ environment_variables: PROVIDERS, tls: 'internal' })
/** The shell of the first block, taken up again. */
const SHELL = /^litellm-gitops\(\) .*\n/m

let pullRequest: number

test('the commands make a repository, its environments and secrets, and a gateway', async () => {
  const script = filledIn(commands)
  const [before = '', after = ''] = script.split(/^(?=# The gateway, from an empty machine)/m)
  const begun = await bash(before)
  expect(begun.code, begun.output).toBe(0)
  appendFileSync(join(repository, 'gateway.yaml'), LAB_ONLY)
  const ended = await bash(`${SHELL.exec(script)?.[0]}cd gateway\n${after}`)
  expect(ended.code, ended.output).toBe(0)
  console.log(ended.output)
  expect([...github.state.repository().environments.keys()].sort()).toEqual([
    'gateway',
    'gateway-restore',
    'gateway-watch',
  ])
  expect(github.violations).toEqual([])
})

test('they are those that init lists', async () => {
  const listed = (await bash(`${SHELL.exec(filledIn(commands))?.[0]}cd gateway\nlitellm-gitops init --json`))
    .stdout
  const steps: string[] = JSON.parse(listed).result.steps
  const written = commands.split('\n')
  for (const step of steps.filter((one) => one.startsWith('gh '))) expect(written).toContain(step)
})

test('a pull request with the addition gets a comment that says what the merge will do', async () => {
  const git = gitIn(repository)
  git('switch', '--quiet', '--create', 'haiku')
  writeFileSync(
    join(repository, 'gateway.yaml'),
    added(readFileSync(join(repository, 'gateway.yaml'), 'utf8')),
  )
  git('commit', '--quiet', '--all', '-m', 'claude-3-haiku, and a budget')
  const state = github.state.repository()
  pullRequest = state.openPullRequest({
    title: 'haiku',
    head: { ref: 'haiku', sha: git('rev-parse', 'HEAD') },
  }).number
  const run = await workflow('plan', 'pull_request', pullRequestEvent(state, pullRequest))
  expect(run.success, run.log).toBe(true)
  const [comment = ''] = state.commentsOn(pullRequest).map(({ body }) => body)
  expect(comment).toContain('2 to create')
  expect(comment).toContain('claude-3-haiku')
  expect(comment).toContain('100.00 USD a month')
})

test('merged, the gateway serves it', async () => {
  const git = gitIn(repository)
  const state = github.state.repository()
  git('switch', '--quiet', 'main')
  git('merge', '--quiet', '--no-ff', '-m', `Merge pull request #${pullRequest}`, 'haiku')
  state.mergePullRequest(pullRequest, git('rev-parse', 'HEAD'))
  const merged = await workflow('sync', 'push', pushEvent(state, 'main'))
  expect(merged.success, merged.log).toBe(true)
  const url = `http://${lab.host.address}:4000`
  const key = await virtualKey(url, (await lab.exec('cat /etc/litellm/master_key')).stdout.trim(), 'team-dev')
  for (const model of [...MADE, 'claude-3-haiku'])
    expect(await chat(url, key, model)).toMatchObject({ status: 200 })
  expect(github.violations).toEqual([])
})

test('Open WebUI gets a key, models, streamed answers and a budget, by its page of the documentation', async () => {
  const page = readFileSync(join(root, 'docs/open-webui.md'), 'utf8')
  const url = `http://${lab.host.address}:4000`
  const [, commands = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? []
  const here = commands
    .replace('ssh debian@192.0.2.10', `ssh ${SSH_OPTIONS} ${lab.host.user}@${lab.host.address}`)
    .replace('https://llm.example.com', url)
  const made = await bash(here)
  expect(made.code, made.output).toBe(0)
  const { key } = JSON.parse(made.stdout)
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  // What it asks for first, to fill its list of models.
  const list = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] }
  expect(list.data.map(({ id }) => id).sort()).toEqual(['claude-3-haiku', ...MADE].sort())
  const messages = [{ role: 'user', content: 'hello' }]
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: MADE[0], stream: true, messages }),
  })
  expect(await answer.text()).toMatch(/^data: \{.*[\s\S]*data: \[DONE\]/)

  const [, budget = ''] = /^```yaml\n(budget_config:[\s\S]*?)^```$/m.exec(page) ?? []
  const file = join(repository, 'gateway.yaml')
  writeFileSync(file, added(readFileSync(file, 'utf8'), budget))
  const git = gitIn(repository)
  const state = github.state.repository()
  git('commit', '--quiet', '--all', '-m', 'A budget for Open WebUI')
  // Nobody has reviewed what is pushed to main.
  const pushed = await workflow('sync', 'push', pushEvent(state, 'main'))
  expect(pushed.success).toBe(false)
  expect(pushed.summary).toContain('nobody has reviewed this plan')
  const run = await workflow('sync', 'workflow_dispatch', dispatchEvent(state, { force: 'true' }))
  expect(run.success, run.log).toBe(true)
  const about = (await (await fetch(`${url}/key/info`, { headers })).json()) as {
    info: { max_budget: number }
  }
  expect(about.info.max_budget).toBe(200)
})

/** The declaration with the README's items at the ends of its lists. */
function added(text: string, items = addition): string {
  const declaration = parseDocument(text)
  for (const [name, entries] of Object.entries<unknown[]>(parse(items))) {
    const list = declaration.get(name)
    if (isSeq(list)) for (const item of entries) list.add(declaration.createNode(item))
    else declaration.set(name, declaration.createNode(entries))
  }
  return declaration.toString({ lineWidth: 0 })
}

function gitIn(folder: string) {
  return (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', env: environment() }).trim()
}

/** Runs one of the workflows that init wrote, with the secrets that the commands set. */
function workflow(name: string, eventName: string, event: WorkflowEvent): Promise<WorkflowRun> {
  const file = join(repository, '.github/workflows', `${name}.yml`)
  const given: GivenSecret[] = readFileSync(join(home, 'secrets'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const seen = given.filter(
    ({ environment: place }) => place === undefined || (name === 'sync' && place === 'gateway'),
  )
  return runWorkflow({
    repoDir: repository,
    workflow: `.github/workflows/${name}.yml`,
    eventName,
    event,
    repository: NAME,
    apiUrl: github.url,
    token: github.issueToken({
      kind: 'actions',
      login: 'github-actions[bot]',
      permissions: jobPermissions(file, name),
    }),
    secrets: Object.fromEntries(
      seen.flatMap(({ name: secret, value }) => (value === undefined ? [] : [[secret, value]])),
    ),
    actionDir: root,
  })
}

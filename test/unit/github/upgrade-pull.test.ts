import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from '../../../src/github/client.ts'
import {
  keepUpgradePull,
  type PullOptions,
  tellUpgradePull,
  UPGRADE_BRANCH,
} from '../../../src/github/upgrade-pull.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import { GitContents } from '../../github/git-contents.ts'
import { History } from '../../github/history.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import { printed } from '../../lab/starter/starter.ts'

const BEFORE = 'litellm:\n  image: old # pinned\n'
const AFTER = 'litellm:\n  image: new # pinned\n'
const TITLE = 'Upgrade LiteLLM from 1.106.2 to 1.108.14'
const REPOSITORY = (root: string) => ({ owner: 'example', name: 'gateway', git: new GitContents(root) })
const redact = createRedactor(['s3cr3t-value'])

let history: History
let github: LocalGitHub

const git = (...args: string[]) => printed('git', ['-C', history.folder, ...args]).trim()

beforeEach(async () => {
  history = new History()
  commit('main', BEFORE, 'first')
  github = await startGitHub({
    repositories: [REPOSITORY(history.folder)],
    permissions: { contents: 'write', pull_requests: 'write' },
  })
})
afterEach(async () => {
  await github.close()
  history.remove()
  expect(github.violations).toEqual([])
})

function commit(branch: string, text: string, message: string, from?: string): void {
  history.add(branch, [{ message, files: { 'gateway.yaml': text } }], from)
}

function options(more: Partial<PullOptions> = {}): PullOptions {
  const octokit = createClient({ token: github.token, apiUrl: github.url, wait: async () => {} })
  const file = { path: 'gateway.yaml', before: BEFORE, text: AFTER }
  return {
    octokit,
    owner: 'example',
    repo: 'gateway',
    title: TITLE,
    body: 'found s3cr3t-value',
    file,
    redact,
    ...more,
  }
}
const pulls = () => [...github.state.repository().issues.values()]
const onBranch = () => git('show', `${UPGRADE_BRANCH}:gateway.yaml`)
const commits = () => Number(git('rev-list', '--count', `main..${UPGRADE_BRANCH}`))

test('one pull request is opened, with one commit of that one file on the default branch', async () => {
  expect(await keepUpgradePull(options())).toMatchObject({ outcome: 'opened', number: 1 })
  expect(pulls()).toMatchObject([
    { title: TITLE, state: 'open', pull: { head: { ref: UPGRADE_BRANCH }, base: { ref: 'main' } } },
  ])
  expect(pulls()[0]?.body).not.toContain('s3cr3t')
  expect(`${onBranch()}\n`).toBe(AFTER)
  expect(git('log', '-1', '--format=%s', UPGRADE_BRANCH)).toBe(TITLE)
  expect(git('diff', '--name-only', 'main', UPGRADE_BRANCH)).toBe('gateway.yaml')
})

test('the next run writes its report into the same one, and commits nothing when nothing is another', async () => {
  await keepUpgradePull(options())
  const head = git('rev-parse', UPGRADE_BRANCH)
  expect(await keepUpgradePull(options({ body: 'again' }))).toMatchObject({ outcome: 'updated', number: 1 })
  expect(git('rev-parse', UPGRADE_BRANCH)).toBe(head)
  expect(pulls()).toHaveLength(1)
  expect(pulls()[0]?.body).toContain('again')
})

test('a newer release takes its place there', async () => {
  await keepUpgradePull(options())
  const newest = { path: 'gateway.yaml', before: BEFORE, text: AFTER.replace('new', 'newest') }
  const title = 'Upgrade LiteLLM from 1.106.2 to 1.110.0'
  expect(await keepUpgradePull(options({ file: newest, title }))).toMatchObject({
    outcome: 'updated',
    number: 1,
  })
  expect(pulls()).toMatchObject([{ title }])
  expect(`${onBranch()}\n`).toBe(newest.text)
  expect(commits()).toBe(1)
})

test('a default branch that moved on is what the branch begins at again', async () => {
  await keepUpgradePull(options())
  const [before, text] = [`# more\n${BEFORE}`, `# more\n${AFTER}`]
  commit('main', before, 'second')
  await keepUpgradePull(options({ file: { path: 'gateway.yaml', before, text } }))
  expect(`${onBranch()}\n`).toBe(text)
  expect(git('merge-base', 'main', UPGRADE_BRANCH)).toBe(git('rev-parse', 'main'))
})

test('a branch with a commit of somebody else is left alone', async () => {
  await keepUpgradePull(options())
  commit(UPGRADE_BRANCH, 'mine\n', 'Mine', git('rev-parse', UPGRADE_BRANCH))
  const head = git('rev-parse', UPGRADE_BRANCH)
  const other = { path: 'gateway.yaml', before: BEFORE, text: 'other\n' }
  await expect(keepUpgradePull(options({ file: other }))).rejects.toThrow(
    /a commit that is not of upgrade .*left alone/,
  )
  expect(git('rev-parse', UPGRADE_BRANCH)).toBe(head)
})

test('a run of another branch than the default one changes nothing', async () => {
  const file = { path: 'gateway.yaml', before: 'of a branch\n', text: AFTER }
  await expect(keepUpgradePull(options({ file }))).rejects.toThrow(/on main is not what this run read/)
  expect(pulls()).toEqual([])
  expect(git('branch', '--list', UPGRADE_BRANCH)).toBe('')
})

test('a rehearsal that failed opens none, and an open one says so', async () => {
  expect(await tellUpgradePull(options())).toBeUndefined()
  expect(pulls()).toEqual([])
  await keepUpgradePull(options())
  expect(await tellUpgradePull(options({ body: 'it failed' }))).toMatchObject({
    outcome: 'updated',
    number: 1,
  })
  expect(pulls()[0]?.body).toContain('it failed')
})

test('a pull request of a fork whose branch has the same name is none of ours', async () => {
  const sha = git('rev-parse', 'main')
  const pull = {
    head: { ref: UPGRADE_BRANCH, sha, repository: 'stranger/gateway' },
    base: { ref: 'main', sha, repository: 'example/gateway' },
    draft: false,
    mergedAt: null,
    mergeCommitSha: null,
  }
  github.state.repository().openIssue({ title: 'not ours', body: 'theirs', pull })
  expect(await keepUpgradePull(options())).toMatchObject({ outcome: 'opened', number: 2 })
  expect(pulls()[0]).toMatchObject({ title: 'not ours', body: 'theirs' })
})

test('of what the job opens with its own token is said that GitHub starts no workflow for it', async () => {
  await keepUpgradePull(options())
  expect(pulls()[0]?.body).toContain('close this and open it again')
})

test('a token that may not write is told what it needs', async () => {
  const poor = await startGitHub({
    repositories: [REPOSITORY(history.folder)],
    permissions: { contents: 'read' },
  })
  try {
    const octokit = createClient({ token: poor.token, apiUrl: poor.url, wait: async () => {} })
    await expect(keepUpgradePull(options({ octokit }))).rejects.toThrow(
      /contents: write and pull-requests: write.*allowed to create pull requests/,
    )
  } finally {
    await poor.close()
  }
})

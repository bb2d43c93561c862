import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Desired } from '../../../src/config/desired.ts'
import { createClient } from '../../../src/github/client.ts'
import { reviewedFinder } from '../../../src/github/merged-plan.ts'
import { PLAN_MARKER, upsertStickyComment } from '../../../src/github/sticky-comment.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import type { Change, Plan } from '../../../src/plan/change.ts'
import { reviewedMark } from '../../../src/plan/digest.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { requireReviewed } from '../../../src/steps/require-reviewed.ts'
import { GitContents } from '../../github/git-contents.ts'
import { History, type NewCommit } from '../../github/history.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

/**
 * What counts as reviewed, on a real history: GitHub runs one of several merges, and the gateway has to get all of them. Each pull
 * request makes one model, as its plan says.
 */
const REPOSITORY = 'example/gateway'
let history: History
let github: LocalGitHub
let token: string
let logger: ReturnType<typeof createRecordingLogger>

const commitOf = (file: string): NewCommit => ({ message: file, files: { [file]: file } })

const planOf = (...models: string[]): Plan => ({
  changes: models.map(
    (name): Change => ({
      kind: 'model',
      action: 'create',
      id: name,
      name,
      fields: [{ path: 'a', before: 1, after: 2 }],
    }),
  ),
  notes: [],
  adoptions: [],
  costs: [],
  unmanaged: [],
  live: undefined,
})

beforeEach(async () => {
  logger = createRecordingLogger()
  history = new History()
  history.add('main', [commitOf('gateway.yaml')])
  github = await startGitHub({
    permissions: { pull_requests: 'write' },
    repositories: [{ owner: 'example', name: 'gateway', git: new GitContents(history.folder) }],
  })
  token = github.issueToken({
    kind: 'actions',
    login: 'github-actions[bot]',
    permissions: { pull_requests: 'read', contents: 'read' },
  })
})

afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  history.remove()
})

type Way = 'merge' | 'squash' | 'rebase'

interface Proposal {
  readonly name: string
  /** Of more than one commit. */
  readonly way?: Way
  readonly base?: string
  /** What its plan shows; none for no comment. */
  readonly plan?: Plan | 'none'
}

/** Opens a pull request, has its plan written, merges it, and answers the merge's commit. */
async function merged({
  name,
  way = 'merge',
  base = 'main',
  plan = planOf(name),
}: Proposal): Promise<string> {
  const commits = [`${name}-1`, `${name}-2`].map(commitOf)
  const onto = history.head(base)
  const head = history.add(name, commits, onto)
  const state = github.state.repository()
  const { number } = state.openPullRequest({
    title: name,
    head: { ref: name, sha: head },
    base: { ref: base, sha: onto },
  })
  if (plan !== 'none')
    await upsertStickyComment({
      octokit: createClient({ token: github.token, apiUrl: github.url }),
      owner: 'example',
      repo: 'gateway',
      issue: number,
      marker: PLAN_MARKER,
      body: reviewedMark(plan, head),
      redact: createRedactor([]),
    })
  const files = Object.assign({}, ...commits.map((commit) => commit.files))
  const landed: Record<Way, readonly NewCommit[]> = {
    merge: [{ message: `Merge #${number}`, files, merges: head }],
    squash: [{ message: `${name} (#${number})`, files }],
    rebase: commits,
  }
  const sha = history.add(base, landed[way])
  state.mergePullRequest(number, sha)
  return sha
}

interface Run {
  readonly sha: string
  /** What the host says that it has; null when it says nothing. */
  readonly applied: string | null
  readonly before?: string
  readonly force?: boolean
  readonly repository?: string
}

async function judged(plan: Plan, { sha, applied, before, force = false, repository = REPOSITORY }: Run) {
  const run = {
    owner: 'example',
    repo: 'gateway',
    sha,
    ref: 'refs/heads/main',
    ...(before === undefined ? {} : { before }),
  }
  const reviewed = reviewedFinder({ run, token, apiUrl: github.url })
  const context = { reviewed, inputs: { force }, logger } as unknown as CommandContext
  const has = applied === null ? null : { commit: applied, repository }
  return await requireReviewed(plan, has, { file: 'gateway.yaml' } as Desired, context)
}

describe.each<Way>(['merge', 'squash', 'rebase'])('merged by %s, A, B and C within one sync', (way) => {
  test('that of C brings B too, whose run was dropped, and nothing that nobody has shown', async () => {
    const start = history.head('main')
    const [a, b, c] = [
      await merged({ name: 'a', way }),
      await merged({ name: 'b', way }),
      await merged({ name: 'c', way }),
    ]
    expect(await judged(planOf('b', 'c'), { sha: c, applied: a })).toBe('reviewed')
    expect(await judged(planOf('a', 'b', 'c'), { sha: c, applied: start })).toBe('reviewed')
    // The same commit again does what it showed.
    expect(await judged(planOf('c'), { sha: c, applied: c })).toBe('reviewed')
    // Those of A and B, approved after C was applied, have nothing to do.
    expect(await judged(planOf('b'), { sha: b, applied: c })).toBe('superseded')
    expect(await judged(planOf('b'), { sha: a, applied: c })).toBe('superseded')
    expect(logger.text).toContain(`a later commit of the branch, ${c.slice(0, 7)}, was applied already`)
    // What was applied before counts no more.
    await expect(judged(planOf('a', 'c'), { sha: c, applied: b })).rejects.toThrow(
      /did not show.*model a \(a\).*Nothing was changed/s,
    )
    await expect(judged(planOf('b', 'c', 'd'), { sha: c, applied: a })).rejects.toThrow(
      /has moved since the plan that was reviewed in \S+\/pull\/3, \S+\/pull\/2\. That plan did not show, or showed differently: model d \(d\)/,
    )
  })
})

describe('a merge queue that lands several at once', () => {
  test('pushes once, and all of them count, also where the host has no mark yet', async () => {
    const start = history.head('main')
    await merged({ name: 'a' })
    await merged({ name: 'b', way: 'squash' })
    const last = await merged({ name: 'c', way: 'squash' })
    expect(await judged(planOf('a', 'b', 'c'), { sha: last, applied: null, before: start })).toBe('reviewed')
    expect(await judged(planOf('a', 'b', 'c'), { sha: last, applied: start })).toBe('reviewed')
  })
})

describe('what does not widen what was reviewed', () => {
  test('a pull request into another branch, whose commits come along', async () => {
    const start = history.head('main')
    history.reset('feature', start)
    await merged({ name: 'inner', base: 'feature', plan: planOf('evil') })
    const sha = await merged({ name: 'outer', base: 'main' })
    const files = { 'inner-1': 'inner-1', 'inner-2': 'inner-2' }
    const along = { message: 'feature comes along', files, merges: history.head('feature') }
    const head = history.add('main', [along])
    await expect(judged(planOf('evil', 'outer'), { sha: head, applied: start })).rejects.toThrow(/model evil/)
    expect(await judged(planOf('outer'), { sha, applied: start })).toBe('reviewed')
  })

  test('a plan of an earlier commit of its pull request, and one that was deleted', async () => {
    const start = history.head('main')
    await merged({ name: 'a', plan: 'none' })
    const b = await merged({ name: 'b' })
    await expect(judged(planOf('a', 'b'), { sha: b, applied: start })).rejects.toThrow(
      /model a \(a\)\. Besides, \S+\/pull\/1 shows no plan/,
    )
    expect(await judged(planOf('b'), { sha: b, applied: start })).toBe('reviewed')
  })

  test('a force push: the mark is not in the history, and only the last merge counts', async () => {
    const start = history.head('main')
    const lost = await merged({ name: 'a' })
    history.reset('main', start)
    await merged({ name: 'b' })
    const c = await merged({ name: 'c' })
    expect(await judged(planOf('c'), { sha: c, applied: lost })).toBe('reviewed')
    await expect(judged(planOf('b', 'c'), { sha: c, applied: lost })).rejects.toThrow(
      /Earlier pull requests do not count: the commit that the gateway has \([0-9a-f]{7}\) is not in the history of this one, as after a force push/,
    )
  })

  test('a mark of another repository, or of a commit that GitHub does not know', async () => {
    const start = history.head('main')
    await merged({ name: 'a' })
    const b = await merged({ name: 'b' })
    const elsewhere = { sha: b, applied: start, repository: 'example/other' }
    await expect(judged(planOf('a', 'b'), elsewhere)).rejects.toThrow(/model a \(a\)/)
    await expect(judged(planOf('a', 'b'), { sha: b, applied: 'd'.repeat(40) })).rejects.toThrow(
      /GitHub does not know the commit that the gateway has \(ddddddd\)/,
    )
  })

  test('a push without a pull request', async () => {
    const start = history.head('main')
    await merged({ name: 'a' })
    const pushed = history.add('main', [commitOf('direct')])
    expect(await judged(planOf('a'), { sha: pushed, applied: start })).toBe('reviewed')
    await expect(judged(planOf('a', 'direct'), { sha: pushed, applied: start })).rejects.toThrow(
      /model direct/,
    )
    await expect(judged(planOf('direct'), { sha: pushed, applied: null })).rejects.toThrow(
      /this commit merged no pull request/,
    )
  })
})

test('an older commit is applied over a later one only by force', async () => {
  const a = await merged({ name: 'a' })
  const b = await merged({ name: 'b' })
  expect(await judged(planOf('a'), { sha: a, applied: b, force: true })).toBe('reviewed')
  expect(logger.text).toContain('was applied already. The run was forced.')
})

test('a pull request that touches nothing of the gateway has no plan, and is in nobody’s way', async () => {
  const start = history.head('main')
  await merged({ name: 'a' })
  const readme = await merged({ name: 'readme', plan: 'none' })
  expect(await judged(planOf('a'), { sha: readme, applied: start })).toBe('reviewed')
})

test('a token that may not read commits is told', async () => {
  token = github.issueToken({
    kind: 'actions',
    login: 'github-actions[bot]',
    permissions: { pull_requests: 'read' },
  })
  const start = history.head('main')
  const a = await merged({ name: 'a' })
  await expect(judged(planOf('a'), { sha: a, applied: start })).rejects.toThrow(/contents: read/)
})

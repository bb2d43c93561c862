import { beforeEach, describe, expect, test } from 'vitest'
import type { Desired } from '../../../src/config/desired.ts'
import { createClient } from '../../../src/github/client.ts'
import { reviewedFinder } from '../../../src/github/merged-plan.ts'
import { PLAN_MARKER, upsertStickyComment } from '../../../src/github/sticky-comment.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import type { Plan } from '../../../src/plan/change.ts'
import { reviewedMark } from '../../../src/plan/digest.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { requireReviewed } from '../../../src/steps/require-reviewed.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import type { Permissions } from '../../github/tokens.ts'

const merge = 'f'.repeat(40)
const head = 'a'.repeat(40)
const plan = (after: number) =>
  ({
    notes: [],
    changes: [
      {
        kind: 'model',
        action: 'update',
        id: 'gpt-4',
        name: 'gpt-4',
        fields: [{ path: 'litellm_params.rpm', before: 1, after }],
      },
    ],
  }) as unknown as Plan

interface Merged {
  readonly github: LocalGitHub
  /** Of the job that syncs. */
  readonly token: string
}

/** A repository whose pull request was merged, after these words were written under it by the plan. */
async function merged(
  comment: string | undefined,
  permissions: Permissions = { pull_requests: 'read' },
): Promise<Merged> {
  const github = await startGitHub({ permissions: { pull_requests: 'write' } })
  const repository = github.state.repository()
  const { number } = repository.openPullRequest({ title: 'rpm', head: { ref: 'rpm', sha: head } })
  if (comment !== undefined)
    await upsertStickyComment({
      octokit: createClient({ token: github.token, apiUrl: github.url }),
      owner: 'example',
      repo: 'gateway',
      issue: number,
      marker: PLAN_MARKER,
      body: comment,
      redact: createRedactor([]),
    })
  repository.mergePullRequest(number, merge)
  return { github, token: github.issueToken({ kind: 'actions', login: 'github-actions[bot]', permissions }) }
}

describe('a sync in GitHub', () => {
  let logger: ReturnType<typeof createRecordingLogger>
  beforeEach(() => {
    logger = createRecordingLogger()
  })

  async function sync({ github, token }: Merged, after: number, { force = false, sha = merge } = {}) {
    const run = { owner: 'example', repo: 'gateway', sha, ref: 'refs/heads/main' }
    const reviewed = reviewedFinder({ run, token, apiUrl: github.url })
    const context = { reviewed, inputs: { force }, logger } as unknown as CommandContext
    try {
      await requireReviewed(plan(after), null, { file: 'gateway.yaml' } as Desired, context)
    } finally {
      await github.close()
      expect(github.violations).toEqual([])
    }
    return logger.text
  }

  test('does what was reviewed', async () => {
    expect(await sync(await merged(reviewedMark(plan(2), head)), 2)).toBe('')
  })

  test('refuses what was not shown, unless it is told to go on', async () => {
    await expect(sync(await merged(reviewedMark(plan(2), head)), 3)).rejects.toThrow(
      /moved since the plan that was reviewed in .*\/pull\/1.*model gpt-4.*Nothing was changed/s,
    )
    expect(await sync(await merged(reviewedMark(plan(2), head)), 3, { force: true })).toContain(
      'The run was forced.',
    )
  })

  test('refuses when the plan is of an older commit of the pull request', async () => {
    await expect(sync(await merged(reviewedMark(plan(2), 'b'.repeat(40))), 2)).rejects.toThrow(
      /is of commit bbbbbbb, and aaaaaaa was merged/,
    )
  })

  const short = `<!-- planned for ${head}: ${'0'.repeat(12)} -->`
  test.each([
    ['there is no comment', undefined],
    ['the plan was made offline', '### Plan of files'],
    ['it was made by an earlier version, with short digests', short],
    ['the mark was cut', reviewedMark(plan(2), head).slice(0, -20)],
  ])('refuses when %s, and goes on by force with a word about it', async (_, comment) => {
    await expect(sync(await merged(comment), 2)).rejects.toThrow(
      /pull\/1 shows no plan of the gateway.*Nothing was changed.*Fix: .*with force/s,
    )
    expect(await sync(await merged(comment), 2, { force: true })).toContain('The run was forced.')
  })

  test('refuses when no pull request was merged by the commit', async () => {
    const at = { sha: 'c'.repeat(40) }
    await expect(sync(await merged(reviewedMark(plan(2), head)), 2, at)).rejects.toThrow(
      /this commit merged no pull request.*Fix: Make the change by a pull request/s,
    )
    expect(await sync(await merged(undefined), 2, { ...at, force: true })).toContain('forced')
  })

  test('refuses when the token may not look, and when there is none', async () => {
    const blind = () => merged(reviewedMark(plan(2), head), { contents: 'read' })
    await expect(sync(await blind(), 2)).rejects.toThrow(/Give the job pull-requests: read/)
    await expect(sync({ ...(await blind()), token: '' }, 2)).rejects.toThrow(/merged no pull request/)
  })

  test('refuses when GitHub does not answer', async () => {
    const context = { reviewed: () => Promise.reject(new Error('502')), inputs: {}, logger }
    await expect(
      requireReviewed(
        plan(2),
        null,
        { file: 'gateway.yaml' } as Desired,
        context as unknown as CommandContext,
      ),
    ).rejects.toThrow(/GitHub did not say which plan was reviewed \(502\)/)
  })

  test('goes on, and asks nobody, where there is nothing that a review shows', async () => {
    const reviewed = () => Promise.reject(new Error('asked'))
    const host = { kind: 'host', action: 'update', part: 'file', name: '/etc/x', detail: 'x' }
    const secret = { kind: 'secret', action: 'update', name: 'KEY' }
    const context = { reviewed, inputs: {}, logger } as unknown as CommandContext
    const nothing = { changes: [host, secret], notes: [] } as unknown as Plan
    await requireReviewed(nothing, null, { file: 'gateway.yaml' } as Desired, context)
    expect(logger.text).toBe('')
  })

  test('on a terminal, where there is no pull request, is not compared', async () => {
    const context = { inputs: {}, logger } as unknown as CommandContext
    await requireReviewed(plan(2), null, { file: 'gateway.yaml' } as Desired, context)
    expect(logger.text).toBe('')
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import type { CommandContext } from '../../../src/commands/command.ts'
import { requireReviewed } from '../../../src/commands/reviewed.ts'
import type { Desired } from '../../../src/config/desired.ts'
import { createClient } from '../../../src/github/client.ts'
import { createRecordingLogger } from '../../../src/github/logger.ts'
import { createRedactor } from '../../../src/github/redact.ts'
import { reviewedPlanFinder } from '../../../src/github/reviewed-plan.ts'
import { PLAN_MARKER, upsertStickyComment } from '../../../src/github/sticky-comment.ts'
import type { Plan } from '../../../src/plan/change.ts'
import { reviewedMark } from '../../../src/plan/reviewed.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import type { Permissions } from '../../github/tokens.ts'

const merge = 'f'.repeat(40)
const head = 'a'.repeat(40)
const plan = (after: number) =>
  ({
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

describe('a sync that a merge began', () => {
  let logger: ReturnType<typeof createRecordingLogger>
  beforeEach(() => {
    logger = createRecordingLogger()
  })

  async function sync({ github, token }: Merged, after: number, { force = false, sha = merge } = {}) {
    const run = { owner: 'example', repo: 'gateway', sha }
    const reviewed = reviewedPlanFinder({ run, token, apiUrl: github.url })
    const context = { reviewed, inputs: { force }, logger } as unknown as CommandContext
    try {
      await requireReviewed(plan(after), { file: 'gateway.yaml' } as Desired, context)
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
    expect(await sync(await merged(reviewedMark(plan(2), head)), 3, { force: true })).toBe('')
  })

  test('refuses when the plan is of an older commit of the pull request', async () => {
    await expect(sync(await merged(reviewedMark(plan(2), 'b'.repeat(40))), 2)).rejects.toThrow(
      /is of commit bbbbbbb, and aaaaaaa was merged/,
    )
  })

  test.each([
    ['there is no comment', undefined],
    ['the plan was made offline', '### Plan of files'],
  ])('says so and goes on when %s', async (_, comment) => {
    expect(await sync(await merged(comment), 2)).toContain('#1 shows no plan of the gateway')
  })

  test('goes on when no pull request was merged by the commit', async () => {
    expect(await sync(await merged(reviewedMark(plan(2), head)), 3, { sha: 'c'.repeat(40) })).toBe('')
  })

  test('warns when the token may not look', async () => {
    const blind = await merged(reviewedMark(plan(2), head), { contents: 'read' })
    expect(await sync(blind, 3)).toContain('needs pull-requests: read')
  })
})

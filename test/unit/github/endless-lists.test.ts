import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tellAlarm } from '../../../src/github/alarm-issue.ts'
import { createClient, type Octokit } from '../../../src/github/client.ts'
import { findReviewed } from '../../../src/github/merged-plan.ts'
import { checkTargets } from '../../../src/github/secrets.ts'
import { upsertStickyComment } from '../../../src/github/sticky-comment.ts'
import { workflowStates } from '../../../src/github/workflow-states.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'

/** A server that always names a next page, as no GitHub does. */
let server: Server
let asked: number
let octokit: Octokit

beforeEach(async () => {
  asked = 0
  server = createServer((request, response) => {
    asked += 1
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const answers: Readonly<Record<string, object>> = {
      '/repos/o/r/environments': { total_count: 1e9, environments: [] },
      '/orgs/o/actions/secrets/KEY/repositories': { total_count: 1e9, repositories: [] },
      '/repos/o/r/actions/workflows': { total_count: 1e9, workflows: [] },
      '/orgs/o/actions/secrets/KEY': { visibility: 'selected', updated_at: 'x' },
      '/repos/o/r/actions/secrets/KEY': { updated_at: 'x' },
    }
    response.setHeader('content-type', 'application/json')
    response.setHeader('link', `<http://${request.headers.host}${pathname}?page=${asked + 1}>; rel="next"`)
    response.end(JSON.stringify(answers[pathname] ?? (pathname.endsWith('public-key') ? {} : [])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  octokit = createClient({ token: 't', apiUrl: `http://127.0.0.1:${port}`, wait: async () => {} })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const place = { owner: 'o', repo: 'r' }
const redact = (text: string) => text

describe('a list without end is read for a hundred pages, and told', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'comments',
      () => upsertStickyComment({ octokit, ...place, issue: 1, marker: 'm', body: 'b', redact }),
      'comments on o/r#1',
    ],
    [
      'issues',
      () => tellAlarm({ octokit, ...place, marker: 'm', title: 't', wrong: 'w', over: 'o', redact }),
      'open issues of o/r',
    ],
    [
      'pull requests',
      () => findReviewed({ octokit, ...place, sha: 'abc', branch: 'main', since: undefined }),
      'pull requests of abc',
    ],
  ])('%s', async (_, work, what) => {
    await expect(work()).rejects.toThrow(
      `GitHub has more than 100 pages of ${what}, and not all of them were read.`,
    )
    expect(asked).toBe(101)
  })

  test('environments, and repositories of a secret: the target has a flaw', async () => {
    const targets = [
      { repository: 'o/r', secret: 'KEY' },
      { organization: 'o', secret: 'KEY' },
    ]
    const { flaws } = await checkTargets({ octokit, targets })
    expect(flaws.map(({ problem }) => problem)).toEqual([
      'GitHub has more than 100 pages of environments of o/r, and not all of them were read.',
      'GitHub has more than 100 pages of repositories of the secret KEY of o, and not all of them were read.',
    ])
  })

  test('workflows: they are not looked at', async () => {
    const logger = createRecordingLogger()
    const env = { GITHUB_REPOSITORY: 'o/r' }
    const context = { env, logger, github: async () => octokit } as unknown as CommandContext
    expect(await workflowStates(context)).toBeUndefined()
    expect(logger.text).toContain('GitHub has more than 100 pages of workflows of o/r')
    expect(asked).toBe(101)
  })
})

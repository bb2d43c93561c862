import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClient } from '../../../src/github/client.ts'
import { COMMENT_LIMIT, markerLine, upsertStickyComment } from '../../../src/github/sticky-comment.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import type { Repository } from '../../github/state.ts'

const marker = 'litellm-gitops plan gateway.yaml'
const redact = createRedactor(['s3cr3t-value'])
let github: LocalGitHub
let repository: Repository

beforeEach(async () => {
  github = await startGitHub({ permissions: { pull_requests: 'write' } })
  repository = github.state.repository()
  repository.openPullRequest({ title: 'more', head: { ref: 'more', sha: 'a' } })
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

function upsert(body: string, token = github.token) {
  const octokit = createClient({ token, apiUrl: github.url, wait: async () => {} })
  return upsertStickyComment({ octokit, owner: 'example', repo: 'gateway', issue: 1, marker, body, redact })
}
const bodies = () => repository.commentsOn(1).map(({ body }) => body)
const chatter = (count: number) => {
  const octocat = github.state.account('octocat', 'User')
  for (let index = 0; index < count; index += 1) repository.comment(1, `remark ${index}`, octocat)
}

describe('the sticky comment', () => {
  test('is made once, then kept up to date, however many remarks there are', async () => {
    chatter(150)
    expect(await upsert('first')).toMatchObject({ outcome: 'created' })
    chatter(150)
    const updated = await upsert('second')
    expect(updated).toMatchObject({ outcome: 'updated', url: expect.stringContaining('#issuecomment-') })
    expect(bodies().filter((body) => body.includes('litellm-gitops'))).toEqual([
      `${markerLine(marker)}\nsecond`,
    ])
  })

  test('is not written again when nothing changed', async () => {
    await upsert('same\n')
    const before = github.requests.length
    expect(await upsert('same\n')).toMatchObject({ outcome: 'unchanged' })
    expect(github.requests.slice(before).map(({ operation }) => operation)).not.toContain(
      'issues/update-comment',
    )
  })

  test.each([
    ['a person', 'octocat', 'User'],
    ['another App', 'other-app[bot]', 'Bot'],
  ] as const)('leaves a comment alone into which %s copied the marker', async (_, login, type) => {
    const theirs = repository.comment(1, `${markerLine(marker)}\ntheirs`, github.state.account(login, type))
    expect(await upsert('ours')).toMatchObject({ outcome: 'created' })
    expect(await upsert('ours again')).toMatchObject({ outcome: 'updated' })
    expect(theirs.body).toContain('theirs')
    expect(bodies()).toHaveLength(2)
  })

  test('leaves its own comment alone when that only quotes the marker, and one with another marker', async () => {
    const self = github.state.account('github-actions[bot]', 'Bot')
    repository.comment(1, `> ${markerLine(marker)}\nquoted`, self)
    repository.comment(1, `${markerLine(`${marker}.other`)}\nother`, self)
    expect(await upsert('ours')).toMatchObject({ outcome: 'created' })
    expect(bodies()).toHaveLength(3)
  })

  test('works with the token of a person and of an App', async () => {
    for (const [kind, login] of [
      ['personal', 'hubot'],
      ['app', 'gateway-app[bot]'],
    ] as const) {
      const token = github.issueToken({ kind, login, permissions: { pull_requests: 'write' } })
      expect(await upsert(`${login} one`, token)).toMatchObject({ outcome: 'created' })
      expect(await upsert(`${login} two`, token)).toMatchObject({ outcome: 'updated' })
    }
    expect(bodies()).toEqual([
      expect.stringContaining('hubot two'),
      expect.stringContaining('gateway-app[bot] two'),
    ])
  })

  test('carries no secret', async () => {
    await upsert('the key is s3cr3t-value')
    expect(bodies()).toEqual([`${markerLine(marker)}\nthe key is ***`])
    expect(JSON.stringify(github.requests)).not.toContain('s3cr3t')
  })

  test('is cut to what GitHub takes, and says where the rest is', async () => {
    await upsert('a line of the plan\n'.repeat(10_000))
    const [body = ''] = bodies()
    expect(body.length).toBeLessThanOrEqual(COMMENT_LIMIT)
    expect(body).toMatch(/summary of the run\._\n$/)
  })

  test('is made anew when somebody deletes it in between', async () => {
    await upsert('first')
    github.fail({ route: 'issues/update-comment', with: 404 })
    expect(await upsert('second')).toMatchObject({ outcome: 'created' })
  })

  test.each([
    [
      'a token that may only read',
      () => github.fail({ route: 'issues/create-comment', with: 403 }),
      /not accessible/,
    ],
    [
      'a locked conversation',
      () => Object.assign(repository.issues.get(1) ?? {}, { locked: true }),
      /locked/,
    ],
  ])('is refused politely: %s', async (_, arrange, reason) => {
    arrange()
    expect(await upsert('x')).toEqual({ outcome: 'refused', reason: expect.stringMatching(reason) })
  })

  test.each([
    ['a rate limit', { with: 403, message: 'You have exceeded a secondary rate limit.' }],
    ['a bad token', { with: 401 }],
    ['too much', { with: 422 }],
  ])('passes on what is no refusal: %s', async (_, failure) => {
    github.fail({ route: 'issues/create-comment', ...failure })
    await expect(upsert('x')).rejects.toMatchObject({ status: failure.with })
  })

  test.each(['a --> b', 'a -- b', '', 'a\nb', '<b>'])(
    'refuses a marker that would not stay hidden: %j',
    (bad) => {
      expect(() => markerLine(bad)).toThrow(TypeError)
    },
  )
})

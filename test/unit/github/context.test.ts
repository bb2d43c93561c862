import { describe, expect, test } from 'vitest'
import { readRunContext } from '../../../src/github/context.ts'

const env = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'example/gateway',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_ACTOR: 'octocat',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://ghe.example',
  GITHUB_API_URL: 'https://ghe.example/api/v3',
  GITHUB_WORKSPACE: '/workspace',
}
const pull = {
  number: 7,
  head: { sha: 'b'.repeat(40), ref: 'more', repo: { full_name: 'Example/Gateway' } },
  base: { sha: 'c'.repeat(40), ref: 'main', repo: { full_name: 'example/gateway' } },
}
const read = (event: unknown, more: Record<string, string | undefined> = {}) =>
  readRunContext({ env: { ...env, ...more }, readEvent: () => JSON.stringify(event) })

describe('readRunContext', () => {
  test('knows a push', () => {
    expect(read({ ref: 'refs/heads/main' })).toEqual({
      owner: 'example',
      repo: 'gateway',
      eventName: 'push',
      sha: 'a'.repeat(40),
      ref: 'refs/heads/main',
      actor: 'octocat',
      runId: 77,
      runAttempt: 2,
      runUrl: 'https://ghe.example/example/gateway/actions/runs/77/attempts/2',
      apiUrl: 'https://ghe.example/api/v3',
      workspace: '/workspace',
    })
  })

  test.each([
    ['trusted', pull, {}],
    ['fork', { ...pull, head: { ...pull.head, repo: { full_name: 'stranger/gateway' } } }, {}],
    ['fork', { ...pull, head: { ...pull.head, repo: null } }, {}],
    ['dependabot', pull, { GITHUB_ACTOR: 'dependabot[bot]' }],
  ])('knows where a pull request comes from: %s', (origin, pull_request, more) => {
    expect(read({ pull_request }, more)?.pullRequest).toEqual({
      number: 7,
      headSha: 'b'.repeat(40),
      headRef: 'more',
      baseSha: 'c'.repeat(40),
      baseRef: 'main',
      origin,
    })
  })

  test('is nothing outside of GitHub Actions', () => {
    expect(readRunContext({ env: {} })).toBeUndefined()
    expect(read({}, { GITHUB_ACTIONS: undefined })).toBeUndefined()
  })

  test('does without an event file', () => {
    expect(read(undefined, { GITHUB_EVENT_PATH: undefined })?.pullRequest).toBeUndefined()
    expect(read(undefined, { GITHUB_EVENT_PATH: '' })?.owner).toBe('example')
  })

  test('names what the runner got wrong', () => {
    expect(() => read({}, { GITHUB_REPOSITORY: 'nonsense' })).toThrow(/GITHUB_REPOSITORY/)
    expect(() => read({ pull_request: { number: 'seven' } })).toThrow(/pull_request/)
  })
})

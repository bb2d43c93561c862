import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClient, type Octokit, statusOf } from '../../../src/github/client.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

const place = { owner: 'example', repo: 'gateway' }
let github: LocalGitHub
let octokit: Octokit
let waits: number[]

beforeEach(async () => {
  github = await startGitHub({ permissions: { issues: 'write' } })
  github.state.repository().openIssue({ title: 'one' })
  waits = []
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds)
  }
  octokit = createClient({ token: github.token, apiUrl: `${github.url}/`, wait })
})
afterEach(() => github.close())

const read = () => octokit.rest.repos.get(place)
const create = () => octokit.rest.issues.createComment({ ...place, issue_number: 1, body: 'x' })

describe('the client', () => {
  test.each([500, 502, 503, 504, 'reset'] as const)('reads again after %s', async (failure) => {
    github.fail({ with: failure, times: 3 })
    expect((await read()).status).toBe(200)
    expect(waits).toEqual([1000, 2000, 4000])
  })

  test('gives up after four tries and passes on what GitHub said', async () => {
    github.fail({ with: 502, times: 9 })
    await expect(read()).rejects.toMatchObject({ status: 502 })
    expect(github.requests).toHaveLength(4)
  })

  test('waits as long as a rate limit asks for, also before it creates something', async () => {
    github.fail({ with: 429, headers: { 'retry-after': '7' } })
    expect((await create()).status).toBe(201)
    const reset = String(Math.ceil(Date.now() / 1000) + 5)
    github.fail({ with: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } })
    await read()
    expect(waits[0]).toBe(7000)
    expect(waits[1]).toBeGreaterThan(3000)
    expect(waits[1]).toBeLessThanOrEqual(6000)
  })

  test.each([
    ['a rate limit that lasts', 429, { 'retry-after': '600' }],
    ['a missing permission', 403, {}],
    ['something that is not there', 404, {}],
    ['a wrong request', 422, {}],
  ])('does not wait for %s', async (_, status, headers) => {
    github.fail({ with: status, headers })
    await expect(read()).rejects.toMatchObject({ status })
    expect(waits).toEqual([])
  })

  test.each([502, 'lost', 'reset'] as const)('never creates twice: %s', async (failure) => {
    github.fail({ with: failure })
    await expect(create()).rejects.toThrow()
    expect(github.requests).toHaveLength(1)
  })

  test('asks GraphQL again, though that is a POST', async () => {
    github.fail({ route: 'POST /graphql', with: 502 })
    expect(await octokit.graphql('query { viewer { login } }')).toMatchObject({ viewer: {} })
  })

  test('does not wait for ever for an answer, and asks again', async () => {
    const wait = async (milliseconds: number) => void waits.push(milliseconds)
    const hasty = createClient({ token: github.token, apiUrl: github.url, wait, timeoutMs: 150 })
    github.fail({ with: 'hang' })
    expect((await hasty.rest.repos.get(place)).status).toBe(200)
    github.fail({ with: 'hang' })
    await expect(hasty.rest.issues.createComment({ ...place, issue_number: 1, body: 'x' })).rejects.toThrow()
    expect(waits).toEqual([1000])
  })

  test('tells an answer from no answer', async () => {
    github.fail({ with: 404 })
    expect(statusOf(await read().catch((error: unknown) => error))).toBe(404)
    github.fail({ with: 'reset', times: 4 })
    expect(statusOf(await read().catch((error: unknown) => error))).toBeUndefined()
    expect(statusOf(new Error('other'))).toBeUndefined()
  })

  test('shows the token in no error', async () => {
    github.fail({ with: 401 })
    const error = await read().catch((reason: unknown) => reason)
    expect(JSON.stringify(error) + String(error)).not.toContain(github.token)
  })
})

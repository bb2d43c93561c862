import { afterEach, beforeEach, expect, test } from 'vitest'
import { tellAlarm } from '../../../src/github/alarm-issue.ts'
import { createClient } from '../../../src/github/client.ts'
import { markerLine } from '../../../src/github/sticky-comment.ts'
import { createRedactor } from '../../../src/log/redact.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

const marker = 'litellm-gitops drill'
const redact = createRedactor(['s3cr3t-value'])
let github: LocalGitHub

beforeEach(async () => {
  github = await startGitHub({ permissions: { issues: 'write' } })
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

function tell(wrong: string | undefined) {
  const octokit = createClient({ token: github.token, apiUrl: github.url, wait: async () => {} })
  return tellAlarm({
    octokit,
    owner: 'example',
    repo: 'gateway',
    marker,
    title: 'Drill',
    wrong,
    over: 'over',
    redact,
  })
}
const issues = () => [...github.state.repository().issues.values()]

test('one issue is opened, kept up to date, closed when it is over, and opened anew the next time', async () => {
  expect(await tell(undefined)).toEqual({ outcome: 'quiet' })
  expect(await tell('RTO missed, s3cr3t-value')).toMatchObject({ outcome: 'opened', number: 1 })
  expect(await tell('RPO missed')).toMatchObject({ outcome: 'updated', number: 1 })
  expect(issues().map(({ body }) => body)).toEqual([`${markerLine(marker)}\nRPO missed`])
  expect(await tell(undefined)).toMatchObject({ outcome: 'closed', number: 1 })
  expect(issues()[0]?.state).toBe('closed')
  expect(
    github.state
      .repository()
      .commentsOn(1)
      .map(({ body }) => body),
  ).toEqual(['over'])
  expect(await tell('again')).toMatchObject({ outcome: 'opened', number: 2 })
})

test('an issue of somebody else that carries the marker is left alone', async () => {
  const user = github.state.account('octocat', 'User')
  github.state.repository().openIssue({ title: 'mine', user, body: `${markerLine(marker)}\nmine` })
  expect(await tell('RTO missed')).toMatchObject({ outcome: 'opened', number: 2 })
  expect(issues().find(({ number }) => number === 1)?.body).toContain('mine')
})

test('secrets stay out of it', async () => {
  await tell('s3cr3t-value')
  expect(issues()[0]?.body).not.toContain('s3cr3t')
})

test('without the permission it is told, not thrown', async () => {
  await github.close()
  github = await startGitHub({ permissions: { issues: 'read' } })
  expect(await tell('RTO missed')).toEqual({ outcome: 'refused' })
})

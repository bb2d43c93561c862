import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from '../../../src/github/client.ts'
import { keepDriftIssue } from '../../../src/github/drift-issue.ts'
import { createRedactor } from '../../../src/github/redact.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

let github: LocalGitHub
beforeEach(async () => {
  github = await startGitHub({ permissions: { issues: 'write' } })
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

const marker = 'litellm-gitops drift gateway.yaml'
const keep = (drift: string | undefined) =>
  keepDriftIssue({
    octokit: createClient({ token: github.token, apiUrl: github.url, wait: async () => {} }),
    owner: 'example',
    repo: 'gateway',
    marker,
    title: 'The gateway is not as gateway.yaml says',
    drift,
    redact: createRedactor(['s3cr3t-value']),
  })
const issues = () => [...github.state.repository().issues.values()]

test('one issue is opened, kept up to date, and closed when the drift is gone', async () => {
  expect(await keep(undefined)).toEqual({ outcome: 'none' })
  expect(await keep('a differs')).toMatchObject({ outcome: 'opened', number: 1 })
  expect(await keep('a differs')).toMatchObject({ outcome: 'unchanged', number: 1 })
  expect(await keep('b differs, s3cr3t-value')).toMatchObject({ outcome: 'updated', number: 1 })
  expect(issues().map(({ body }) => body)).toEqual([`<!-- ${marker} -->\nb differs, ***`])
  expect(await keep(undefined)).toMatchObject({ outcome: 'closed', number: 1 })
  expect(issues().map(({ state }) => state)).toEqual(['closed'])
  expect(await keep('again')).toMatchObject({ outcome: 'opened', number: 2 })
})

test('an issue of somebody else with the same first line is left alone', async () => {
  const stranger = github.state.account('stranger', 'User')
  github.state.repository().openIssue({ title: 'mine', body: `<!-- ${marker} -->\nmine`, user: stranger })
  expect(await keep('a differs')).toMatchObject({ outcome: 'opened', number: 2 })
  expect(await keep(undefined)).toMatchObject({ outcome: 'closed', number: 2 })
  expect(issues()[0]?.state).toBe('open')
})

test('a token that may not is no failure', async () => {
  await github.close()
  github = await startGitHub({ permissions: { issues: 'read' } })
  expect(await keep('a differs')).toEqual({ outcome: 'refused' })
})

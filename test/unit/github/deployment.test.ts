import { afterEach, expect, test } from 'vitest'
import { createClient } from '../../../src/github/client.ts'
import { beginDeployment } from '../../../src/github/deployment.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

let github: LocalGitHub
afterEach(() => github.close())

async function begin(permissions: Record<string, 'read' | 'write'>) {
  github = await startGitHub({ permissions })
  const repository = github.state.repository()
  const sha = repository.commit(repository.defaultBranch)?.sha ?? 'main'
  const record = await beginDeployment({
    octokit: createClient({ token: github.token, apiUrl: github.url }),
    owner: 'example',
    repo: 'gateway',
    sha,
    environment: 'llm.example.com',
    environmentUrl: 'https://llm.example.com',
    logUrl: 'https://github.example/run/1',
    description: `sync of a long name ${'x'.repeat(200)}`,
  })
  return { record, repository }
}

test('a deployment is shown as in progress and then as it ended', async () => {
  const { record, repository } = await begin({ deployments: 'write' })
  const [deployment] = repository.deployments
  expect(deployment?.fields).toMatchObject({ environment: 'llm.example.com', required_contexts: [] })
  expect(deployment?.statuses.map(({ fields }) => fields.state)).toEqual(['in_progress'])
  await record?.finish('success', 'done')
  expect(deployment?.statuses.at(-1)?.fields).toMatchObject({
    state: 'success',
    environment_url: 'https://llm.example.com',
    log_url: 'https://github.example/run/1',
  })
  expect(github.violations).toEqual([])
})

test('a token that may not is no failure', async () => {
  const { record, repository } = await begin({ contents: 'read' })
  expect(record).toBeUndefined()
  expect(repository.deployments).toEqual([])
})

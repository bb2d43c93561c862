import { afterEach, expect, test } from 'vitest'
import { guardFacts } from '../../../src/github/guards.ts'
import { clientFor } from '../../../src/github/lazy-client.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

let github: LocalGitHub | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

const text = 'on: push\n'
const files = {
  read: () => text,
  list: (one: string) => (one.endsWith('.yml') ? ['.github/workflows/a.yml'] : []),
}

async function guards(permissions: Record<string, 'read' | 'write'>) {
  github = await startGitHub({ permissions })
  const repository = github.state.repository()
  repository.createEnvironment('gateway', { reviewers: ['hubot'], protectedBranches: true })
  repository.createEnvironment('gateway-watch', { waitMinutes: 30 })
  repository.createEnvironment('open')
  return await guardFacts({
    files,
    env: { GITHUB_REPOSITORY: repository.fullName },
    github: clientFor(github.token, github.url),
    logger: createRecordingLogger(),
  })
}

test('environments are read with who and what may use them, by the token that the doctor has', async () => {
  expect(await guards({ actions: 'read' })).toEqual({
    workflows: [{ path: '.github/workflows/a.yml', text }],
    environments: [
      { name: 'gateway', waits: true, restricted: true },
      { name: 'gateway-watch', waits: true, restricted: false },
      { name: 'open', waits: false, restricted: false },
    ],
  })
  expect(github?.violations).toEqual([])
})

test('environments are left out with a token that may not read them, and without one', async () => {
  expect(await guards({ contents: 'read' })).toBeUndefined()
  expect(await guardFacts({ files, env: {}, logger: createRecordingLogger() })).toBeUndefined()
})

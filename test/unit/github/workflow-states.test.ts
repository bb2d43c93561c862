import { afterEach, describe, expect, test } from 'vitest'
import { clientFor } from '../../../src/github/lazy-client.ts'
import { workflowStates } from '../../../src/github/workflow-states.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

let github: LocalGitHub | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

type Asking = Parameters<typeof workflowStates>[0]
const context = (more: Partial<Asking>): Asking => ({ env: {}, logger: createRecordingLogger(), ...more })

describe('schedules', () => {
  async function schedules(permissions: Record<string, 'read' | 'write'>) {
    github = await startGitHub({ permissions })
    const repository = github.state.repository()
    for (const [name, state] of [
      ['Gateway drift', 'disabled_inactivity'],
      ['Gateway plan', 'active'],
    ])
      repository.keep(repository.workflows, { name, state, path: `.github/workflows/${name}.yml` })
    const client = clientFor(github.token, github.url)
    return await workflowStates(
      context({
        env: { GITHUB_REPOSITORY: repository.fullName },
        ...(client === undefined ? {} : { github: client }),
      }),
    )
  }

  test('are read with their state', async () => {
    expect(await schedules({ actions: 'read' })).toEqual({
      workflows: [
        { name: 'Gateway drift', path: '.github/workflows/Gateway drift.yml', state: 'disabled_inactivity' },
        { name: 'Gateway plan', path: '.github/workflows/Gateway plan.yml', state: 'active' },
      ],
    })
    expect(github?.violations).toEqual([])
  })

  test('are left out with a token that may not read them, and without one', async () => {
    expect(await schedules({ contents: 'read' })).toBeUndefined()
    expect(await workflowStates(context({}))).toBeUndefined()
  })
})

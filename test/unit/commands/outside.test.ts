import { afterEach, describe, expect, test } from 'vitest'
import type { CommandContext } from '../../../src/commands/command.ts'
import { guardsOf, schedulesOf, seenFromHere } from '../../../src/commands/outside.ts'
import { clientFor } from '../../../src/github/lazy-client.ts'
import { createRecordingLogger } from '../../../src/github/logger.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import { declared } from '../doctor/healthy.ts'

let github: LocalGitHub | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

const context = (more: Partial<CommandContext>) =>
  ({ env: {}, logger: createRecordingLogger(), ...more }) as CommandContext

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
    return await schedulesOf(
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
    expect(await schedulesOf(context({}))).toBeUndefined()
  })
})

describe('environments', () => {
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
    const client = clientFor(github.token, github.url)
    return await guardsOf(context({ files, env: { GITHUB_REPOSITORY: repository.fullName }, github: client }))
  }

  test('are read with who and what may use them, by the token that the doctor has', async () => {
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

  test('are left out with a token that may not read them, and without one', async () => {
    expect(await guards({ contents: 'read' })).toBeUndefined()
    expect(await guardsOf(context({ files }))).toBeUndefined()
  })
})

describe('the domain as seen from here', () => {
  const seen = (addresses: Readonly<Record<string, readonly string[]>>, more: object = {}) =>
    seenFromHere(
      declared({ public_address: '192.0.2.10', tls: 'internal', ...more }),
      context({ addressesOf: async (name) => addresses[name] ?? [] }),
    )

  test('is right when it points to the machine', async () => {
    expect(await seen({ 'llm.example.com': ['192.0.2.10'] })).toEqual({})
  })

  test('is told when it points elsewhere or nowhere, with the record to add', async () => {
    expect((await seen({ 'llm.example.com': ['203.0.113.9'] })).dns).toMatch(
      /points to 203\.0\.113\.9.*"llm\.example\.com\. A 192\.0\.2\.10"/,
    )
    expect((await seen({})).dns).toMatch(/^llm\.example\.com has no address in DNS/)
  })

  test('is not asked about where nobody says that the world sees it, and a resolver that fails accuses nobody', async () => {
    expect(await seen({}, { public_address: undefined })).toEqual({})
    const logger = createRecordingLogger()
    const fails = async () => {
      throw new Error('EAI_AGAIN')
    }
    expect(await seenFromHere(declared({ tls: 'acme' }), context({ addressesOf: fails, logger }))).toEqual({})
    expect(JSON.stringify(logger)).toContain('EAI_AGAIN')
  })
})

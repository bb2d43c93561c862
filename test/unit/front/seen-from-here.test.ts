import { afterEach, describe, expect, test } from 'vitest'
import { schedulesOf, seenFromHere } from '../../../src/front/seen-from-here.ts'
import { clientFor } from '../../../src/github/lazy-client.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
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

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Distributed, RotationState } from '../../../src/contract/programs/rotation.ts'
import { createClient } from '../../../src/github/client.ts'
import type { Session } from '../../../src/host/session.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { type Purpose, rotateMasterKey } from '../../../src/rotation/rotate.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

/** What a run asks of the host for its purpose; that the host does it is proven on real ones. */
let github: LocalGitHub
const SECRET = 'LITELLM_MASTER_KEY'

beforeEach(async () => {
  github = await startGitHub()
  const at = github.state.now()
  github.state.repository().secrets.secrets.set(SECRET, {
    name: SECRET,
    value: 'old',
    createdAt: at,
    updatedAt: at,
    visibility: 'private',
    selectedRepositoryIds: [],
  })
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

class Host {
  rotation: RotationState | null = null
  distributed: Distributed | null = null
  asked: string[] = []
  private made = 0

  constructor(phase?: RotationState['phase'], graceIsOver = false) {
    if (phase !== undefined)
      this.rotation = { ...this.fresh(3600), phase, oldSince: '2026-11-01T00:00:00+00:00' }
    this.graceIsOver = graceIsOver
  }
  private readonly graceIsOver: boolean

  private fresh(graceSeconds: number): RotationState {
    this.made += 1
    return {
      id: `r${this.made}`,
      phase: 'created',
      since: '2026-11-28T00:00:00+00:00',
      graceSeconds,
      distribute: 'master-key',
      old: 'old',
      new: `new${this.made}`,
      targets: [],
    }
  }

  readonly session = {
    run: async (main: string, input: Record<string, unknown>) => {
      if (main === 'rotation_status') return { rotation: this.rotation, distributed: this.distributed }
      if (main === 'rotation_made') {
        this.asked.push(`made since ${input.since}`)
        return { since: input.since, keys: [], users: [], more: false }
      }
      this.asked.push(
        input.action === 'finish' ? `finish ${input.now ? 'now' : 'when over'}` : String(input.action),
      )
      return this.act(input)
    },
  } as unknown as Session

  private act({ action, now, graceSeconds }: Record<string, unknown>) {
    if (action === 'begin') {
      this.rotation ??= this.fresh(Number(graceSeconds))
      return { rotation: { ...this.rotation, phase: 'expanded' }, key: `sk-key-of-${this.rotation.id}` }
    }
    if (action === 'swap' && this.rotation) this.rotation = { ...this.rotation, phase: 'swapped' }
    if (action === 'finish' && (now || this.graceIsOver)) this.rotation = null
    return { rotation: this.rotation, distributed: this.distributed }
  }
}

async function run(host: Host, purpose: Purpose, force = false, names: readonly string[] = [SECRET]) {
  const token = github.issueToken({ kind: 'app', login: 'rotator[bot]', permissions: { secrets: 'write' } })
  const repository = github.state.repository().fullName
  return await rotateMasterKey({
    session: host.session,
    run: 'run',
    octokit: createClient({ token, apiUrl: github.url, wait: async () => {} }),
    targets: names.map((secret) => ({ repository, secret })),
    graceSeconds: 3600,
    distribute: 'master-key',
    limits: {},
    canary: false,
    purpose,
    force,
    secrets: createKnownSecrets(),
    logger: createRecordingLogger(),
    onEvent: () => {},
  })
}

const held = () => github.state.repository().secrets.secrets.get(SECRET)?.value

describe('a run that is to end a rotation', () => {
  test('never begins one', async () => {
    const host = new Host()
    expect(await run(host, 'finish')).toMatchObject({ outcome: 'nothing-to-finish' })
    expect(await run(host, 'finish', true)).toMatchObject({ outcome: 'nothing-to-finish' })
    expect(host.asked).toEqual([])
    expect(held()).toBe('old')
  })

  test.each([
    [false, false, 'waiting', 'finish when over'],
    [true, false, 'finished', 'finish when over'],
    [false, true, 'finished', 'finish now'],
  ])(
    'ends it when its time is over (%s), or at once with force (%s)',
    async (over, force, outcome, asked) => {
      const host = new Host('swapped', over)
      expect(await run(host, 'finish', force)).toMatchObject({ outcome })
      expect(host.asked).toEqual([asked])
    },
  )

  test('goes on with one that died half way', async () => {
    const host = new Host('expanded')
    expect(await run(host, 'finish')).toMatchObject({ outcome: 'rotated', state: { id: 'r1' } })
  })
})

describe('a run that is to begin one', () => {
  test('leaves one alone whose old key is still to be taken', async () => {
    const host = new Host('swapped')
    expect(await run(host, 'begin')).toMatchObject({ outcome: 'waiting' })
    expect(held()).toBe('old')
  })

  test('ends one first that nobody came to end', async () => {
    const host = new Host('swapped', true)
    expect(await run(host, 'begin')).toMatchObject({ outcome: 'rotated', ended: true, state: { id: 'r2' } })
    expect(host.asked).toEqual(['finish when over', 'begin', 'swap'])
    expect(held()).toBe('sk-key-of-r2')
  })
})

describe('a run that does what is due', () => {
  test.each<[RotationState['phase'] | undefined, string, string[]]>([
    [undefined, 'rotated', ['begin', 'swap']],
    ['expanded', 'rotated', ['begin', 'swap']],
    ['swapped', 'finished', ['finish when over']],
  ])('takes %s as far as it goes: %s', async (phase, outcome, asked) => {
    const host = new Host(phase, true)
    expect(await run(host, 'due')).toMatchObject({ outcome })
    expect(host.asked).toEqual(asked)
  })
})

describe('a key that has leaked', () => {
  test('is refused at the end of one run, and what was made with it is told', async () => {
    const host = new Host()
    host.distributed = {
      id: 'r0',
      time: '2026-11-02T03:41:00+00:00',
      distribute: 'master-key',
      key: 'k',
      targets: [],
    }
    expect(await run(host, 'revoke')).toMatchObject({
      outcome: 'revoked',
      state: { graceSeconds: 0 },
      flaws: [],
    })
    expect(host.asked).toEqual(['begin', 'swap', 'finish now', 'made since 2026-11-02T03:41:00+00:00'])
    expect(host.rotation).toBeNull()
    expect(held()).toBe('sk-key-of-r1')
  })

  test.each<[RotationState['phase'], string[]]>([
    ['swapped', []],
    ['expanded', ['begin', 'swap']],
    ['created', ['begin', 'swap']],
  ])(
    'while a rotation is %s: that one is ended, and its new key is not trusted either',
    async (phase, before) => {
      const host = new Host(phase)
      expect(await run(host, 'revoke')).toMatchObject({ outcome: 'revoked', state: { id: 'r2' } })
      expect(host.asked).toEqual([
        ...before,
        'finish now',
        ...['begin', 'swap', 'finish now', 'made since 2026-11-01T00:00:00+00:00'],
      ])
      expect(held()).toBe('sk-key-of-r2')
    },
  )

  test('and a target that cannot be written: nothing is done, or with force all the same', async () => {
    const host = new Host()
    const refused = await run(host, 'revoke', false, [SECRET, 'MISSPELT'])
    expect(refused).toMatchObject({
      outcome: 'refused',
      flaws: [{ problem: expect.stringContaining('no such secret') }],
    })
    expect(host.asked).toEqual([])
    const revoked = await run(host, 'revoke', true, [SECRET, 'MISSPELT'])
    expect(revoked).toMatchObject({
      outcome: 'revoked',
      flaws: [{ target: expect.stringContaining('MISSPELT') }],
    })
    expect(held()).toBe('sk-key-of-r1')
  })
})

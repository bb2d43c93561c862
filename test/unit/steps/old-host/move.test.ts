import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import type { MoveRecord } from '../../../../src/contract/programs/move.ts'
import type { OnEvent } from '../../../../src/contract/wire.ts'
import { HostError, HostUnreachableError } from '../../../../src/host/errors.ts'
import { createKnownSecrets } from '../../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../../src/log/logger.ts'
import { type Moving, move } from '../../../../src/steps/old-host/move.ts'
import { base } from '../../plan/applied.ts'

const GATEWAY = {
  ...{ name: 'llm', engine: 'docker', imageId: 'sha256:1', running: true, networkMode: 'bridge' },
  ...{ networks: [], published: [], args: [], env: {}, labels: {} },
}

interface Fault {
  /** With the first of these processes it answers 500 before the switch. */
  readonly proof?: number | 'later'
  /** What the restore ends with after its switch. */
  readonly after?: Error
  readonly interrupted?: string
  /** The processes that serve the first copy have the keys of the last one. */
  readonly early?: boolean
}

/** Both machines take down what they are told, in one order. */
function both({ proof = 200, after, interrupted, early = true }: Fault = {}) {
  const told: string[] = []
  const shell = {
    where: 'root@old:22',
    run: async (command: string) => {
      const verb = /docker (?:(create|stop|start) |exec litellm-gitops-forward sh (-c) )/.exec(command)
      if (verb !== null) told.push(verb[1] ?? 'open')
      const stdout = command.includes('command -v python3') ? '/usr/bin/python3' : '200'
      return { code: 0, stdout, stderr: '' }
    },
  }
  const restore = async ({ confirm, backup, saved }: Record<string, unknown>, onEvent: OnEvent) => {
    if (backup === 'first') return told.push('restore of the first')
    told.push(confirm === undefined ? 'plan of a restore' : saved ? 'restore at once' : 'restore')
    if (confirm === undefined) return { outcome: 'planned', interrupted: interrupted ?? null }
    if (early) onEvent({ event: 'note', name: 'serving', detail: '' })
    // New processes take their time.
    await new Promise((later) => setTimeout(later, 20))
    if (proof === 'later') told.push('switch')
    if (after === undefined) onEvent({ event: 'step', name: 'switch', state: 'done' })
    await new Promise((later) => setTimeout(later, 20))
    if (after !== undefined) throw after
    told.push('restored')
    return { outcome: 'restored' }
  }
  const session = {
    run: async (program: string, question: Record<string, unknown>, options: { onEvent: OnEvent }) => {
      if (program === 'restore') return restore(question, options.onEvent)
      const { phase, gap } = (question.record ?? {}) as Partial<MoveRecord>
      told.push(
        phase === undefined
          ? `${program}${question.urgent ? ' at once' : ''}`
          : `${phase}${gap === undefined ? '' : '!'}`,
      )
      return { outcome: 'adopted', snapshot: 'a'.repeat(64) }
    },
    forward: async () => ({
      fetch: async () => {
        if (told.at(-1) !== 'proof') told.push('proof')
        const status = proof === 'later' ? (told.includes('switch') ? 200 : 500) : proof
        return new Response('', { status })
      },
      close: () => {},
    }),
  }
  const files = { read: () => stringify(base), list: () => [] }
  const context = {
    ...{ env: {}, logger: createRecordingLogger(), secrets: createKnownSecrets() },
    now: () => new Date('2026-11-30T10:00:00Z'),
  }
  const moving = {
    ...{ context, session, shell, run: 'run', ca: undefined },
    desired: loadDesired('gateway.yaml', files),
    old: {
      project: { engine: 'docker', name: 'llm', gateways: [{ ...GATEWAY, restart: 'no' }] },
      ...{ settings: {}, database: { kind: 'url', url: 'postgresql://a:b@c/d' } },
    },
    plan: {
      ...{ target: 'https://new', first: 'first', python: '/usr/bin/python3', key: 'sk-1', keyIs: 'virtual' },
      told: { gapSeconds: 40 },
    },
  } as unknown as Moving
  return { moving, told }
}

test.each([true, false])(
  'requests go to the new gateway when the last copy is served (early: %s)',
  async (early) => {
    const { moving, told } = both({ early })
    const { told: said } = await move(moving, undefined)
    expect(told).toEqual([
      ...['preparing', 'restore of the first', 'create', 'holding', 'stop', 'copying', 'adopt at once'],
      ...['restoring', 'restore at once', 'proof', 'opening', 'open', 'opening!', 'restored', 'moved!'],
    ])
    expect(said.gapSeconds).toBe(0)
  },
)

test('a first copy that cannot be restored is found while the old gateway serves', async () => {
  const { moving, told } = both()
  const broken = { ...moving, plan: { ...moving.plan, first: 'latest' } }
  const { run } = moving.session
  const refusing = async (...asked: Parameters<typeof run>) => {
    if (asked[0] === 'restore') throw new HostError('The backup is damaged.')
    return await run(...asked)
  }
  const session = { ...moving.session, run: refusing as typeof run }
  await expect(move({ ...broken, session }, undefined)).rejects.toThrow(
    'The backup is damaged. The old gateway on root@old:22 was not touched.',
  )
  expect(told).toEqual(['preparing', 'returned'])
})

test('a key that is refused gives the old gateway back before any request comes through', async () => {
  const { moving, told } = both({ proof: 401 })
  await expect(move(moving, undefined)).rejects.toThrow(
    'answers the key in OLD_VIRTUAL_KEY with 401. The old gateway on root@old:22 serves again, as it was.',
  )
  expect(told).not.toContain('open')
  expect(told.slice(-3)).toEqual(['proof', 'start', 'returned'])
})

test('processes that do not serve the data that was put under them give way to new ones', async () => {
  const { moving, told } = both({ proof: 'later' })
  await move(moving, undefined)
  expect(told.slice(told.indexOf('restore at once'))).toEqual([
    ...['restore at once', 'proof', 'switch', 'restored', 'proof', 'opening', 'open', 'opening!', 'moved!'],
  ])
})

test('processes that fail after the first served give it back, and say what it does not know', async () => {
  const { moving, told } = both({ after: new HostError('LiteLLM does not run on the restored data.') })
  await expect(move(moving, undefined)).rejects.toThrow(
    /serves again, as it was\. What the new gateway answered meanwhile is not in its spend\.$/,
  )
  expect(told.slice(-2)).toEqual(['start', 'returned!'])
})

test('a link that breaks after requests came through leaves both as they are', async () => {
  const { moving, told } = both({ after: new HostUnreachableError('The connection broke. Run again.') })
  await expect(move(moving, undefined)).rejects.toThrow('The connection broke. Run again.')
  expect(told.at(-1)).toBe('opening!')
})

test.each([
  [undefined, ['proof', 'opening', 'open', 'opening!', 'plan of a restore', 'moved!']],
  ['swap', ['proof', 'opening', 'open', 'opening!', 'plan of a restore', 'restore', 'restored', 'moved!']],
])('a run after that restores nothing again; one cut short at %s is finished', async (interrupted, steps) => {
  const { moving, told } = both(interrupted === undefined ? {} : { interrupted })
  const record: MoveRecord = {
    ...{
      phase: 'opening' as const,
      place: 'root@old:22',
      containers: [],
      target: 'https://new',
      python: '/x',
    },
    ...{ held: '2026-11-30T09:59:30.000Z', snapshot: 'a'.repeat(64) },
  }
  const { told: said } = await move(moving, record)
  expect(told).toEqual(steps)
  expect(said.gapSeconds).toBe(30)
})

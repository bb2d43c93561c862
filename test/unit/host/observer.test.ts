import { describe, expect, it } from 'vitest'
import { backupOf } from '../../../src/config/backup.ts'
import { firewallOf } from '../../../src/config/firewall.ts'
import { observe, observeForDoctor } from '../../../src/host/observe.ts'
import { renderHost } from '../../../src/host/render.ts'
import type { Session } from '../../../src/host/session.ts'
import { callAgent } from './agent.ts'

const image = `ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}`

/** What a plan asks a host for with the read-only key. */
async function asked(ask: typeof observe | typeof observeForDoctor = observe): Promise<object> {
  let request: object = {}
  const session = {
    readOnly: true,
    run: async (_main: string, input: object) => {
      request = input
      return { protocol: 1, observation: { value: { protocol: 1 } } }
    },
  } as unknown as Session
  const manifest = renderHost({
    domain: 'llm.example.com',
    tls: 'acme',
    proxy: 'caddy',
    workers: 4,
    image,
    firewall: firewallOf(undefined, { proxy: 'caddy', tls: 'acme' }),
    backup: backupOf({}),
    sshPort: 22,
    planKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS',
  })
  const owners = [
    { subject: 'user' as const, id: "o'hara; \\! ü" },
    { subject: 'member' as const, id: 'alice', team: 'data' },
  ]
  await ask(session, { manifest, image, secrets: { A: 'secret' }, owners, prices: ['openai/gpt-4'] })
  return request
}

const WRONG: readonly (readonly [what: string, changed: object])[] = [
  ['packages', { packages: ['--admindir=/tmp'] }],
  ['packages', { packages: ['a | --admindir=/tmp'] }],
  ['packages', { packages: ['a |b'] }],
  ['units', { units: ['--version'] }],
  ['image', { image: '--help' }],
  ['budgets', { budgets: { user: ['\0'] } }],
  ['prices', { prices: [{}] }],
  ['doctor', { doctor: 'yes' }],
  ['fields', { more: true }],
  ['secrets', { secrets: { A: 'guess' } }],
]
const plan = await asked()
const doctor = await asked(observeForDoctor)
const [planned, examined, ...refused] = callAgent(
  ...[plan, doctor, ...WRONG.map(([, changed]) => ({ ...plan, ...changed }))].map(
    (request) => ['read_only.checked', request] as const,
  ),
)

describe('the program for the read-only key', () => {
  it('takes everything that a plan asks for, and gets no value of a secret', () => {
    expect(planned).toEqual({ value: plan })
    expect(JSON.stringify(plan)).not.toContain('secret"')
  })

  it('takes the same and more from doctor', () => {
    expect(examined).toEqual({ value: doctor })
    expect(doctor).toMatchObject({ doctor: true, secrets: {} })
  })

  it.each(WRONG.map((one, at) => [...one, at] as const))('refuses other %s: %j', (_, __, at) => {
    expect(refused[at]).toEqual({ refused: expect.stringMatching(/^request: /) })
  })
})

import { expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { HostError } from '../../../src/host/errors.ts'
import type { Session } from '../../../src/host/session.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { applied } from '../plan/applied.ts'

const KEY = 'sk-master-0123456789'
const GATEWAY = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 10
proxy: external
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}
budget_config:
  - {user_id: alice, max_budget: 5, time_period: monthly}
`

/** A run up to the moment in which something would be changed: what was masked and what was logged, in order. */
async function order(
  command: 'sync' | 'deploy',
  keyOf: () => Promise<{ masterKey: string }>,
): Promise<string[]> {
  const files = { read: () => GATEWAY, list: () => [] }
  const desired = loadDesired('gateway.yaml', files)
  const found: string[] = []
  const answers: Readonly<Record<string, () => Promise<unknown>>> = {
    observe: async () => applied(desired, { budgets: [] }),
    master_key: keyOf,
  }
  const session = {
    readOnly: false,
    stats: { connections: 1, execs: 1, channels: 0 },
    begin: () => {},
    close: () => {},
    run: (main: string) => answers[main]?.() ?? Promise.reject(new HostError(`no ${main} here`)),
  } as unknown as Session
  const logger = { ...createRecordingLogger(), info: (message: string) => found.push(message) }
  const context = {
    config: 'gateway.yaml',
    files,
    inputs: {},
    env: { OPENAI_API_KEY: 'sk-provider-0123456789' },
    sshKey: 'a key',
    connect: async () => session,
    addressesOf: async () => [],
    now: () => new Date('2026-11-23T12:00:00Z'),
    run: { holder: 'test', url: 'test' },
    logger,
    secrets: createKnownSecrets((value) => found.push(`mask ${value}`)),
  }
  await runCommand(command, context as unknown as CommandContext)
  return found
}

test.each(['sync', 'deploy'] as const)(
  '%s has every secret masked before it tells anything of the plan',
  async (command) => {
    const told = await order(command, async () => ({ masterKey: KEY }))
    const first = told.findIndex((line) => line.includes('alice'))
    expect(first).toBeGreaterThan(0)
    expect(told.slice(0, first)).toEqual(
      expect.arrayContaining([`mask ${KEY}`, 'mask sk-provider-0123456789']),
    )
  },
)

test('a host that cannot tell its key yet is no reason to tell no plan', async () => {
  const told = await order('sync', () => Promise.reject(new HostError('no key')))
  expect(told.join('\n')).toContain('budget of user alice')
})

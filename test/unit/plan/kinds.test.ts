import { expect, test } from 'vitest'
import { NO_LIMITS } from '../../../src/config/budgets.ts'
import type { BudgetChange, Change, HostChange } from '../../../src/plan/change.ts'
import { details, identityOf, idOf, isCompared, madeBy, needsDeploy, title } from '../../../src/plan/kinds.ts'

const state = { ...NO_LIMITS, managed: undefined, spend: 0, resetsAt: null }
const budget = (owner: Pick<BudgetChange, 'subject' | 'id' | 'team'>): BudgetChange => ({
  kind: 'budget',
  action: 'create',
  before: undefined,
  after: state,
  ...owner,
})
const host = (part: HostChange['part']): HostChange => ({
  kind: 'host',
  action: 'update',
  part,
  name: 'caddy',
  detail: 'differs',
})

/** One of each kind, and how it is known. */
const ONES: readonly [
  Change,
  id: string,
  title: string,
  maker: Parameters<typeof madeBy>[1],
  compared: boolean,
][] = [
  [
    { kind: 'model', action: 'create', id: 'm-1', name: 'gpt', fields: [] },
    ...(['m-1', 'model gpt (m-1)', 'rollout', true] as const),
  ],
  [
    { kind: 'setting', action: 'update', section: 'router_settings', fields: [] },
    ...(['router_settings', 'router_settings', 'rollout', true] as const),
  ],
  [
    { kind: 'file', action: 'update', path: 'hooks.py', before: 'a'.repeat(64), after: 'b'.repeat(64) },
    ...(['hooks.py', 'hooks.py, beside config.yaml', 'rollout', true] as const),
  ],
  [
    { kind: 'secret', action: 'update', name: 'OPENAI_API_KEY' },
    ...(['OPENAI_API_KEY', 'value of OPENAI_API_KEY', 'rollout', false] as const),
  ],
  [
    { kind: 'override', action: 'delete', section: 'router_settings', name: 'timeout', value: 5 },
    ...([
      'router_settings.timeout',
      "router_settings.timeout in LiteLLM's database",
      'rollout',
      true,
    ] as const),
  ],
  [
    budget({ subject: 'user', id: 'alice' }),
    ...(['alice', 'budget of user alice', 'admin-api', true] as const),
  ],
  [
    budget({ subject: 'provider', id: 'openai' }),
    ...(['openai', 'budget of provider openai', 'rollout', true] as const),
  ],
  [host('unit'), ...(['caddy', 'unit caddy', 'deploy', false] as const)],
]

test.each(ONES)('%j is %s', (change, id, name, maker, compared) => {
  expect([idOf(change), title(change), isCompared(change)]).toEqual([id, name, compared])
  expect((['rollout', 'admin-api', 'deploy'] as const).filter((one) => madeBy(change, one))).toEqual([maker])
  expect(details(change)).toBeInstanceOf(Array)
})

test('only what is of the same thing has the same identity', () => {
  const others: Change[] = [
    ...ONES.map(([change]) => change),
    budget({ subject: 'team', id: 'alice' }),
    budget({ subject: 'member', id: 'alice', team: 'data' }),
    budget({ subject: 'member', id: 'alice', team: 'web' }),
    host('package'),
  ]
  expect(new Set(others.map(identityOf)).size).toBe(others.length)
  const [[model] = []] = ONES
  expect(model && identityOf({ ...model, action: 'delete' } as Change)).toBe(model && identityOf(model))
})

test('only what is of the host needs a deploy', () => {
  const plan = { adoptions: [], costs: [], unmanaged: [], notes: [], live: undefined }
  expect(needsDeploy({ ...plan, changes: [host('unit')] })).toBe(true)
  expect(needsDeploy({ ...plan, changes: ONES.slice(0, -1).map(([change]) => change) })).toBe(false)
})

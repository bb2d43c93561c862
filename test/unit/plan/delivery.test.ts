import { describe, expect, test } from 'vitest'
import type { KeyDelivery } from '../../../src/contract/programs/delivery.ts'
import type { ObservedEntity } from '../../../src/contract/programs/observe.ts'
import { diff } from '../../../src/plan/diff.ts'
import { endOf } from '../../../src/plan/entities/delivery.ts'
import { planLines } from '../../../src/plan/lines.ts'
import { refusals } from '../../../src/plan/refusals.ts'
import { applied, base, load, NOW } from './applied.ts'

/** Which keys are made, replaced and ended, of what the host remembers. */
const { budget_config: _, ...bare } = base
const one = load({
  ...bare,
  keys: [{ key_alias: 'ci', max_budget: 4, deliver: [{ repository: 'a/app', name: 'KEY' }], rotate: '30d' }],
})
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString()

function key(
  id: string,
  state?: KeyDelivery['state'],
  more: Partial<KeyDelivery> = {},
  used?: string,
): ObservedEntity {
  const receivers = [{ name: 'a/app KEY', updatedAt: ago(1) }]
  const delivery = state && { of: 'ci', state, since: ago(1), receivers, graceSeconds: 86_400, ...more }
  return {
    kind: 'key',
    id,
    managed: [],
    fields: {},
    ...(delivery === undefined ? {} : { delivery }),
    ...(used === undefined ? {} : { used }),
  }
}
const budget = (id: string) => ({ subject: 'key' as const, id, max_budget: 4, managed: ['max_budget'] })

function planOf(...entities: ObservedEntity[]) {
  const observed = applied(one, {
    entities,
    budgets: entities.map(({ id }) => budget(id)),
    deliveries: true,
  })
  expect(refusals(one, observed)).toEqual([])
  return diff(one, observed, NOW)
}
const whyOf = (...entities: ObservedEntity[]) =>
  planOf(...entities).changes.map((change) =>
    change.kind === 'entity' ? `${change.action} ${change.id}: ${change.delivery?.why}` : change.kind,
  )

describe('a key with secrets', () => {
  test('that does not exist is made, within its limits, and the plan says who gets it', () => {
    const plan = planOf()
    expect(whyOf()).toEqual(['create ci: new', 'budget'])
    expect(planLines(plan).join('\n')).toContain(
      'a key is made; its value goes to a/app KEY, and nobody sees it',
    )
  })

  test.each([
    ['is as declared', [key('ci', 'delivered')], []],
    ['was made in the UI', [key('ci')], ['update ci: unknown']],
    ['is not in every secret', [key('ci', 'delivered', { receivers: [] })], ['update ci: targets']],
    ['was being made', [key('ci.new-1', 'making')], ['create ci: unfinished', 'budget']],
    [
      'was being delivered',
      [key('ci', 'delivered'), key('ci.new-1', 'delivering')],
      ['update ci: unfinished'],
    ],
    [
      'has not got its alias',
      [key('ci', 'retired'), key('ci.new-1', 'delivered')],
      ['update ci: unfinished'],
    ],
    ['was replaced', [key('ci', 'delivered'), key('ci.old-1', 'retired')], []],
  ] as const)('that %s', (_, entities, changes) => expect(whyOf(...entities)).toEqual(changes))

  test('of which the program of an earlier deploy knows nothing is left alone, and the plan says so', () => {
    const observed = applied(one, { entities: [key('ci')], budgets: [budget('ci')] })
    const plan = diff(one, observed, NOW)
    expect(plan.changes).toEqual([])
    expect(plan.notes.map(({ text }) => text).join()).toContain('sync may replace keys with deliver')
  })

  test('that was replaced is nobody’s to declare or to prune', () => {
    const pruning = load({ ...bare, prune: true, keys: [] })
    const entities = [key('ci.old-1', 'retired'), key('ci.new-1', 'delivering')]
    const plan = diff(
      pruning,
      applied(pruning, { entities, budgets: entities.map(({ id }) => budget(id)) }),
      NOW,
    )
    expect([plan.changes, plan.unmanaged]).toEqual([[], []])
  })

  test('that is due, and one that works on, are in the notes', () => {
    const notes = (...entities: ObservedEntity[]) =>
      planOf(...entities)
        .notes.map(({ text }) => text)
        .join('\n')
    expect(notes(key('ci', 'delivered', { since: ago(29) }))).not.toContain('is due')
    expect(notes(key('ci', 'delivered', { since: ago(31) }))).toMatch(
      /key ci was delivered .* is due \(rotate: 30d\)/,
    )
    expect(notes(key('ci', 'delivered'), key('ci.old-1', 'retired', { since: ago(0.5) }, ago(0.1)))).toMatch(
      /works until .* at most; last used /,
    )
    expect(notes(key('ci', 'delivered'), key('ci.old-1', 'retired', { since: ago(2) }))).toMatch(
      /is ended by the next rotate with keys; LiteLLM knows of no use/,
    )
  })
})

describe('a replaced key with a grace of a day', () => {
  const at = (since: number, used?: number) =>
    endOf(
      { since: ago(since), graceSeconds: 86_400 },
      used === undefined ? undefined : ago(used).replace('Z', ''),
      NOW,
    ).end

  test.each([
    [0.9, undefined, 'not-yet'],
    [1, undefined, 'unused'],
    [1, 30, 'unused'],
    [3, 0.9, 'not-yet'],
    [3, 1, 'unused'],
    [6.9, 0, 'not-yet'],
    [7, 0, 'overdue'],
  ])('replaced %d days ago, last used %s days ago: %s', (since, used, end) =>
    expect(at(since, used)).toBe(end),
  )
})

import { describe, expect, test } from 'vitest'
import type { ObservedBudget } from '../../../src/contract/programs/observe.ts'
import { changedFields } from '../../../src/gateway/budget-fields.ts'
import type { BudgetChange } from '../../../src/plan/change.ts'
import { diff } from '../../../src/plan/diff.ts'
import { budgetChangeText } from '../../../src/plan/wording.ts'
import { applied, base, load, NOW } from './applied.ts'

/** Periods of which LiteLLM knows no end, or one that is long past. */
const OWNERS = {
  user: { user_id: 'ann' },
  team: { team_id: 'data' },
  member: { team_id: 'data', user_id: 'ann' },
  customer: { customer_id: 'acme' },
  key: { key_alias: 'ci' },
  tag: { tag: 'batch' },
}

function planOf(owner: object, change: (budget: ObservedBudget) => ObservedBudget, more: object = {}) {
  const desired = load({
    ...base,
    ...more,
    budget_config: [{ ...owner, max_budget: 5, time_period: 'monthly' }],
  })
  const budgets = applied(desired).gateway?.budgets?.map(change) ?? []
  return diff(desired, applied(desired, { budgets }), NOW)
}
const withoutReset = ({ budget_reset_at: _, ...budget }: ObservedBudget): ObservedBudget => budget

describe.each(Object.entries(OWNERS))('of a %s', (subject, owner) => {
  test('a period without an end is a change, which writes the period and no limit', () => {
    const { changes } = planOf(owner, withoutReset)
    expect(changes).toMatchObject([{ kind: 'budget', action: 'update', subject }])
    const [change] = changes as BudgetChange[]
    if (change === undefined) throw new Error('no change')
    expect(changedFields(change)).toEqual({ budget_duration: '1mo' })
    expect(budgetChangeText(change)).toBe(
      '5.00 USD a month; had no day of its next reset, and gets one; spent 1.50 USD; resets on 2026-12-01',
    )
  })

  test('one that ends in the future is none', () => {
    expect(planOf(owner, (budget) => budget).changes).toEqual([])
  })
})

test('an end that is long past is told: LiteLLM would have reset it within ten minutes', () => {
  const past = (budget_reset_at: string) =>
    planOf(OWNERS.user, (budget) => ({ ...budget, budget_reset_at })).notes.map(({ text }) => text)
  const told = expect.stringMatching(
    /1 budget should have been reset by now, the one of user ann on 2026-11-01/,
  )
  expect(past('2026-11-01T00:00:00')).toContainEqual(told)
  expect(past('2026-11-23T11:50:00')).not.toContainEqual(expect.stringMatching(/should have been reset/))
})

test('that no budget is ever reset is told where it is declared', () => {
  const { notes } = planOf(OWNERS.user, (budget) => budget, {
    general_settings: { disable_reset_budget: true },
  })
  expect(notes).toContainEqual(
    expect.objectContaining({
      text: expect.stringContaining('LiteLLM resets no budget'),
      at: expect.anything(),
    }),
  )
})

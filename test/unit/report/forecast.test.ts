import { describe, expect, test } from 'vitest'
import type { ObservedBudget } from '../../../src/contract/programs/observe.ts'
import { forecasts, share } from '../../../src/report/forecast.ts'

const now = '2026-11-11T00:00:00'
const monthly = {
  subject: 'team',
  max_budget: 100,
  budget_duration: '1mo',
  budget_reset_at: '2026-12-01T00:00:00',
} as const

function one(budget: Partial<ObservedBudget>, at = now) {
  const [found] = forecasts({ budgets: [{ id: 'a', subject: 'user', ...budget }], now: at })
  return found
}

describe('the day on which a budget is used up', () => {
  test.each([
    ['ten of thirty days, half of it spent', { spend: 50 }, '2026-11-21T00:00:00.000Z'],
    ['ten of thirty days, a third of it spent: it lasts just until it starts anew', { spend: 100 / 3 }, null],
    ['ten of thirty days, less', { spend: 10 }, null],
    ['nothing spent', { spend: 0 }, null],
    ['used up already', { spend: 100 }, null],
  ])('%s', (_, budget, runsOut) => {
    expect(one({ ...monthly, ...budget })).toMatchObject({ runsOut })
  })

  test.each([
    ['7d', '2026-11-16T00:00:00', '2026-11-11T19:12:00.000Z'],
    ['1d', '2026-11-11T12:00:00', '2026-11-11T04:48:00.000Z'],
    ['24h', '2026-11-11T12:00:00+00:00', '2026-11-11T04:48:00.000Z'],
  ])('of %s, five of seven spent', (budget_duration, budget_reset_at, runsOut) => {
    expect(one({ max_budget: 7, spend: 5, budget_duration, budget_reset_at })).toMatchObject({ runsOut })
  })

  test('nobody knows when the period has just begun, is over, never ends, or has a length that we do not know', () => {
    expect(one({ ...monthly, spend: 50 }, '2026-11-01T01:00:00')).toMatchObject({ runsOut: null })
    expect(one({ ...monthly, spend: 50 }, '2026-12-01T00:05:00')).toMatchObject({ runsOut: null })
    expect(one({ max_budget: 100, spend: 50 })).toMatchObject({ runsOut: null, resets: null, period: null })
    expect(one({ ...monthly, budget_duration: 'odd', spend: 50 })).toMatchObject({ runsOut: null })
  })
})

test('what is used most stands first; what has no limit in money is left out', () => {
  const budgets: ObservedBudget[] = [
    { subject: 'user', id: 'half', max_budget: 10, spend: 5 },
    { subject: 'user', id: 'none', rpm_limit: 5, spend: 5 },
    { subject: 'team', id: 't1', alias: 'Data', max_budget: 10, spend: 12 },
    { subject: 'member', id: 'ann', team: 't1', max_budget: 0 },
  ]
  const found = forecasts({ budgets, now })
  expect(found.map(({ name, exhausted }) => [name, exhausted])).toEqual([
    ['Data', true],
    ['half', false],
    ['ann in t1', true],
  ])
  expect(found.map(share)).toEqual([1.2, 0.5, 0])
})

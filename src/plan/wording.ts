import { parsePeriod } from '../config/period.ts'
import type { BudgetChange, BudgetState, Change, FieldChange, Plan } from './change.ts'

const SIGN = { create: '+', update: '~', delete: '-' } as const

/** `100.00 USD a month`, `no limit` */
export function budgetText({ maxBudget, duration }: Pick<BudgetState, 'maxBudget' | 'duration'>): string {
  const period = duration === null ? undefined : parsePeriod(words[duration] ?? duration)
  const label =
    period === undefined ? ', never reset' : 'label' in period ? ` ${period.label}` : ` every ${duration}`
  return maxBudget === null ? 'no limit' : `${maxBudget.toFixed(2)} USD${label}`
}

const words: Readonly<Record<string, string>> = {
  '1d': 'daily',
  '24h': 'daily',
  '7d': 'weekly',
  '1w': 'weekly',
  '1mo': 'monthly',
  '30d': 'monthly',
  '365d': 'yearly',
}

/** `no limit → 100.00 USD a month; spent 3.20 USD, starts anew on 2026-12-01` */
export function budgetChangeText({ before, after }: BudgetChange): string {
  const facts = [
    ...(before === undefined ? [] : [`spent ${before.spend.toFixed(2)} USD`]),
    ...(after.resetsAt === null ? [] : [`starts anew on ${after.resetsAt.slice(0, 10)}`]),
    ...(before !== undefined && after.maxBudget !== null && before.spend >= after.maxBudget
      ? ['already used up: requests are refused at once']
      : []),
  ]
  const from = before === undefined ? 'new' : budgetText(before)
  const to = budgetText(after)
  const amount = before !== undefined && from === to ? `${to}, now marked as managed` : `${from} → ${to}`
  return [amount, ...facts].join('; ')
}

/** One field as a reader compares it: `rpm: 10 → 60`. */
export function fieldText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `${path}: ${value(after)}`
  if (after === undefined) return `${path}: ${value(before)} → removed`
  return `${path}: ${value(before)} → ${value(after)}`
}

function value(given: unknown): string {
  if (typeof given === 'object' && given !== null && 'fingerprint' in given)
    return `a value written out on the host (fingerprint ${given.fingerprint})`
  return typeof given === 'string' ? given : JSON.stringify(given)
}

/** What a change consists of, a line each. */
export function details(change: Change): string[] {
  switch (change.kind) {
    case 'model':
      return change.action === 'delete'
        ? ['no longer declared: it is not served any more']
        : change.fields.map(fieldText)
    case 'setting':
      return change.fields.map(fieldText)
    case 'secret':
      return [
        {
          create: 'the gateway has none yet',
          update: 'differs from what the gateway has',
          delete: 'nothing refers to it any more',
        }[change.action],
      ]
    case 'budget':
      return [budgetChangeText(change)]
    case 'host':
      return [change.detail]
  }
}

/** `+ model gpt-4`, with its details below; for terminals and logs. */
export function planLines({ changes }: Plan, title: (change: Change) => string): string[] {
  return changes.flatMap((change) => [
    `${SIGN[change.action]} ${title(change)}`,
    ...details(change).map((line) => `    ${line}`),
  ])
}

/** `2 to create, 1 to update`, `no changes` */
export function countText(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length
  const parts = (['create', 'update', 'delete'] as const)
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0)
  return parts.length === 0
    ? 'no changes'
    : parts.map(([number, action]) => `${number} to ${action}`).join(', ')
}

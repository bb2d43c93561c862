import { canonicalDuration } from '../config/period.ts'
import type { ObservedBudget } from '../contract/programs/observe.ts'
import type { UsageFacts } from '../contract/programs/report.ts'

/** How far a budget is used, and when it will be at this pace. Money in USD. */
export interface BudgetForecast {
  readonly subject: ObservedBudget['subject']
  readonly id: string
  readonly name: string
  readonly max: number
  readonly spent: number
  /** `1mo`, `7d`, …; null for one that never resets. */
  readonly period: string | null
  /** ISO 8601; null when it never resets, or has not been used since it was created. */
  readonly resets: string | null
  /** ISO 8601: when it will be used up at the current rate; null when it resets before that, or when unknown. */
  readonly runsOut: string | null
  readonly exhausted: boolean
}

const DAY = 86_400_000
/** A pace of less time says nothing. */
const LEAST = DAY / 8
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: DAY, w: 7 * DAY }

/** Every budget with a limit in money, the one that is used most first. Pure. */
export function forecasts({ budgets, now }: Pick<UsageFacts, 'budgets' | 'now'>): BudgetForecast[] {
  const at = utc(now)
  return budgets
    .flatMap((budget) => (budget.max_budget === undefined ? [] : [forecast(budget, budget.max_budget, at)]))
    .sort((a, b) => share(b) - share(a) || (a.name < b.name ? -1 : 1))
}

/** From 0, and above 1 for what was overspent. */
export function share({ spent, max }: Pick<BudgetForecast, 'spent' | 'max'>): number {
  if (max > 0) return spent / max
  return spent > 0 ? 1 : 0
}

function forecast(budget: ObservedBudget, max: number, now: number): BudgetForecast {
  const { subject, id, team, alias, spend: spent = 0, budget_duration = null, budget_reset_at } = budget
  const resets = budget_reset_at === undefined ? undefined : utc(budget_reset_at)
  const exhausted = spent >= max
  // LiteLLM resets a finished period some minutes late: until then its spend is the old one.
  const stale = resets !== undefined && resets <= now
  const began = resets === undefined ? undefined : beginOf(resets, budget_duration)
  const elapsed = began === undefined || stale ? 0 : now - began
  const empty =
    exhausted || elapsed < LEAST || spent <= 0 ? undefined : now + ((max - spent) * elapsed) / spent
  return {
    subject,
    id,
    name: team === undefined ? (alias ?? id) : `${id} in ${team}`,
    max,
    spent,
    period: budget_duration,
    resets: resets === undefined ? null : new Date(resets).toISOString(),
    runsOut:
      empty === undefined || resets === undefined || empty >= resets ? null : new Date(empty).toISOString(),
    exhausted,
  }
}

/** When the period that ends at this moment began; undefined for a duration that we do not know. */
function beginOf(end: number, duration: string | null): number | undefined {
  if (canonicalDuration(duration) === '1mo') {
    const date = new Date(end)
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, date.getUTCDate(), date.getUTCHours())
  }
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(duration ?? '') ?? []
  const length = UNITS[unit]
  return length === undefined ? undefined : end - Number(count) * length
}

function utc(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}

import type { UsageBy, UsageFacts, UsageGroup, UsageRange } from '../contract/programs/report.ts'
import { type BudgetForecast, forecasts } from './forecast.ts'

/** One row of a table: the requests of one team, model, … */
export interface Row extends Omit<UsageGroup, 'by' | 'averageUncached'> {
  /** What people know it by. */
  readonly name: string
}

/** What was used and spent in a range of days. Money in USD. */
export interface Usage {
  readonly range: UsageRange
  readonly days: number
  /** LiteLLM's log of requests; or its daily sums, by days in UTC and without what came from the cache, where the log lacks requests. */
  readonly source: 'log' | 'daily'
  readonly total: Row
  /** What the cache's answers would have cost at the average of the same model's other answers in the range; null when not known. */
  readonly saved: number | null
  /** Every day of the range, also those without a request. */
  readonly byDay: readonly Row[]
  /** By spend, the most first. */
  readonly by: Readonly<Record<Exclude<UsageBy, 'total' | 'day'>, readonly Row[]>>
  readonly errors: UsageFacts['errors']
  readonly budgets: readonly BudgetForecast[]
}

export const GROUPED = ['team', 'user', 'key', 'model', 'provider'] as const

const NONE = { requests: 0, failures: 0, spend: 0, promptTokens: 0, completionTokens: 0 }
const DAY = 86_400_000

/** Orders what the host counted. Pure. */
export function usageOf(facts: UsageFacts, range: UsageRange): Usage {
  const { source = 'log' } = facts
  const nothing = { ...NONE, hits: source === 'log' ? 0 : null }
  const rows = (by: UsageBy) => facts.groups.filter((group) => group.by === by)
  const [total] = rows('total')
  const days = daysOf(range)
  const seen = new Map(rows('day').map((group) => [group.id, group]))
  const table = (by: UsageBy) => rows(by).map(rowOf)
  return {
    range,
    days: days.length,
    source,
    total: { ...nothing, ...(total === undefined ? {} : rowOf(total)), id: '', alias: null, name: 'all' },
    saved: source === 'log' ? saved(rows('model')) : null,
    byDay: days.map((day) => {
      const group = seen.get(day)
      return group === undefined ? { ...nothing, id: day, alias: null, name: day } : rowOf(group)
    }),
    by: {
      team: table('team'),
      user: table('user'),
      key: table('key'),
      model: table('model'),
      provider: table('provider'),
    },
    errors: facts.errors,
    budgets: forecasts(facts),
  }
}

function saved(models: readonly UsageGroup[]): number {
  return models.reduce((sum, { hits, averageUncached }) => sum + (hits ?? 0) * (averageUncached ?? 0), 0)
}

/** Where the figures come from, when that is not the log. */
export function sourceText({ source }: Pick<Usage, 'source'>): string | undefined {
  return source === 'log'
    ? undefined
    : "LiteLLM's log does not have all requests of these days (disable_spend_logs, or its retention), so these are LiteLLM's daily sums: days are in UTC, and what came from the cache is not known."
}

/** `YYYY-MM-DD` of each day of the range, in order. */
export function daysOf({ since, until }: UsageRange): string[] {
  const days: string[] = []
  for (let at = Date.parse(since); at < Date.parse(until); at += DAY)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

const NAMELESS: Readonly<Record<UsageBy, string>> = {
  total: 'all',
  day: '',
  model: 'unknown model',
  provider: 'no provider was asked',
  team: 'without a team',
  user: 'without a user',
  key: 'without a key',
}

function rowOf({ by, averageUncached: _, ...group }: UsageGroup): Row {
  const { id, alias } = group
  // A key that was deleted has left its hash only.
  const name = alias ?? (id === '' ? NAMELESS[by] : by === 'key' ? `key ${id}…` : id)
  return { ...group, name }
}

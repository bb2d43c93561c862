import { LIMIT_NAMES, LIMITS, type Limits, ownerText, POSSIBLE, type Subject } from '../config/budgets.ts'
import { canonicalDuration, parsePeriod } from '../config/period.ts'
import type { ObservedBudget } from '../contract/programs/observe.ts'
import { limitsOf } from '../plan/budgets.ts'
import { limitsText } from '../plan/wording.ts'
import type { ImportedField } from './field.ts'

type Entry = Readonly<Record<string, unknown>>

const OWNER_KEYS: Readonly<Record<Exclude<Subject, 'member'>, string>> = {
  user: 'user_id',
  team: 'team_id',
  customer: 'customer_id',
  key: 'key_alias',
  provider: 'provider',
  tag: 'tag',
}

const WORDS: Readonly<Record<string, string>> = {
  '1d': 'daily',
  '7d': 'weekly',
  '1mo': 'monthly',
  '365d': 'yearly',
}

/** The budgets of a gateway as entries of `budget_config`. Pure. */
export function budgetEntries(budgets: readonly ObservedBudget[]): {
  entries: Entry[]
  fields: ImportedField[]
} {
  const entries: Entry[] = []
  const fields: ImportedField[] = []
  for (const budget of budgets) {
    const path = `budget of ${ownerText(budget)}`
    const left = (detail: string) => fields.push({ path, outcome: 'left-out', detail })
    if (budget.shared === true) {
      left('the team gives it to each of its members')
      continue
    }
    const limits = limitsOf(budget)
    const set = LIMIT_NAMES.filter((name) => limits[name] !== null)
    const possible = set.filter((name) => POSSIBLE[budget.subject].includes(name))
    for (const name of set)
      if (!possible.includes(name)) left(`${LIMITS[name]} of a ${budget.subject} needs a licence of LiteLLM`)
    const wrong = possible.flatMap((name) => wrongPeriods(limits, name))
    if (wrong.length > 0) {
      left(`LiteLLM would never reset it: ${wrong.join('; ')}`)
      continue
    }
    // Somebody without a limit needs no entry, unless an entry is what we made of them.
    if (possible.length === 0 && budget.managed === undefined) continue
    entries.push({
      ...owner(budget),
      ...Object.assign({}, ...possible.map((name) => entryFor(name, limits))),
    })
    fields.push({ path, outcome: 'kept', detail: limitsText(limits) })
  }
  return { entries, fields }
}

function owner({ subject, id, team }: ObservedBudget): Entry {
  return subject === 'member' ? { team_id: team, user_id: id } : { [OWNER_KEYS[subject]]: id }
}

function entryFor(name: keyof Limits, limits: Limits): Entry {
  switch (name) {
    case 'duration':
      return { time_period: word(limits.duration ?? '') }
    case 'windows':
      return { budget_limits: limits.windows?.map(window) }
    case 'modelBudgets':
      return {
        model_max_budget: Object.fromEntries(
          Object.entries(limits.modelBudgets ?? {}).map(([model, budget]) => [model, window(budget)]),
        ),
      }
    default:
      return { [LIMITS[name]]: limits[name] }
  }
}

function window({ maxBudget, duration }: { maxBudget: number; duration: string }): Entry {
  return { max_budget: maxBudget, time_period: word(duration) }
}

/** The words that people write, where there is one for the duration. */
export function word(duration: string): string {
  return WORDS[canonicalDuration(duration) ?? ''] ?? duration
}

function wrongPeriods(limits: Limits, name: keyof Limits): string[] {
  const durations =
    name === 'duration'
      ? [limits.duration ?? '']
      : name === 'windows'
        ? (limits.windows ?? []).map(({ duration }) => duration)
        : name === 'modelBudgets'
          ? Object.values(limits.modelBudgets ?? {}).map(({ duration }) => duration)
          : []
  return durations.flatMap((duration) => {
    const parsed = parsePeriod(word(duration))
    return 'wrong' in parsed ? [parsed.wrong] : []
  })
}

import { desiredBudgets, type Limits } from '../budgets.ts'
import type { Problem } from '../problem.ts'
import type { Usable } from '../usable.ts'
import type { Source } from '../yaml/source.ts'
import { secondsIn } from './deliver-schema.ts'
import { deliveryOf } from './delivery.ts'
import { idOf, limitsDeclared } from './desired.ts'
import type { KeyPolicy, Required } from './policy-schema.ts'
import type { EntityEntry } from './schema.ts'

/** Keys that are not as the policy asks. They are errors of the declaration: no plan shows them as possible, and nothing of it is applied. */
export function policyProblems(gateway: Usable, source: Source): Problem[] {
  const rules = gateway.policy?.keys
  if (rules === undefined) return []
  const budget_config = (gateway.budget_config ?? []).filter((entry) => entry !== undefined)
  const budgets = new Map(
    [...limitsDeclared(gateway), ...desiredBudgets({ budget_config })].flatMap((budget) =>
      budget.subject === 'key' && budget.declared.length > 0 ? [[budget.id, budget.limits] as const] : [],
    ),
  )
  return (gateway.keys ?? []).flatMap((entry, index): Problem[] => {
    if (entry === undefined) return []
    const at = source.locate(['keys', index])
    return brokenBy(rules, entry, budgets.get(idOf('key', entry))).map(({ rule, found, fix }) => ({
      severity: 'error',
      code: 'policy',
      message: `key ${entry.key_alias} ${found}, which policy.keys.${rule} (line ${source.locate(['policy', 'keys', rule]).line}) does not allow.`,
      fix,
      at,
    }))
  })
}

interface Broken {
  readonly rule: keyof KeyPolicy
  /** `has no max_budget` */
  readonly found: string
  readonly fix: string
}

function brokenBy(rules: KeyPolicy, entry: EntityEntry, limits: Limits | undefined): Broken[] {
  const missing = (rules.require ?? []).filter((name) => !has(name, entry, limits))
  const { max_budget: most, rotate: longest } = rules
  const budget = limits?.maxBudget ?? undefined
  const delivery = deliveryOf(entry)
  const found: Broken[] = missing.map((name) => ({
    rule: 'require',
    found: `has no ${name}`,
    fix: name === 'owner' ? 'write team_id or user_id.' : `write ${name}.`,
  }))
  if (most !== undefined && budget !== undefined && budget > most)
    found.push({
      rule: 'max_budget',
      found: `has a max_budget of ${budget} USD`,
      fix: `write ${most} at most.`,
    })
  const isLong =
    longest !== undefined &&
    delivery !== undefined &&
    (delivery.rotate === undefined || delivery.rotate.seconds > secondsIn(longest))
  if (isLong)
    found.push({
      rule: 'rotate',
      found:
        delivery.rotate === undefined ? 'is never replaced' : `is replaced every ${delivery.rotate.text}`,
      fix: `write rotate: ${longest}, or less.`,
    })
  return found
}

function has(name: Required, entry: EntityEntry, limits: Limits | undefined): boolean {
  switch (name) {
    case 'owner':
      return entry.team_id !== undefined || entry.user_id !== undefined
    case 'rotate':
      return entry.rotate !== undefined
    case 'max_budget':
      return limits?.maxBudget != null
    case 'budget_duration':
      return limits?.duration != null
    case 'models':
      return limits?.models != null
  }
}

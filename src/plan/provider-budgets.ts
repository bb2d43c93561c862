import { isDeepStrictEqual } from 'node:util'
import { NO_LIMITS } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/record.ts'
import type { ObservedGateway } from '../contract/programs/observe.ts'
import type { BudgetChange, BudgetState } from './change.ts'

/** The key of `router_settings` in which LiteLLM keeps them. */
export const PROVIDER_BUDGETS = 'provider_budget_config'

/** Budgets of providers are part of the configuration: one that is no longer declared is no longer served. */
export function providerChanges(
  desired: Desired,
  gateway: ObservedGateway | null,
  config: Readonly<Record<string, unknown>>,
): BudgetChange[] {
  const before = section(config)
  const after = section(desired.litellm)
  const places = new Map(
    desired.budgets.filter(({ subject }) => subject === 'provider').map(({ id, path }) => [id, path]),
  )
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((id): BudgetChange[] => {
    if (isDeepStrictEqual(before[id], after[id])) return []
    const spend = gateway?.providers[id]
    const state = (entry: unknown): BudgetState => ({
      ...NO_LIMITS,
      ...limitsOf(entry),
      managed: undefined,
      spend: spend?.spend ?? 0,
      resetsAt: spend?.budget_reset_at ?? null,
    })
    const at = desired.locate(places.get(id) ?? ['router_settings', PROVIDER_BUDGETS, id])
    const old = before[id] === undefined ? undefined : state(before[id])
    const next =
      after[id] === undefined
        ? { ...NO_LIMITS, managed: undefined, spend: 0, resetsAt: null }
        : state(after[id])
    const action = old === undefined ? 'create' : after[id] === undefined ? 'delete' : 'update'
    return [{ kind: 'budget', action, subject: 'provider', id, before: old, after: next, at }]
  })
}

function section(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const settings = config.router_settings
  const budgets = isRecord(settings) ? settings[PROVIDER_BUDGETS] : undefined
  return isRecord(budgets) ? budgets : {}
}

/** LiteLLM takes two names for each of the two. */
function limitsOf(entry: unknown): { maxBudget: number | null; duration: string | null } {
  const { budget_limit, max_budget, time_period, budget_duration } = isRecord(entry) ? entry : {}
  const amount = budget_limit ?? max_budget
  const period = time_period ?? budget_duration
  return {
    maxBudget: typeof amount === 'number' ? amount : null,
    duration: typeof period === 'string' ? period : null,
  }
}

import type { Desired, DesiredBudget } from '../config/desired.ts'
import { canonicalDuration, nextReset } from '../config/period.ts'
import type { ObservedGateway, ObservedTeam, ObservedUser } from '../host/facts.ts'
import type { BudgetChange, BudgetState, Unmanaged } from './change.ts'

/** How objects that we made are marked in LiteLLM's `metadata`. */
export const OWNER = { managed_by: 'litellm-gitops' } as const

type Observed = ObservedUser | ObservedTeam

/** What is declared and stands otherwise. A limit that is not declared is no limit; it is never read as 0. */
export function budgetChanges(
  { budgets }: Desired,
  gateway: ObservedGateway | null,
  now: Date,
): BudgetChange[] {
  // Lists that could not be read say nothing of what stands; the plan carries a warning then.
  if (gateway !== null && (gateway.users === null || gateway.teams === null)) return []
  const live = observedBudgets(gateway)
  return budgets.flatMap((budget): BudgetChange[] => {
    const old = live.get(`${budget.subject} ${budget.id}`)
    const before = old === undefined ? undefined : stateOf(old)
    const after = wanted(budget, before, now)
    const same =
      before !== undefined &&
      before.maxBudget === after.maxBudget &&
      canonicalDuration(before.duration) === canonicalDuration(after.duration)
    if (same && isOwn(old)) return []
    return [
      {
        kind: 'budget',
        action: before === undefined ? 'create' : 'update',
        subject: budget.subject,
        id: budget.id,
        before,
        after,
        at: budget.at,
      },
    ]
  })
}

/** Budgets that stand and are not declared: made in the UI, or declared once and not any more. */
export function unmanagedBudgets({ budgets }: Desired, gateway: ObservedGateway): Unmanaged[] {
  const declared = new Set(budgets.map(({ subject, id }) => `${subject} ${id}`))
  return [...observedBudgets(gateway)].flatMap(([key, observed]): Unmanaged[] => {
    if (declared.has(key) || (observed.max_budget === null && !isOwn(observed))) return []
    const limit = observed.max_budget === null ? 'no limit' : `${observed.max_budget.toFixed(2)} USD`
    const origin = isOwn(observed)
      ? 'declared once, not any more; it stays in force'
      : 'made in the UI or by the API'
    return [
      { kind: 'user_id' in observed ? 'user' : 'team', id: idOf(observed), detail: `${limit}, ${origin}` },
    ]
  })
}

function observedBudgets(gateway: ObservedGateway | null): Map<string, Observed> {
  const all: readonly Observed[] = [...(gateway?.users ?? []), ...(gateway?.teams ?? [])]
  return new Map(
    all.map((observed) => [`${'user_id' in observed ? 'user' : 'team'} ${idOf(observed)}`, observed]),
  )
}

function idOf(observed: Observed): string {
  return 'user_id' in observed ? observed.user_id : observed.team_id
}

function isOwn(observed: Observed | undefined): boolean {
  return observed?.managed === true
}

function stateOf({ managed, max_budget, budget_duration, budget_reset_at, spend }: Observed): BudgetState {
  return {
    managed,
    maxBudget: max_budget,
    duration: budget_duration,
    spend: spend ?? 0,
    resetsAt: budget_reset_at,
  }
}

function wanted(
  { maxBudget, duration }: DesiredBudget,
  before: BudgetState | undefined,
  now: Date,
): BudgetState {
  const kept =
    before !== undefined && canonicalDuration(before.duration) === canonicalDuration(duration ?? null)
  return {
    managed: true,
    maxBudget: maxBudget ?? null,
    duration: duration ?? null,
    spend: before?.spend ?? 0,
    resetsAt: kept ? before.resetsAt : (nextReset(duration ?? null, now)?.toISOString() ?? null),
  }
}

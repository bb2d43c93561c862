import { LIMITS, type LimitName, type Limits, NO_LIMITS } from '../config/budgets.ts'
import { MANAGER, MARK_LIMITS, MARK_MANAGER, MARK_MEMBERS } from '../contract/names.ts'
import { ALL_MODELS, differingLimits, lacksReset } from '../plan/budgets.ts'
import type { BudgetChange } from '../plan/change.ts'

export type Metadata = Readonly<Record<string, unknown>>

/**
 * The limits to write, by LiteLLM's names: those that differ, a lifted one as null. A period is sent only when it
 * differs, because LiteLLM recomputes the date of the next reset on each write of it. Pure.
 */
export function changedFields({ subject, before, after }: BudgetChange): Record<string, unknown> {
  const differing = differingLimits(before ?? NO_LIMITS, after)
  const names = lacksReset(before, after) ? [...differing, 'duration' as const] : differing
  return Object.fromEntries(names.map((name) => [nameFor(subject, name), valueFor(subject, name, after)]))
}

/** All limits, those that are not set as null. */
export function allFields(
  { subject, after }: BudgetChange,
  names: readonly LimitName[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [nameFor(subject, name), valueFor(subject, name, after)]))
}

function nameFor(subject: BudgetChange['subject'], name: LimitName): string {
  if (subject === 'member' && name === 'maxBudget') return 'max_budget_in_team'
  if (subject === 'member' && name === 'models') return 'allowed_models'
  return LIMITS[name]
}

function valueFor(subject: BudgetChange['subject'], name: LimitName, limits: Limits): unknown {
  switch (name) {
    case 'models':
      // An empty list changes nothing for a user (`_update_internal_user_params`), and lifts the limit everywhere else.
      return limits.models ?? (subject === 'user' ? [ALL_MODELS] : [])
    case 'windows':
      return (limits.windows ?? []).map(({ maxBudget, duration }) => ({
        max_budget: maxBudget,
        budget_duration: duration,
      }))
    case 'modelBudgets':
      return Object.fromEntries(
        Object.entries(limits.modelBudgets ?? {}).map(([model, { maxBudget, duration }]) => [
          model,
          { max_budget: maxBudget, budget_duration: duration },
        ]),
      )
    default:
      return limits[name]
  }
}

/** The metadata with our mark on it, or without it when nothing is kept from here any more. */
function marked(metadata: Metadata, managed: readonly LimitName[] | undefined): Metadata {
  const { [MARK_MANAGER]: _by, [MARK_LIMITS]: _limits, ...others } = metadata
  // An empty mapping would change nothing (`_update_internal_user_params`).
  if (managed === undefined) return Object.keys(others).length === 0 ? { [MARK_MANAGER]: null } : others
  return { ...others, [MARK_MANAGER]: MANAGER, [MARK_LIMITS]: managed.map((name) => LIMITS[name]) }
}

/** The metadata of a team with our mark for the budget of one of its members, which has no metadata. */
export function memberMarked(
  metadata: Metadata,
  user: string,
  managed: readonly LimitName[] | undefined,
): Metadata {
  const { [MARK_MEMBERS]: members, ...others } = metadata
  const left = Object.entries(members ?? {}).filter(([id]) => id !== user)
  const all = managed === undefined ? left : [...left, [user, managed.map((name) => LIMITS[name])]]
  return all.length === 0 ? others : { ...others, [MARK_MEMBERS]: Object.fromEntries(all) }
}

/** `metadata` only when the mark changes: left out, it stays. */
export function mark(change: BudgetChange, metadata: Metadata): { metadata?: Metadata } {
  return marksDiffer(change) ? { metadata: marked(metadata, change.after.managed) } : {}
}

/** The limits and the mark of an owner who is made. */
export function limitFields(change: BudgetChange): Metadata {
  return { ...changedFields(change), ...mark(change, {}) }
}

/** Whether the mark must be written. */
export function marksDiffer({ before, after }: BudgetChange): boolean {
  const [old, next] = [before?.managed, after.managed].map((names) => names?.toSorted().join())
  return old !== next
}

/** The row of LiteLLM's budget table that holds the limits of one customer or tag, and says by its id that it is ours. */
export function budgetRow({ subject, id }: BudgetChange): string {
  return `${MANAGER}:${subject}:${id}`
}

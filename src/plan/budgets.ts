import { isDeepStrictEqual } from 'node:util'
import {
  type BudgetWindow,
  type DesiredBudget,
  LIMIT_NAMES,
  LIMITS,
  type LimitName,
  type Limits,
  NO_LIMITS,
  ownerKey,
  ownerText,
  type Subject,
} from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { canonicalDuration, nextReset } from '../config/period.ts'
import { isRecord } from '../config/record.ts'
import type { ObservedBudget, ObservedGateway } from '../contract/programs/observe.ts'
import { counted } from '../text/units.ts'
import type { BudgetChange, BudgetState, Note, Unmanaged } from './change.ts'
import { passingAliases } from './entities/delivery.ts'
import { limitsText } from './wording.ts'

/** Objects whose mark lists the limits that are ours; of others a whole row of LiteLLM's budget table is ours, or nothing. */
const LISTS_LIMITS: ReadonlySet<string> = new Set(['user', 'team', 'member', 'key'])
/** How LiteLLM writes "no restriction" where an empty list would change nothing. */
export const ALL_MODELS = 'all-proxy-models'

/**
 * What is declared and differs. A limit that is not declared is lifted when we set it, and left alone when somebody
 * else did; it is never read as 0. With `prune`, budgets that we set and that are no longer declared are lifted too.
 */
export function budgetChanges(
  desired: Desired,
  gateway: ObservedGateway | null,
  now: Date,
): { changes: BudgetChange[]; adoptions: BudgetChange[] } {
  // Budgets that could not be read show nothing; the plan has a warning then.
  if (gateway !== null && gateway.budgets === null) return { changes: [], adoptions: [] }
  const live = new Map((gateway?.budgets ?? []).map((budget) => [ownerKey(budget), budget]))
  const unlimited = withoutLimit(gateway)
  const goes = goingWhole(desired, gateway)
  const delivered = new Set(desired.entities.flatMap(({ id, delivery }) => (delivery ? [id] : [])))
  const declared = desired.budgets.filter(({ subject }) => subject !== 'provider')
  const changed = declared.flatMap((budget): BudgetChange[] => {
    const key = ownerKey(budget)
    const observed = live.get(key) ?? unlimited.get(key)
    if (isWithoutAny(budget, observed)) return []
    // No key is made for nobody.
    const isMade = budget.subject !== 'key' || delivered.has(budget.id)
    if (observed === undefined ? !isMade : stands(budget, observed)) return []
    const before = observed === undefined ? undefined : stateOf(observed)
    const after = wanted(budget, before, now)
    const { subject, id, team, path } = budget
    return [
      {
        kind: 'budget',
        action: before === undefined ? 'create' : 'update',
        subject,
        id,
        ...(team === undefined ? {} : { team }),
        before,
        after,
        at: desired.locate(path),
      },
    ]
  })
  const gone = desired.gateway.prune
    ? undeclared(desired, gateway).filter((one) => isOwn(one) && !goes(one))
    : []
  const isChange = ({ before, after }: BudgetChange) =>
    before === undefined || !sameLimits(before, after) || lacksReset(before, after)
  return {
    changes: [...changed.filter(isChange), ...gone.map(lifted)],
    adoptions: changed.filter((change) => !isChange(change)),
  }
}

/** Who is declared in a section of their own, has no limit there, and none that we set: there is nothing to keep. */
function isWithoutAny({ section, declared }: DesiredBudget, observed: ObservedBudget | undefined): boolean {
  return section === true && declared.length === 0 && (observed?.managed ?? []).length === 0
}

/** Every owner that the gateway has, without any limit: of those that were not asked for one by one. */
function withoutLimit(gateway: ObservedGateway | null): ReadonlyMap<string, ObservedBudget> {
  const found = (gateway?.entities ?? []).flatMap(({ kind, id, members = {} }): ObservedBudget[] => [
    ...(kind === 'organization' || kind === 'access_group' ? [] : [{ subject: kind, id, spend: 0 }]),
    ...(kind === 'team'
      ? Object.keys(members).map((user) => ({ subject: 'member' as const, id: user, team: id, spend: 0 }))
      : []),
  ])
  return new Map(found.map((one) => [ownerKey(one), one]))
}

/** Finds budgets of owners who are declared no more, and so go with `prune`, with all of their limits. */
function goingWhole(
  { entities, gateway: { prune } }: Desired,
  gateway: ObservedGateway | null,
): (budget: ObservedBudget) => boolean {
  if (prune !== true) return () => false
  const key = (kind: string, id: string) => JSON.stringify([kind, id])
  const declared = new Set(entities.map(({ kind, id }) => key(kind, id)))
  const managed = new Map(
    (gateway?.entities ?? []).flatMap((one) =>
      one.managed === undefined ? [] : [[key(one.kind, one.id), one.managed] as const],
    ),
  )
  const goes = (kind: string, id: string) => managed.has(key(kind, id)) && !declared.has(key(kind, id))
  return ({ subject, id, team }) =>
    team === undefined
      ? goes(subject, id)
      : goes('team', team) || managed.get(key('team', team))?.includes(`members.${id}`) === true
}

/** Budgets that exist and are not declared: made in the UI, or no longer declared. */
export function unmanagedBudgets(desired: Desired, gateway: ObservedGateway): Unmanaged[] {
  const goes = goingWhole(desired, gateway)
  return undeclared(desired, gateway).flatMap((observed): Unmanaged[] => {
    if ((isOwn(observed) && desired.gateway.prune) || goes(observed)) return []
    // What the team gives to each member belongs to the team.
    if (observed.shared === true || (!isOwn(observed) && sameLimits(NO_LIMITS, limitsOf(observed)))) return []
    const origin = isOwn(observed)
      ? 'declared once, not any more; it stays in force (prune: true lifts it)'
      : 'made in the UI or through the API'
    const { subject, id, team } = observed
    const name = team === undefined ? id : `${id} of ${team}`
    return [{ kind: subject, id: name, detail: `${limitsText(limitsOf(observed))}, ${origin}` }]
  })
}

/** What a reviewer should know about budgets that cannot be set. */
export function budgetNotes(desired: Desired, gateway: ObservedGateway | null, now: Date): Note[] {
  if (gateway?.budgets == null) return []
  const { budgets, locate } = desired
  const live = new Set(gateway.budgets.map(ownerKey))
  const missing = budgets
    .filter((budget) => budget.subject === 'key' && budget.section !== true && !live.has(ownerKey(budget)))
    .map(
      ({ id, path }): Note => ({
        severity: 'warning',
        text: `No key has the alias ${id} yet. The first sync after it is created sets its budget.`,
        at: locate(path),
      }),
    )
  return [...missing, ...resetNotes(desired, gateway.budgets, now)]
}

/** LiteLLM's job runs every ten minutes; after a night of standstill it still has the morning. */
const LATE = 86_400_000

/** Budgets whose reset is long due. */
export function overdue(budgets: readonly ObservedBudget[], now: Date): ObservedBudget[] {
  return budgets.filter(
    ({ budget_duration, budget_reset_at }) =>
      budget_duration !== undefined &&
      budget_reset_at !== undefined &&
      Date.parse(`${budget_reset_at}Z`) < now.getTime() - LATE,
  )
}

function resetNotes({ litellm, locate }: Desired, budgets: readonly ObservedBudget[], now: Date): Note[] {
  const { general_settings: settings } = litellm
  const late = overdue(budgets, now)
  if (isRecord(settings) && settings.disable_reset_budget === true)
    return budgets.some(({ budget_duration }) => budget_duration !== undefined)
      ? [
          {
            severity: 'warning',
            text: 'general_settings.disable_reset_budget is true: LiteLLM resets no budget, whatever its period is.',
            at: locate(['general_settings', 'disable_reset_budget']),
          },
        ]
      : []
  const [one] = late
  if (one === undefined) return []
  return [
    {
      severity: 'warning',
      text: `${counted(late.length, 'budget')} should have been reset by now, the one of ${ownerText(one)} on ${one.budget_reset_at?.slice(0, 10)}: LiteLLM's own job for that does not run, or fails. doctor says more.`,
    },
  ]
}

/** Most budgets need nothing else. */
function stands({ subject, limits, declared }: DesiredBudget, observed: ObservedBudget): boolean {
  const before = limitsOf(observed)
  const managed = managedOf(observed)
  return (
    sameMark(subject, declared, managed) &&
    !(limits.duration !== null && isUnset(observed)) &&
    LIMIT_NAMES.every((name) => isForeign(name, declared, managed) || sameLimit(name, before, limits))
  )
}

/** LiteLLM knows the period and no day on which it ends: a key's spend is then never reset. To write the period again sets the day. */
export function isUnset({ budget_duration, budget_reset_at }: ObservedBudget): boolean {
  return budget_duration !== undefined && budget_reset_at === undefined
}

/** Whether the period is the same and must be written all the same, as no reset is due. */
export function lacksReset(before: BudgetState | undefined, after: BudgetState): boolean {
  return (
    before !== undefined &&
    before.duration !== null &&
    before.resetsAt === null &&
    after.managed?.includes('duration') === true &&
    sameLimit('duration', before, after)
  )
}

function undeclared({ budgets }: Desired, gateway: ObservedGateway | null): ObservedBudget[] {
  const declared = new Set(budgets.map(ownerKey))
  const passing = passingAliases(gateway)
  return (gateway?.budgets ?? []).filter(
    (observed) =>
      !declared.has(ownerKey(observed)) && !(observed.subject === 'key' && passing.has(observed.id)),
  )
}

function isOwn(observed: ObservedBudget): boolean {
  return observed.managed !== undefined
}

function lifted(observed: ObservedBudget): BudgetChange {
  const before = stateOf(observed)
  const kept = Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, before.managed?.includes(name) ? null : before[name]]),
  )
  const { subject, id, team } = observed
  return {
    kind: 'budget',
    action: 'delete',
    subject,
    id,
    ...(team === undefined ? {} : { team }),
    before,
    after: { ...NO_LIMITS, ...kept, managed: undefined, spend: before.spend, resetsAt: null },
  }
}

function stateOf(observed: ObservedBudget): BudgetState {
  const { spend, budget_reset_at } = observed
  return {
    ...limitsOf(observed),
    managed: managedOf(observed),
    spend: spend ?? 0,
    // The database keeps UTC without saying so.
    resetsAt: budget_reset_at === undefined ? null : new Date(`${budget_reset_at}Z`).toISOString(),
  }
}

function managedOf({ managed }: ObservedBudget): LimitName[] | undefined {
  return managed && LIMIT_NAMES.filter((name) => managed.includes(LIMITS[name]))
}

/** The limits of an object in LiteLLM's form. */
export function limitsOf(observed: Omit<ObservedBudget, 'subject' | 'id'>): Limits {
  const { models } = observed
  return {
    maxBudget: observed.max_budget ?? null,
    duration: observed.budget_duration ?? null,
    softBudget: observed.soft_budget ?? null,
    tpmLimit: observed.tpm_limit ?? null,
    rpmLimit: observed.rpm_limit ?? null,
    models: models === undefined || models.includes(ALL_MODELS) ? null : models,
    modelBudgets: modelBudgets(observed.model_max_budget),
    windows:
      observed.budget_limits?.map(({ max_budget, budget_duration }) => ({
        maxBudget: max_budget,
        duration: budget_duration,
      })) ?? null,
  }
}

/** LiteLLM takes these in two forms, and keeps them as they were sent. */
function modelBudgets(given: Readonly<Record<string, unknown>> | undefined): Limits['modelBudgets'] {
  if (given === undefined) return null
  return Object.fromEntries(
    Object.entries(given).map(([model, window]): [string, BudgetWindow] => {
      const { max_budget, budget_limit, budget_duration, time_period } = isRecord(window) ? window : {}
      return [
        model,
        {
          maxBudget: Number(max_budget ?? budget_limit ?? 0),
          duration: String(budget_duration ?? time_period ?? ''),
        },
      ]
    }),
  )
}

function wanted(
  { limits, declared }: DesiredBudget,
  before: BudgetState | undefined,
  now: Date,
): BudgetState {
  const foreign =
    before === undefined ? [] : LIMIT_NAMES.filter((name) => isForeign(name, declared, before.managed))
  const kept = Object.fromEntries(foreign.map((name) => [name, before?.[name] ?? null]))
  const after = { ...limits, ...kept }
  const sameDuration =
    before !== undefined &&
    before.resetsAt !== null &&
    canonicalDuration(before.duration) === canonicalDuration(after.duration)
  return {
    ...after,
    managed: declared,
    spend: before?.spend ?? 0,
    resetsAt: sameDuration ? before.resetsAt : (nextReset(after.duration, now)?.toISOString() ?? null),
  }
}

/** A limit that was set elsewhere and is not declared is not ours. */
function isForeign(
  name: LimitName,
  declared: readonly LimitName[],
  managed: readonly LimitName[] | undefined,
): boolean {
  return !declared.includes(name) && managed?.includes(name) !== true
}

/** The limits in which two differ. Other words for one period, and another order of models or windows, are no difference. */
export function differingLimits(before: Limits, after: Limits): LimitName[] {
  return LIMIT_NAMES.filter((name) => !sameLimit(name, before, after))
}

function sameLimit(name: LimitName, before: Limits, after: Limits): boolean {
  return before[name] === after[name] || isDeepStrictEqual(comparable(name, before), comparable(name, after))
}

function sameLimits(before: Limits, after: Limits): boolean {
  return differingLimits(before, after).length === 0
}

function comparable(name: LimitName, limits: Limits): unknown {
  switch (name) {
    case 'duration':
      return canonicalDuration(limits.duration)
    case 'models':
      return limits.models?.toSorted()
    case 'windows':
      return limits.windows?.map(canonicalWindow).toSorted((a, b) => (a < b ? -1 : 1))
    case 'modelBudgets':
      return (
        limits.modelBudgets &&
        Object.fromEntries(
          Object.entries(limits.modelBudgets)
            .map(([model, window]) => [model, canonicalWindow(window)])
            .toSorted(),
        )
      )
    default:
      return limits[name] === null ? null : money(limits[name])
  }
}

/** Without the digits in which binary fractions differ: not every layer between us and the database keeps them. */
function money(amount: number): number {
  return Number(amount.toPrecision(12))
}

function canonicalWindow({ maxBudget, duration }: BudgetWindow): string {
  return `${money(maxBudget)} ${canonicalDuration(duration)}`
}

function sameMark(
  subject: Subject,
  declared: readonly LimitName[],
  managed: readonly LimitName[] | undefined,
): boolean {
  if (managed === undefined) return false
  return (
    !LISTS_LIMITS.has(subject) ||
    (managed.length === declared.length && managed.every((name) => declared.includes(name)))
  )
}

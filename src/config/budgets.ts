import { LICENSED, LIMITS, type LimitName, POSSIBLE, type Subject } from './limits.ts'
import { parsePeriod } from './period.ts'
import type { Problem } from './problem.ts'
import type { BudgetEntry, GatewayFile } from './schema.ts'
import type { Usable } from './usable.ts'
import { describe } from './yaml/describe.ts'
import type { Path } from './yaml/path.ts'
import type { Source } from './yaml/source.ts'

export { LIMITS, type LimitName, POSSIBLE, type Subject }

/** USD in each period. */
export interface BudgetWindow {
  readonly maxBudget: number
  /** LiteLLM's duration. */
  readonly duration: string
}

/** How much may be spent and used. null: no limit. */
export interface Limits {
  /** USD in each period. */
  readonly maxBudget: number | null
  /** LiteLLM's duration; null: the spend is never reset. */
  readonly duration: string | null
  /** USD from which on LiteLLM alerts; nothing is refused. */
  readonly softBudget: number | null
  /** Tokens a minute. */
  readonly tpmLimit: number | null
  /** Requests a minute. */
  readonly rpmLimit: number | null
  /** The models that may be used; null: all that the gateway serves. */
  readonly models: readonly string[] | null
  /** By name of the model. */
  readonly modelBudgets: Readonly<Record<string, BudgetWindow>> | null
  /** Further budgets that hold at the same time. */
  readonly windows: readonly BudgetWindow[] | null
}

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[]

export const NO_LIMITS: Limits = {
  maxBudget: null,
  duration: null,
  softBudget: null,
  tpmLimit: null,
  rpmLimit: null,
  models: null,
  modelBudgets: null,
  windows: null,
}

/** Whose budget it is, in one value: ids may hold any character, so parts are never split out of a text again. */
export interface Owner {
  readonly subject: Subject
  readonly id: string
  /** Of a `member` only. */
  readonly team?: string
}

/** A budget as declared. What is not declared is null in `limits` and not in `declared`; it is never 0. */
export interface DesiredBudget extends Owner {
  readonly limits: Limits
  readonly declared: readonly LimitName[]
  /** Where in the declaration. */
  readonly path: Path
  /** Declared in a section of its own; there may be no limit then, and nothing to set. */
  readonly section?: true
}

/** One text for each owner, to find it by; no two have the same, whatever characters are in their ids. */
export function ownerKey({ subject, id, team }: Owner): string {
  return team === undefined ? `${subject} ${id}` : `${subject} ${team.length} ${team} ${id}`
}

/** `user team-dev`, `member alice of team data` */
export function ownerText({ subject, id, team }: Owner): string {
  return team === undefined ? `${subject} ${id}` : `${subject} ${id} of team ${team}`
}

export const LICENSE_VARIABLE = 'LITELLM_LICENSE'

const OWNERS = ['user_id', 'team_id', 'customer_id', 'key_alias', 'provider', 'tag'] as const
const SUBJECTS = {
  user_id: 'user',
  team_id: 'team',
  customer_id: 'customer',
  key_alias: 'key',
  provider: 'provider',
  tag: 'tag',
} as const

/** Whose the entry is; undefined when it names nobody, or two at once. */
export function ownerOf(entry: BudgetEntry): Owner | undefined {
  let owner: Owner | undefined
  let count = 0
  for (const name of OWNERS) {
    const id = entry[name]
    if (id === undefined) continue
    owner = { subject: SUBJECTS[name], id }
    count += 1
  }
  if (count === 1) return owner
  const { user_id, team_id } = entry
  return count === 2 && user_id !== undefined && team_id !== undefined
    ? { subject: 'member', id: user_id, team: team_id }
    : undefined
}

/** The budgets of `budget_config` in a declaration that was found right. */
export function desiredBudgets({ budget_config }: Pick<GatewayFile, 'budget_config'>): DesiredBudget[] {
  const budgets: DesiredBudget[] = []
  for (const [index, entry] of (budget_config ?? []).entries()) {
    const owner = ownerOf(entry)
    if (owner === undefined) continue
    const { limits, declared } = declaredLimits(entry)
    budgets.push({ ...owner, limits, declared, path: ['budget_config', index] })
  }
  return budgets
}

/** What an entry of `budget_config` declares. */
export function declaredLimits(entry: BudgetEntry): Pick<DesiredBudget, 'limits' | 'declared'> {
  return {
    limits: limitsOf(entry),
    declared: LIMIT_NAMES.filter((name) => entry[KEYS[name]] !== undefined),
  }
}

const KEYS = { ...LIMITS, duration: 'time_period' } as const satisfies Record<LimitName, keyof BudgetEntry>

function limitsOf(entry: BudgetEntry): Limits {
  return {
    maxBudget: entry.max_budget ?? null,
    duration: entry.time_period === undefined ? null : durationOf(entry.time_period),
    softBudget: entry.soft_budget ?? null,
    tpmLimit: entry.tpm_limit ?? null,
    rpmLimit: entry.rpm_limit ?? null,
    models: entry.models ?? null,
    modelBudgets:
      entry.model_max_budget === undefined
        ? null
        : Object.fromEntries(
            Object.entries(entry.model_max_budget).map(([model, window]) => [model, windowOf(window)]),
          ),
    windows: entry.budget_limits?.map(windowOf) ?? null,
  }
}

function windowOf({ max_budget, time_period }: { max_budget: number; time_period: string }): BudgetWindow {
  return { maxBudget: max_budget, duration: durationOf(time_period) }
}

function durationOf(period: string): string {
  const parsed = parsePeriod(period)
  return 'duration' in parsed ? parsed.duration : period
}

/** What is wrong in `budget_config` beyond its shape. */
export function budgetProblems(gateway: Usable, source: Source): Problem[] {
  const problems: Problem[] = []
  const first = new Map<string, number>()
  let licence: boolean | undefined
  const licensed = () => (licence ??= JSON.stringify(gateway).includes(`os.environ/${LICENSE_VARIABLE}`))
  for (const [index, entry] of (gateway.budget_config ?? []).entries()) {
    if (entry === undefined) continue
    const error = (code: string, key: string | undefined, message: string, fix: string) => {
      const path = ['budget_config', index, ...(key === undefined ? [] : [key])]
      problems.push({ severity: 'error', code, message, fix, at: source.locate(path) })
    }
    const owner = ownerOf(entry)
    if (owner === undefined) {
      const named = OWNERS.filter((name) => entry[name] !== undefined)
      if (named.length === 0)
        error('budget', undefined, 'the budget does not say whose it is.', `add one of ${OWNERS.join(', ')}.`)
      else
        error(
          'budget',
          named[1],
          `the budget names ${named.join(' and ')}.`,
          'keep one of them; user_id with team_id is the user within that team.',
        )
      continue
    }
    const key = ownerKey(owner)
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, index)
    else
      error(
        'duplicate-budget',
        undefined,
        `${ownerText(owner)} has a budget already, at line ${source.locate(['budget_config', earlier]).line}.`,
        'keep one of the two.',
      )
    limitProblems(owner, entry, licensed, error)
  }
  return [...problems, ...providerProblems(gateway, source)]
}

/** Looked through for each of ten thousand budgets. */
const IMPOSSIBLE: ReadonlyMap<string, readonly LimitName[]> = new Map(
  Object.entries(POSSIBLE).map(([subject, possible]) => [
    subject,
    LIMIT_NAMES.filter((name) => !possible.includes(name)),
  ]),
)

function limitProblems(
  { subject }: Owner,
  entry: BudgetEntry,
  licensed: () => boolean,
  error: (code: string, key: string | undefined, message: string, fix: string) => void,
): void {
  for (const name of IMPOSSIBLE.get(subject) ?? []) {
    const key = KEYS[name]
    if (entry[key] === undefined) continue
    if (LICENSED[subject] === name) {
      if (!licensed())
        error(
          'license',
          key,
          `LiteLLM takes ${key} for a ${subject} with a licence only.`,
          `remove it, or give the licence as ${LICENSE_VARIABLE}: os.environ/${LICENSE_VARIABLE} in environment_variables. For a user it needs none.`,
        )
      continue
    }
    const allowed = POSSIBLE[subject].map((one) => KEYS[one]).join(', ')
    error('budget', key, `LiteLLM knows no ${key} of a ${subject}.`, `allowed here: ${allowed}.`)
  }
  if (subject === 'provider' && (entry.max_budget === undefined || entry.time_period === undefined))
    error(
      'budget',
      undefined,
      'the amount or the period is missing in the budget of a provider.',
      'give both max_budget and time_period.',
    )
  const { soft_budget: soft, max_budget: most } = entry
  if (soft !== undefined && most !== undefined && soft >= most)
    error(
      'budget',
      'soft_budget',
      `soft_budget is ${describe(soft)}, and max_budget ${describe(most)}: it would never alert before requests are refused.`,
      'write less than max_budget.',
    )
}

/** A provider's budget has one home. */
function providerProblems({ budget_config, router_settings }: Usable, source: Source): Problem[] {
  const verbatim = router_settings?.provider_budget_config
  const provider = (budget_config ?? []).findIndex((entry) => entry?.provider !== undefined)
  if (verbatim === undefined || provider < 0) return []
  return [
    {
      severity: 'error',
      code: 'duplicate-budget',
      message: 'providers have budgets here and in budget_config.',
      fix: 'move all of them to budget_config, or keep all of them here.',
      at: source.locate(['router_settings', 'provider_budget_config'], 'key'),
    },
  ]
}

/** LiteLLM's own section for the budgets of providers; undefined when there are none. */
export function providerBudgetConfig(
  gateway: Pick<GatewayFile, 'budget_config'>,
): Record<string, object> | undefined {
  const entries = (gateway.budget_config ?? []).flatMap(({ provider, max_budget, time_period }) =>
    provider === undefined || time_period === undefined
      ? []
      : [[provider, { budget_limit: max_budget, time_period: durationOf(time_period) }] as const],
  )
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

import { z } from 'zod'
import type { LitellmLimit, SUBJECTS as STORED_SUBJECTS } from '../contract/names.ts'
import { PERIODS_ALLOWED, parsePeriod } from './period.ts'

// Limits: their names, who can have which, and how amounts and periods are written, wherever one is declared.

/** Whose a budget is. `member`: a user within one team; `customer`: who a request names as its `user` (LiteLLM's end user). */
export type Subject = (typeof STORED_SUBJECTS)[number] | 'provider'

/** Each limit and LiteLLM's name for it, which is also the one in `gateway.yaml` (but `time_period`). */
export const LIMITS = {
  maxBudget: 'max_budget',
  duration: 'budget_duration',
  softBudget: 'soft_budget',
  tpmLimit: 'tpm_limit',
  rpmLimit: 'rpm_limit',
  models: 'models',
  modelBudgets: 'model_max_budget',
  windows: 'budget_limits',
} as const satisfies Readonly<Record<string, LitellmLimit>>

export type LimitName = keyof typeof LIMITS

/**
 * What each subject can have in LiteLLM without a licence (1.106.2: `key_management_endpoints.py`, `team_endpoints.py`,
 * `customer_endpoints.py`, `budget_limiter.py`, and what `auth_checks.py` looks at).
 */
export const POSSIBLE: Readonly<Record<Subject, readonly LimitName[]>> = {
  user: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models', 'modelBudgets'],
  team: ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit', 'models', 'windows'],
  member: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models'],
  customer: ['maxBudget', 'duration', 'tpmLimit', 'rpmLimit', 'models'],
  key: ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit', 'models', 'windows'],
  provider: ['maxBudget', 'duration'],
  tag: ['maxBudget', 'duration', 'softBudget'],
}

/** LiteLLM takes these with a licence only, which reaches it by this variable. */
export const LICENSED: Readonly<Partial<Record<Subject, LimitName>>> = {
  team: 'modelBudgets',
  // Of a member only since MEMBER_MODELS_SINCE.
  member: 'modelBudgets',
  key: 'modelBudgets',
  customer: 'modelBudgets',
}
/** Also those that need a licence. */
export function limitsPossible(subject: Subject): readonly LimitName[] {
  const licensed = LICENSED[subject]
  return licensed === undefined ? POSSIBLE[subject] : [...POSSIBLE[subject], licensed]
}

export function needsLicence(subject: Subject, name: LimitName): boolean {
  return LICENSED[subject] === name
}

export const period = z.string().superRefine((value, context) => {
  const parsed = parsePeriod(value)
  if ('wrong' in parsed)
    context.addIssue({ code: 'custom', message: `${parsed.wrong}; want ${PERIODS_ALLOWED}` })
})

export const usd = z.number().nonnegative()

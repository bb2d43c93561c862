import type { ObservedBudget } from './facts.ts'

/** What a part of the requests is grouped by; `total` is all of them. */
export type UsageBy = 'total' | 'day' | 'model' | 'provider' | 'team' | 'user' | 'key'

/** The requests of one day, model, … */
export interface UsageGroup {
  readonly by: UsageBy
  /** A day as YYYY-MM-DD, a name, LiteLLM's id; of a key the begin of its hash. Empty for requests without one. */
  readonly id: string
  /** Of a team or key, where it has one and still exists. */
  readonly alias: string | null
  readonly requests: number
  readonly failures: number
  /** Answered from the cache. */
  readonly hits: number
  /** USD. */
  readonly spend: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** USD that a request cost which a provider answered; null when there was none. */
  readonly averageUncached: number | null
}

/** What `agent/report.py` answers. */
export interface UsageFacts {
  readonly groups: readonly UsageGroup[]
  readonly errors: readonly { readonly class: string; readonly count: number }[]
  readonly budgets: readonly ObservedBudget[]
  /** UTC, without a zone's name. */
  readonly now: string
}

/** Whole days in a zone: from the first one, until the begin of the day after the last one. */
export interface UsageRange {
  /** YYYY-MM-DD */
  readonly since: string
  /** YYYY-MM-DD, not in the range any more. */
  readonly until: string
  /** IANA name. */
  readonly zone: string
}

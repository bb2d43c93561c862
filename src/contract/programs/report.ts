import { z } from 'zod'
import { count, named, type Read, storedOrNull, text } from '../schema.ts'
import { observedBudget, observeQuestion } from './observe.ts'

const range = named(
  'UsageRange',
  z.object({
    since: text.describe('YYYY-MM-DD'),
    until: text.describe('YYYY-MM-DD, the day after the last one'),
    zone: text.describe('IANA name, in which days are cut'),
  }),
)
/** Whole days in a zone: from the first one, until the start of the day after the last one. */
export type UsageRange = Read<typeof range>

export const reportQuestion = named('ReportQuestion', observeQuestion.extend({ report: range }))

const by = z.enum(['total', 'day', 'model', 'provider', 'team', 'user', 'key'])
/** What a part of the requests is grouped by; `total` is all of them. */
export type UsageBy = Read<typeof by>

const group = named(
  'UsageGroup',
  z.object({
    by,
    id: text.describe(
      "a day as YYYY-MM-DD, a name, LiteLLM's id; of a key the first digits of its hash. Empty for requests without one",
    ),
    alias: text.nullable().describe('of a team or key, where it has one and still exists'),
    requests: count,
    failures: count,
    hits: count
      .nullable()
      .describe(
        "answered from the cache; null where LiteLLM's daily sums are the source, which do not have it",
      ),
    spend: z.number().catch(0).describe('USD'),
    promptTokens: z.number().catch(0),
    completionTokens: z.number().catch(0),
    averageUncached: storedOrNull(z.number()).describe(
      'USD that a request cost which a provider answered; null when there was none',
    ),
  }),
)
/** The requests of one day, model, … */
export type UsageGroup = Read<typeof group>

export const usageFacts = named(
  'UsageFacts',
  z.object({
    source: z
      .enum(['log', 'daily'])
      .exactOptional()
      .describe(
        "LiteLLM's log of requests, or its sums by day in UTC where the log does not have these days; an earlier program has the log alone",
      ),
    groups: z.array(group),
    errors: z.array(z.object({ class: text, count })),
    budgets: z.array(observedBudget),
    now: text.describe("UTC, without a zone's name"),
  }),
)
/** What was used and spent in a range of days. */
export type UsageFacts = Read<typeof usageFacts>

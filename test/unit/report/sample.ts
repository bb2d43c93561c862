import type { UsageFacts, UsageGroup, UsageRange } from '../../../src/contract/programs/report.ts'

export const RANGE: UsageRange = { since: '2026-11-17', until: '2026-11-24', zone: 'Europe/Berlin' }

const group = (
  by: UsageGroup['by'],
  id: string,
  spend: number,
  more: Partial<UsageGroup> = {},
): UsageGroup => ({
  by,
  id,
  alias: null,
  requests: 100,
  failures: 4,
  hits: 25,
  spend,
  promptTokens: 120_000,
  completionTokens: 30_000,
  averageUncached: 0.02,
  ...more,
})

/** A week with names that would like to be markup. */
export const FACTS: UsageFacts = {
  groups: [
    group('total', '', 12.34, { requests: 1234, failures: 37, hits: 300 }),
    group('day', '2026-11-18', 4.34),
    group('day', '2026-11-20', 8),
    group('team', 't1', 9, { alias: 'Data <b>|`science`' }),
    group('team', '', 3.34),
    group('user', 'ann@example.com', 12.34),
    group('key', 'd41d8cd98f00', 12.34),
    group('model', 'gpt-4', 12, { hits: 200, averageUncached: 0.02 }),
    group('model', 'local-llama', 0.34, { hits: 100, averageUncached: null }),
    group('provider', 'openai', 12),
    group('provider', '', 0.34),
  ],
  errors: [
    { class: 'RateLimitError', count: 30 },
    { class: 'Timeout', count: 7 },
  ],
  budgets: [
    {
      subject: 'team',
      id: 't1',
      alias: 'Data <b>|`science`',
      max_budget: 10,
      spend: 9,
      budget_duration: '7d',
      budget_reset_at: '2026-11-30T00:00:00',
    },
    {
      subject: 'user',
      id: 'ann@example.com',
      max_budget: 5,
      spend: 12.34,
      budget_duration: '1mo',
      budget_reset_at: '2026-12-01T00:00:00',
    },
    { subject: 'key', id: 'ci', max_budget: 50, spend: 1 },
  ],
  now: '2026-11-24T06:17:00',
}

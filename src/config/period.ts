/** How often a budget is reset: LiteLLM's own duration, and what people call it. */
export interface Period {
  /** What is sent to LiteLLM. Never a word: versions before 1.102 read an unknown word as "next midnight". */
  readonly duration: string
  readonly label: string
}

const WORDS: Readonly<Record<string, Period>> = {
  daily: { duration: '1d', label: 'a day' },
  weekly: { duration: '7d', label: 'a week' },
  monthly: { duration: '1mo', label: 'a month' },
  yearly: { duration: '365d', label: 'a year (365 days)' },
}

export const PERIODS_ALLOWED =
  'daily, weekly, monthly, yearly, or a LiteLLM duration such as 12h, 14d, 2w or 1mo'

/**
 * Reads a `time_period`: a word, or a duration in LiteLLM's form (`duration_parser.py`): a number and s, m (minutes), h, d, w or mo.
 * Returns the reason instead of a period when LiteLLM would refuse it or quietly do something else.
 */
export function parsePeriod(text: string): Period | { readonly wrong: string } {
  const word = WORDS[text]
  if (word !== undefined) return word
  const match = /^([1-9]\d{0,4})(s|m|h|d|w|mo)$/.exec(text)
  if (match === null) return { wrong: `"${text}" is not a period that LiteLLM knows` }
  const [, count, unit] = match
  // Accepted on write, then the reset job raises "only support 1 month intervals" and the budget is never reset.
  if (unit === 'mo' && count !== '1') return { wrong: `"${text}": LiteLLM resets by one month only` }
  const labels: Record<string, string> = {
    s: 'second',
    m: 'minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    mo: 'month',
  }
  const label = labels[unit ?? ''] ?? ''
  return {
    duration: text,
    label: count === '1' ? `${label === 'hour' ? 'an' : 'a'} ${label}` : `${count} ${label}s`,
  }
}

const SAME: Readonly<Record<string, string>> = {
  '24h': '1d',
  daily: '1d',
  '1w': '7d',
  weekly: '7d',
  '30d': '1mo',
  monthly: '1mo',
}

/** Two durations that LiteLLM resets at the same moments have one form: `24h` is `1d`, `1w` is `7d`, `30d` is `1mo`. */
export function canonicalDuration(duration: string | null): string | null {
  return duration === null ? null : (SAME[duration] ?? duration)
}

/**
 * When LiteLLM will next reset a budget of this duration, in UTC; undefined where the moment depends on when it was written.
 * A day ends at midnight, a week on Monday, a month on the 1st (`get_next_standardized_reset_time`).
 */
export function nextReset(duration: string | null, now: Date): Date | undefined {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const day = 86_400_000
  switch (canonicalDuration(duration)) {
    case '1d':
      return new Date(midnight + day)
    case '7d':
      return new Date(midnight + ((8 - now.getUTCDay()) % 7 || 7) * day)
    case '1mo':
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
    default:
      return undefined
  }
}

/** Months of LiteLLM end at different days; here the shortest. */
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  mo: 28 * 86_400,
}

/** Of LiteLLM's form, such as 30d; undefined for any other. */
export function secondsOfDuration(duration: unknown): number | undefined {
  const [, count, unit = ''] =
    typeof duration === 'string' ? (/^\s*(\d{1,9})\s*(mo|[smhdw])\s*$/.exec(duration) ?? []) : []
  const seconds = UNIT_SECONDS[unit]
  return count === undefined || seconds === undefined ? undefined : Number(count) * seconds
}

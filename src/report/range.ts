import { ConfigError } from '../config/problem.ts'
import type { UsageRange } from '../contract/programs/report.ts'

export interface RangeInputs {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly zone?: string | undefined
}

const DAY = 86_400_000
const MOST_DAYS = 400

/**
 * The requested days: the last seven whole ones by default, and seven from or to a day that is given alone.
 * @param until the last day, as people say it
 * @throws ConfigError
 */
export function rangeOf({ since, until, zone = 'UTC' }: RangeInputs, now: Date): UsageRange {
  const today = dayIn(zone, now)
  const first = since === undefined ? undefined : dayOf('since', since)
  const last = until === undefined ? undefined : dayOf('until', until)
  const begin = first ?? (last === undefined ? Date.parse(today) - 7 * DAY : last - 6 * DAY)
  const end = last === undefined ? Math.min(begin + 7 * DAY, Date.parse(today) + DAY) : last + DAY
  if (end <= begin)
    throw wrong(
      'since',
      `the range from ${text(begin)} to ${text(end - DAY)} has no day in it.`,
      'give a since that is not after until, and not in the future.',
    )
  if (end - begin > MOST_DAYS * DAY)
    throw wrong('since', `the range has ${(end - begin) / DAY} days.`, `give at most ${MOST_DAYS}.`)
  return { since: text(begin), until: text(end), zone }
}

/** The day that it is in a zone. */
function dayIn(zone: string, now: Date): string {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now)
  } catch {
    throw wrong(
      'time-zone',
      `got ${JSON.stringify(zone)}.`,
      'give a name of the IANA list, such as Europe/Berlin, or UTC.',
    )
  }
}

function dayOf(name: string, given: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(given) ? Date.parse(given) : Number.NaN
  // 2026-02-30 would quietly be another day.
  if (Number.isNaN(at) || text(at) !== given)
    throw wrong(name, `got ${JSON.stringify(given)}.`, 'give a day as YYYY-MM-DD.')
  return at
}

function text(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function wrong(name: string, message: string, fix: string): ConfigError {
  return new ConfigError([
    {
      severity: 'error',
      code: name,
      message: `${name}: ${message}`,
      fix,
      at: { file: 'report', line: 1, column: 1 },
    },
  ])
}

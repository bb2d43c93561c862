import { visible } from '../text/controls.ts'
import { GROUPED, type Row, type Usage } from './usage.ts'

const COLUMNS = [
  'by',
  'id',
  'name',
  'requests',
  'failures',
  'cache_hits',
  'prompt_tokens',
  'completion_tokens',
  'spend_usd',
] as const

/** Every row of every table, by RFC 4180; money unrounded. */
export function usageCsv({ total, byDay, by }: Usage): string {
  const lines = [
    line('total', total),
    ...byDay.map((row) => line('day', row)),
    ...GROUPED.flatMap((group) => by[group].map((row) => line(group, row))),
  ]
  return [COLUMNS.join(','), ...lines, ''].join('\r\n')
}

function line(by: string, row: Row): string {
  const { id, name, requests, failures, hits, promptTokens, completionTokens, spend } = row
  return [by, id, name, requests, failures, hits, promptTokens, completionTokens, spend].map(field).join(',')
}

function field(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // A spreadsheet would take a name that begins so for a formula.
  const text = visible(value)
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

import type { UsageRange } from '../contract/programs/report.ts'

/** `1,234.56 USD`; the cents of a cent where there is nothing else. */
export function usd(amount: number): string {
  const digits = amount !== 0 && Math.abs(amount) < 0.01 ? 4 : 2
  return `${amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })} USD`
}

/** `1,234` */
export function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** `12.3 %`; `–` of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`
}

/** `2026-11-17 to 2026-11-23 (Europe/Berlin)` */
export function rangeText({ since, until, zone }: UsageRange): string {
  const last = new Date(Date.parse(until) - 86_400_000).toISOString().slice(0, 10)
  return `${since} to ${last} (${zone})`
}

/** `17 Nov` */
export function dayText(day: string): string {
  return new Date(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

/** The day of a moment, UTC. */
export function isoDay(moment: string): string {
  return moment.slice(0, 10)
}

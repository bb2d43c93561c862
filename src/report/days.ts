import type { UsageRange } from '../contract/programs/report.ts'

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

// How numbers are written wherever people read them.
const GIB = 1024 ** 3
const MIB = 1024 ** 2
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// Made once: one for each of ten thousand budgets would take seconds. What a host answers may be no number: `Number` makes it one, so that
// no text of others is formatted as it is.
const COUNT = new Intl.NumberFormat('en-US')
const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const TINY = new Intl.NumberFormat('en-US', { minimumFractionDigits: 4, maximumFractionDigits: 4 })
const EXACT = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })

/** `1,234` */
export function count(number: number): string {
  return COUNT.format(Number(number))
}

/** `1 error`, `1,234 errors` */
export function counted(number: number, name: string): string {
  return `${count(number)} ${number === 1 ? name : `${name}s`}`
}

/** Money that was spent: `1,234.56 USD`; the cents of a cent where there is nothing else. */
export function usd(amount: number): string {
  const isTiny = amount !== 0 && Math.abs(amount) < 0.01
  return `${(isTiny ? TINY : CENTS).format(Number(amount))} USD`
}

/** Money that somebody declared, which is never rounded to what he did not write: `100.00 USD`, `0.000125 USD`. */
export function exactUsd(amount: number): string {
  return `${amount > 0 && amount < 1e-6 ? amount.toExponential(2) : EXACT.format(Number(amount))} USD`
}

/** `7 %` of a share; with `digits` behind the point. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`
}

/** `12.3 %`; `–` of nothing. */
export function percentOf(part: number, whole: number): string {
  return whole === 0 ? '–' : percent(part / whole, 1)
}

/** `3.2 GiB`; below a tenth of one `97 MiB`, below ten of those `3.0 MiB`. */
export function size(bytes: number): string {
  if (bytes >= GIB / 10) return `${(bytes / GIB).toFixed(1)} GiB`
  return `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`
}

/** `90 s`, `5 min`, `1 h 5 min`, `26 h`, from two days on `3 days`. */
export function duration(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${Math.round(seconds)} s`
  if (seconds >= 2 * DAY) return days(seconds / DAY)
  const minutes = Math.round(seconds / MINUTE)
  if (minutes < 120) return `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** `1 day`, `12 days`: as many as are over. */
export function days(number: number): string {
  return counted(Math.floor(number), 'day')
}

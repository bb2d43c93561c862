const GIB = 1024 ** 3

/** `3.2 GiB`; below a tenth in MiB. */
export function gib(bytes: number): string {
  return bytes < GIB / 10 ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`
}

/** `7 %` of a share. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

/** `1 day`, `12 days` */
export function days(count: number): string {
  const whole = Math.floor(count)
  return whole === 1 ? '1 day' : `${whole} days`
}

/** `26 hours`, from two days on `3 days`. */
export function hours(seconds: number): string {
  const count = seconds / 3600
  return count >= 48 ? days(count / 24) : `${count.toFixed(0)} hours`
}

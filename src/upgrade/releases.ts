import { compareVersions, isOlder, knownBad } from '../config/litellm/versions.ts'
import { OLDEST_LITELLM } from '../contract/litellm.ts'

/** A tag of a stable release of LiteLLM. */
export interface Release {
  readonly tag: string
  /** `1.108.14` */
  readonly version: string
  /** Of `-stable.2` or `-stable.patch.2`: an image that was made again from the same version. */
  readonly patch: number
}

/** A release that is newer and was not taken. */
export interface Skipped {
  readonly version: string
  readonly why: string
}

/**
 * `v1.108.14`, `1.108.14`, `v1.83.10-stable`, `v1.80.11-stable.1`, `main-v1.74.0-stable.patch.1`. Since 1.84 a stable release has no suffix,
 * before it there were others without one (litellm-docs#160).
 */
const STABLE = /^(?:main-)?v?(\d{1,3}\.\d{1,4}\.\d{1,4})(-stable(?:\.(?:patch\.)?(\d{1,3}))?)?$/
const PLAIN_SINCE = '1.84.0'

/** What a tag is a release of; undefined for candidates, nightlies, branches, rolling tags and whatever else there is. */
export function releaseOf(tag: string): Release | undefined {
  const [, version, stable, patch = '0'] = STABLE.exec(tag) ?? []
  if (version === undefined || (stable === undefined && isOlder(version, PLAIN_SINCE))) return undefined
  return { tag, version, patch: Number(patch) }
}

/**
 * The releases that are newer than what is declared, the newest first, each by one of its tags: the one that is written as the declared tag is.
 * Pure.
 */
export function newerThan(tags: readonly string[], current: string, declaredTag = 'v'): Release[] {
  const found = tags.flatMap((tag) => releaseOf(tag) ?? []).filter(({ version }) => isOlder(current, version))
  const begins = /^(?:main-)?v?/.exec(declaredTag)?.[0] ?? ''
  const like = ({ tag }: Release) => (/^(?:main-)?v?/.exec(tag)?.[0] === begins ? 0 : 1)
  const sorted = found.sort(
    (one, other) =>
      compareVersions(other.version, one.version) ||
      other.patch - one.patch ||
      like(one) - like(other) ||
      other.tag.length - one.tag.length,
  )
  return sorted.filter(({ version }, index) => sorted[index - 1]?.version !== version)
}

/** Why a version is never taken, whatever its age; undefined for one that may be. */
export function refusedFor(version: string): string | undefined {
  const bad = knownBad(version)
  if (bad !== undefined) return `it is known to be bad: ${bad}`
  return isOlder(version, OLDEST_LITELLM) ? `${OLDEST_LITELLM} is the oldest that is supported` : undefined
}

/** Why an image is too young, or its age not known; undefined for one that is old enough. */
export function tooYoung(created: Date | undefined, now: Date, days: number): string | undefined {
  if (days === 0) return undefined
  const age = created === undefined ? undefined : (now.getTime() - created.getTime()) / 86_400_000
  // Builders that make the same image from the same source write a date from long before there was a LiteLLM.
  if (age === undefined || age > 10 * 365)
    return 'its image does not say when it was made; give age: 0 to take it all the same'
  return age < days ? `it is ${Math.max(0, Math.floor(age))} days old, and ${days} are wanted` : undefined
}

import { KNOWN_BAD_LITELLM, OLDEST_LITELLM, TRIED_LITELLM } from '../../contract/litellm.ts'
import type { Position, Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import data from './litellm-keys.json' with { type: 'json' }

/** The versions of LiteLLM whose names are known here, the oldest first. */
export const VERSIONS: readonly string[] = data.versions
export const NEWEST: string = VERSIONS.at(-1) ?? ''

const ONLY: Readonly<Record<string, string>> = data.only

const IN_TAG = /(?:^|[^0-9.])v?(\d{1,3}\.\d{1,4}\.\d{1,4})(?![0-9])/
const TAGGED = /^(.+\/[^/:@]+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(@sha256:.*)$/

/** An image by digest without the tag that may be beside it: the digest alone says which one it is. */
export function withoutTag(image: string): string {
  return image.replace(TAGGED, '$1$3')
}

/** The version in the tag of an image: `1.106.2` of `…:main-v1.106.2-stable@sha256:…`. */
export function taggedVersion(image: string): string | undefined {
  const [, , tag = ''] = TAGGED.exec(image) ?? []
  return IN_TAG.exec(tag)?.[1]
}

/** The version that a declaration is for, as far as it says so. */
export function declaredVersion(litellm: unknown): string | undefined {
  if (!isRecord(litellm)) return undefined
  if (typeof litellm.version === 'string') return litellm.version
  return typeof litellm.image === 'string' ? taggedVersion(litellm.image) : undefined
}

/** Negative when the first is the older one. By their numbers alone: a release candidate counts as the release. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map(numbersOf)
  const index = [0, 1, 2].find((part) => left?.[part] !== right?.[part]) ?? 0
  return (left?.[index] ?? 0) - (right?.[index] ?? 0)
}

function numbersOf(version: string): number[] {
  return [0, 1, 2].map((part) => Number(version.match(/\d+/g)?.[part] ?? 0))
}

export function isOlder(version: string, than: string): boolean {
  return compareVersions(version, than) < 0
}

/** Why a version should not be run; undefined when nothing is known against it. */
export function knownBad(version: string): string | undefined {
  return Object.hasOwn(KNOWN_BAD_LITELLM, version) ? KNOWN_BAD_LITELLM[version] : undefined
}

/** A version that `deploy` refuses, as a problem of the image that has it; undefined for any other, and for none. */
export function refused(version: string | undefined, at: Position): Problem | undefined {
  if (version === undefined) return undefined
  const bad = knownBad(version)
  if (bad !== undefined)
    return {
      severity: 'error',
      code: 'known-bad',
      message: `litellm.image is LiteLLM ${version}, which is known to be bad: ${bad}.`,
      fix: 'name the digest of another version.',
      at,
    }
  if (!isOlder(version, OLDEST_LITELLM)) return undefined
  return {
    severity: 'error',
    code: 'too-old',
    message: `litellm.image is LiteLLM ${version}, and ${OLDEST_LITELLM} is the oldest that is supported.`,
    fix: 'name the digest of a newer image and run deploy, which takes a backup and migrates the database.',
    at,
  }
}

/** `1.106` of `1.106.2` */
export function minorOf(version: string): string {
  return numbersOf(version).slice(0, 2).join('.')
}

/** Says that a version was not tried with this project; undefined when any patch of its minor version was. */
export function untried(version: string): string | undefined {
  if (TRIED_LITELLM.includes(minorOf(version))) return undefined
  const newest = TRIED_LITELLM.at(-1)
  const tried = newest === undefined ? '' : `, the newest that was is ${newest}`
  return `LiteLLM ${minorOf(version)} was not tried with this version of litellm-gitops${tried} (docs/versions.md). deploy proves it beside what serves, and undoes it if that fails.`
}

/** The known versions that have a name, of those that are in a table at all: the first and the last one. */
function rangeOf(table: string, name: string): readonly [string, string] {
  const key = `${table}.${name}`
  const [first = '', last = ''] = Object.hasOwn(ONLY, key) ? (ONLY[key]?.split('..') ?? []) : []
  return [first || (VERSIONS[0] ?? ''), last || NEWEST]
}

/** Why a version does not have a name that others have: `it comes with LiteLLM 1.108.14`; undefined when it may have it. */
export function absence(table: string, name: string, version: string): string | undefined {
  const [first, last] = rangeOf(table, name)
  // Between two known versions it may have come or gone at any time.
  const before = VERSIONS[VERSIONS.indexOf(first) - 1]
  if (before !== undefined && compareVersions(version, before) <= 0) return `LiteLLM ${first} has it`
  const after = VERSIONS[VERSIONS.indexOf(last) + 1]
  if (after !== undefined && compareVersions(version, after) >= 0) return `LiteLLM ${last} had it`
  return undefined
}

/** How a message names what was looked at: `LiteLLM 1.106.2`, or all that is known. */
export function named(version: string | undefined): string {
  return version === undefined || isBeyond(version)
    ? `LiteLLM (${VERSIONS[0]} to ${NEWEST})`
    : `LiteLLM ${version}`
}

/** Whether it is newer than all that is known here. */
export function isBeyond(version: string): boolean {
  return compareVersions(version, NEWEST) > 0
}

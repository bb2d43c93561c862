import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import { isSlip, type Suggest } from '../nearest.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { findSecrets } from '../secrets/secrets.ts'
import { describe } from '../yaml/describe.ts'
import type { Path } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import data from './litellm-keys.json' with { type: 'json' }
import { absence, isBeyond, named } from './versions.ts'

const SECTIONS = {
  litellm_params: data.litellm_params,
  model_info: data.model_info,
  router_settings: data.router_settings,
  litellm_settings: data.litellm_settings,
  general_settings: data.general_settings,
  cache_params: data.cache_params,
} as const satisfies Record<string, Readonly<Record<string, string>>>

export type LitellmSection = keyof typeof SECTIONS

/** The section that has a key of this name; undefined for none, and for several. */
export function placeOfSetting(key: string): string | undefined {
  const places = (['general_settings', 'litellm_settings', 'router_settings'] as const).filter((section) =>
    Object.hasOwn(SECTIONS[section], key),
  )
  return places.length === 1 ? places[0] : undefined
}

/** LiteLLM passes on the keys that it does not read itself: to the provider, to Redis, to any caller that asks about a model. */
const HANDED_ON: Readonly<Partial<Record<LitellmSection, string>>> = {
  litellm_params: 'hands it to the provider',
  model_info: 'shows it with the model',
  cache_params: "hands it to the cache's client",
}

export interface KeyChecks {
  /** An unknown key is an error. */
  readonly strict: boolean
  /** Of LiteLLM; undefined when the declaration does not say. */
  readonly version: string | undefined
  readonly suggest: Suggest
}

/**
 * Checks one mapping of LiteLLM's own format: a known key of a wrong type is an error, an unknown key a warning with the nearest
 * known name, or an error when `strict`. Where LiteLLM passes on the keys that it does not know, an obvious slip is a note, and no more.
 */
export function checkKeys(
  section: LitellmSection,
  value: unknown,
  path: Path,
  source: Source,
  checks: KeyChecks,
): Problem[] {
  if (!isRecord(value)) return []
  const known: Readonly<Record<string, string>> = SECTIONS[section]
  return Object.entries(value).flatMap(([key, item]): Problem[] => {
    const kind = Object.hasOwn(known, key) ? known[key] : undefined
    if (kind !== undefined && !fits(kind, item))
      return [wrongType(section, key, item, kind, [...path, key], source)]
    const said = ofKey(section, key, item, kind, checks)
    return said === undefined ? [] : [{ ...said, at: source.locate([...path, key], 'key') }]
  })
}

/** The problem of a key whose value has a right type. */
function ofKey(
  section: LitellmSection,
  key: string,
  item: unknown,
  kind: string | undefined,
  checks: KeyChecks,
): Said | undefined {
  const passed = HANDED_ON[section]
  if (passed !== undefined) return kind === undefined ? slip(section, key, item, passed) : undefined
  return kind === undefined ? unknownKey(section, key, checks) : otherVersion(section, key, checks)
}

type Said = Omit<Problem, 'at'>

function unknownKey(section: LitellmSection, key: string, { strict, version, suggest }: KeyChecks): Said {
  const meant = suggest(key, Object.keys(SECTIONS[section]))
  const place = placeOfSetting(key)
  return {
    severity: strict ? 'error' : 'warning',
    code: 'unknown-key',
    message: `${named(version)} has no key ${describe(key)} in ${section}.`,
    fix:
      place !== undefined && place !== section
        ? `move it to ${place}, where LiteLLM reads it.`
        : meant !== undefined
          ? `did you mean "${meant}"?`
          : version === undefined
            ? 'remove it, or declare litellm.version if yours is newer.'
            : isBeyond(version)
              ? 'remove it, unless your version reads it.'
              : 'remove it.',
  }
}

function otherVersion(
  section: LitellmSection,
  key: string,
  { strict, version }: KeyChecks,
): Said | undefined {
  const why = version === undefined ? undefined : absence(section, key, version)
  if (why === undefined) return undefined
  return {
    severity: strict ? 'error' : 'warning',
    code: 'unknown-key',
    message: `LiteLLM ${version} has no key ${describe(key)} in ${section}; ${why}.`,
    fix: 'remove it, or declare an image that has it.',
  }
}

function slip(section: LitellmSection, key: string, item: unknown, passed: string): Said | undefined {
  const known: Readonly<Record<string, string>> = SECTIONS[section]
  const meant = Object.keys(known).find((name) => isSlip(key, name) && fits(known[name] ?? 'any', item))
  if (meant === undefined) return undefined
  return {
    severity: 'info',
    code: 'passed-on',
    message: `LiteLLM itself reads no ${describe(key)} in ${section} and ${passed}.`,
    fix: `did you mean "${meant}"?`,
  }
}

function wrongType(
  section: LitellmSection,
  key: string,
  item: unknown,
  kind: string,
  path: Path,
  source: Source,
): Problem {
  const allowed = kind.split('|')
  // To Python true is 1.
  const isTaken = typeof item === 'boolean' && allowed.some((one) => one === 'number' || one === 'integer')
  return {
    severity: isTaken ? 'warning' : 'error',
    code: 'wrong-type',
    message: `${describe(key)} is ${shown(key, item)}, but ${section} wants ${allowed.map(wording).join(' or ')}${isTaken ? `: LiteLLM takes ${Number(item)}` : ''}.`,
    fix: `write ${example(allowed[0] ?? '')}.`,
    at: source.locate(path),
  }
}

function fits(kind: string, item: unknown): boolean {
  return item === null || kind === 'any' || kind.split('|').some((one) => matches(one, item))
}

/** A secret that was written without quotes is a number to YAML, and stays a secret. */
function shown(key: string, item: unknown): string {
  return findSecrets({ [key]: item }).literals.length > 0 ? 'a secret' : describe(item)
}

function matches(kind: string, value: unknown): boolean {
  if (typeof value === 'string' && value.startsWith(REFERENCE_PREFIX)) return true
  if (kind.startsWith('=')) return value === kind.slice(1)
  if (kind === 'list') return Array.isArray(value)
  if (kind === 'map') return isRecord(value)
  // LiteLLM's own examples write numbers and booleans in quotes now and then, and its models take them.
  if (kind === 'number')
    return (
      typeof value === 'number' ||
      (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    )
  if (kind === 'integer')
    return (
      (typeof value === 'number' || typeof value === 'string') &&
      Number.isInteger(Number(value)) &&
      value !== ''
    )
  if (kind === 'boolean') return typeof value === 'boolean' || value === 'true' || value === 'false'
  return typeof value === kind
}

function wording(kind: string): string {
  if (kind.startsWith('=')) return `"${kind.slice(1)}"`
  return (
    {
      list: 'a list',
      map: 'a mapping',
      number: 'a number',
      integer: 'a whole number',
      boolean: 'true or false',
      string: 'text',
    }[kind] ?? kind
  )
}

function example(kind: string): string {
  if (kind.startsWith('=')) return kind.slice(1)
  return (
    {
      list: 'it as a list: [first, second]',
      map: 'it as a mapping: {key: value}',
      number: 'a plain number',
      integer: 'a whole number',
      boolean: 'true or false',
      string: 'text, in quotes if it looks like a number',
    }[kind] ?? 'it as LiteLLM documents it'
  )
}

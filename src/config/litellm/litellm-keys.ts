import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Suggest } from '../nearest.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { findSecrets } from '../secrets/secrets.ts'
import { describe } from '../yaml/describe.ts'
import type { Path } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import data from './litellm-keys.json' with { type: 'json' }

/** The LiteLLM version whose keys and types are known here; newer versions may have more. */
export const KNOWN_VERSION: string = data.version

const SECTIONS = {
  litellm_params: data.litellm_params,
  model_info: data.model_info,
  router_settings: data.router_settings,
  litellm_settings: data.litellm_settings,
  general_settings: data.general_settings,
  cache_params: data.cache_params,
} as const satisfies Record<string, Readonly<Record<string, string>>>

export type LitellmSection = keyof typeof SECTIONS

/**
 * Checks one mapping of LiteLLM's own format: a known key of a wrong type is an error, an unknown key a warning with the nearest
 * known name (LiteLLM gains keys every week), or an error when `strict`.
 */
export function checkKeys(
  section: LitellmSection,
  value: unknown,
  path: Path,
  source: Source,
  { strict, suggest }: { readonly strict: boolean; readonly suggest: Suggest },
): Problem[] {
  if (!isRecord(value)) return []
  const known: Readonly<Record<string, string>> = SECTIONS[section]
  return Object.entries(value).flatMap(([key, item]): Problem[] => {
    const at = [...path, key]
    const kind = Object.hasOwn(known, key) ? known[key] : undefined
    if (kind === undefined) {
      const meant = suggest(key, Object.keys(known))
      return [
        {
          severity: strict ? 'error' : 'warning',
          code: 'unknown-key',
          message: `LiteLLM ${KNOWN_VERSION} has no key ${describe(key)} in ${section}.`,
          fix:
            meant === undefined
              ? 'remove it, or ignore this if your version of LiteLLM is newer.'
              : `did you mean "${meant}"?`,
          at: source.locate(at, 'key'),
        },
      ]
    }
    const allowed = kind.split('|')
    if (item === null || kind === 'any' || allowed.some((one) => matches(one, item))) return []
    return [
      {
        severity: 'error',
        code: 'wrong-type',
        message: `${describe(key)} is ${shown(key, item)}, but ${section} wants ${allowed.map(wording).join(' or ')}.`,
        fix: `write ${example(allowed[0] ?? '')}.`,
        at: source.locate(at),
      },
    ]
  })
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
  if (kind === 'boolean') return typeof value === 'boolean' || value === 'true' || value === 'false'
  return typeof value === kind
}

function wording(kind: string): string {
  if (kind.startsWith('=')) return `"${kind.slice(1)}"`
  return (
    { list: 'a list', map: 'a mapping', number: 'a number', boolean: 'true or false', string: 'text' }[
      kind
    ] ?? kind
  )
}

function example(kind: string): string {
  if (kind.startsWith('=')) return kind.slice(1)
  return (
    {
      list: 'it as a list: [first, second]',
      map: 'it as a mapping: {key: value}',
      number: 'a plain number',
      boolean: 'true or false',
      string: 'text, in quotes if it looks like a number',
    }[kind] ?? 'it as LiteLLM documents it'
  )
}

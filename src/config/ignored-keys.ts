import { type KeyChecks, placeOfSetting } from './litellm/litellm-keys.ts'
import { SECTIONS } from './litellm/section-shapes.ts'
import { absence } from './litellm/versions.ts'
import type { Suggest } from './nearest.ts'
import type { Problem } from './problem.ts'
import { gatewaySchema } from './schema.ts'
import { describe } from './yaml/describe.ts'
import type { Source } from './yaml/source.ts'

const KNOWN: readonly string[] = Object.keys(gatewaySchema.shape)
/** Where people keep what they repeat by anchors, as in Compose files. */
const HOLDER = /^(?:x[-_]|[._])/

type Top = Readonly<Record<string, unknown>>

/** A file with more unknown ones is no configuration at all. */
const MOST_IGNORED = 50

/**
 * The top of a file without the keys that neither we nor LiteLLM read. A misspelled one stays: it is an error, or a guardrail would be
 * lost with a note.
 */
export function withoutIgnored(value: Top, suggest: Suggest): Top {
  const ignored = ignoredKeys(value, suggest)
  if (ignored.size === 0) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !ignored.has(key)))
}

function ignoredKeys(value: Top, suggest: Suggest): ReadonlySet<string> {
  const unknown = Object.keys(value).filter((key) => !KNOWN.includes(key))
  if (unknown.length > MOST_IGNORED) return new Set()
  return new Set(unknown.filter((key) => HOLDER.test(key) || suggest(key, KNOWN) === undefined))
}

/** Keys that nothing reads, and sections that the declared version of LiteLLM does not read. */
export function sectionProblems(source: Source, checks: KeyChecks): Problem[] {
  const ignored = ignoredKeys(source.value, checks.suggest)
  return Object.keys(source.value).flatMap((key): Problem[] => {
    const said = ignored.has(key) ? ignoredProblem(key, checks) : unreadProblem(key, checks)
    return said === undefined ? [] : [{ ...said, at: source.locate([key], 'key') }]
  })
}

function unreadProblem(key: string, { version }: KeyChecks): Omit<Problem, 'at'> | undefined {
  if (version === undefined || !Object.hasOwn(SECTIONS, key)) return undefined
  const why = absence('sections', key, version)
  if (why === undefined) return undefined
  return {
    severity: 'warning',
    code: 'unread-section',
    message: `LiteLLM ${version} does not read ${key}; ${why}.`,
    fix: 'declare an image that reads it.',
  }
}

function ignoredProblem(key: string, { strict }: KeyChecks): Omit<Problem, 'at'> {
  const code = 'ignored-key'
  if (HOLDER.test(key))
    return {
      severity: 'info',
      code,
      message: `${describe(key)} is left out of what LiteLLM gets; what repeats it by alias is there.`,
      fix: 'nothing, if it only holds anchors.',
    }
  const place = placeOfSetting(key)
  return {
    severity: strict ? 'error' : 'warning',
    code,
    message: `${describe(key)} has no effect: neither gateway.yaml nor LiteLLM reads it at the top of the file.`,
    fix: place === undefined ? 'remove it.' : `move it to ${place}, where LiteLLM reads it, or remove it.`,
  }
}

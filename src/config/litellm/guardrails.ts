import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import type { Source } from '../yaml/source.ts'
import data from './litellm-keys.json' with { type: 'json' }
import type { KeyChecks } from './litellm-keys.ts'
import { absence, isBeyond, named } from './versions.ts'

const TYPES: readonly string[] = data.guardrail_types
const MODES: readonly string[] = data.guardrail_modes

/**
 * Guardrails that LiteLLM would leave out: of a kind or a mode that it does not know. It starts without them and logs a line. An error when
 * the version is known, for what has to be blocked would pass.
 */
export function guardrailProblems(source: Source, { strict, version, suggest }: KeyChecks): Problem[] {
  const { guardrails } = source.value
  const isCertain = strict || (version !== undefined && !isBeyond(version))
  return (Array.isArray(guardrails) ? guardrails : []).flatMap((entry: unknown, index): Problem[] => {
    const params = isRecord(entry) ? entry.litellm_params : undefined
    if (!isRecord(params)) return []
    const unknown = (key: 'guardrail' | 'mode', value: string, why: string | undefined): Problem => {
      const meant = suggest(value, key === 'mode' ? MODES : TYPES)
      return {
        severity: isCertain ? 'error' : 'warning',
        code: 'unknown-guardrail',
        message: `${named(version)} knows no ${key} ${describe(value)} of guardrails and starts without this one${why === undefined ? '' : `; ${why}`}.`,
        fix:
          meant !== undefined && why === undefined
            ? `did you mean "${meant}"?`
            : `write one of ${(key === 'mode' ? MODES : TYPES).join(', ')}.`,
        at: source.locate(['guardrails', index, 'litellm_params', key]),
      }
    }
    const { guardrail, mode } = params
    return [
      ...(typeof guardrail === 'string' && !isOwnCode(guardrail)
        ? missing('guardrail_types', TYPES, guardrail, version).map((why) =>
            unknown('guardrail', guardrail, why),
          )
        : []),
      ...modesIn(mode).flatMap((one) =>
        missing('guardrail_modes', MODES, one, version).map((why) => unknown('mode', one, why)),
      ),
    ]
  })
}

/** `module.Class`, and what a variable holds. */
function isOwnCode(guardrail: string): boolean {
  return guardrail.includes('.') || guardrail.startsWith(REFERENCE_PREFIX)
}

/** One mode or several; a mapping by tag is LiteLLM's to judge. */
function modesIn(mode: unknown): readonly string[] {
  return [mode]
    .flat()
    .filter((one) => typeof one === 'string' && !one.startsWith(REFERENCE_PREFIX)) as string[]
}

/** Why a name is not there: with `undefined`, because no version has it; empty when it is there. */
function missing(
  table: string,
  names: readonly string[],
  name: string,
  version: string | undefined,
): (string | undefined)[] {
  if (!names.includes(name)) return [undefined]
  const why = version === undefined ? undefined : absence(table, name, version)
  return why === undefined ? [] : [why]
}

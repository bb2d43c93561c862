import { ROTATE } from './complete.ts'
import { secondsOfDuration } from './period.ts'
import type { Problem } from './problem.ts'
import { isRecord } from './record.ts'
import type { Usable } from './usable.ts'
import { describe } from './yaml/describe.ts'
import type { Source } from './yaml/source.ts'

/**
 * What LiteLLM's own settings keep a rotation from. The gateway serves all the same, so these are warnings; `rotate` refuses them on the night
 * when it runs (`agent/litellm/key_rules.py`).
 */
export function rotateProblems(
  { rotate, general_settings, litellm_settings }: Usable,
  source: Source,
): Problem[] {
  if (rotate === undefined) return []
  const bounds = litellm_settings?.upperbound_key_generate_params
  const longest = isRecord(bounds) ? bounds.duration : undefined
  const grace = rotate.grace ?? ROTATE.grace
  const [bound, wanted] = [longest, grace].map(secondsOfDuration)
  const problems: Problem[] = []
  if (general_settings?.disable_custom_api_keys === true)
    problems.push({
      severity: 'warning',
      code: 'rotation-keys',
      message:
        'rotate will refuse: disable_custom_api_keys forbids keys that are chosen by hand, and a rotation registers the old and the new master key.',
      fix: 'remove it, at least while the key is rotated.',
      at: source.locate(['general_settings', 'disable_custom_api_keys']),
    })
  if (bound !== undefined && wanted !== undefined && bound < wanted)
    problems.push({
      severity: 'warning',
      code: 'rotation-grace',
      message: `rotate will refuse: the old key is to work for ${grace}, and litellm_settings.upperbound_key_generate_params.duration lets no key live longer than ${describe(longest)}.`,
      fix: 'shorten rotate.grace, or raise the bound.',
      at: source.locate(['rotate', 'grace']),
    })
  return problems
}

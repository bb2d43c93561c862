import { ROTATE } from './complete.ts'
import { secondsOfDuration } from './period.ts'
import type { Problem } from './problem.ts'
import { isRecord } from './record.ts'
import type { Usable } from './usable.ts'
import { describe } from './yaml/describe.ts'
import type { Source } from './yaml/source.ts'

/** A bound that no rotation gets by; `rotate` would refuse it too, on the night when it runs (`agent/litellm/key_rules.py`). */
export function rotateProblems({ rotate, litellm_settings }: Usable, source: Source): Problem[] {
  if (rotate === undefined) return []
  const bounds = litellm_settings?.upperbound_key_generate_params
  const bound = isRecord(bounds) ? secondsOfDuration(bounds.duration) : undefined
  const grace = rotate.grace ?? ROTATE.grace
  const wanted = secondsOfDuration(grace)
  if (bound === undefined || wanted === undefined || bound >= wanted) return []
  return [
    {
      severity: 'error',
      code: 'rotation-grace',
      message: `the old key is to work for ${grace}, and litellm_settings.upperbound_key_generate_params.duration lets no key live longer than ${describe(isRecord(bounds) ? bounds.duration : undefined)}.`,
      fix: 'shorten rotate.grace, or raise the bound.',
      at: source.locate(['rotate', 'grace']),
    },
  ]
}

import type { Problem } from '../problem.ts'
import type { Source } from '../yaml/source.ts'
import { caveatNotes } from './caveats.ts'
import { environmentProblems } from './environment.ts'
import { fallbackProblems } from './fallbacks.ts'
import { localHostProblems } from './local-hosts.ts'
import { unroutedProblems } from './unrouted.ts'

/** What LiteLLM would make of a declaration that is right in form: what stops or shrinks the gateway, and what is good to know. */
export function litellmFindings(source: Source): {
  readonly problems: readonly Problem[]
  readonly notes: readonly Problem[]
} {
  const found = [
    ...fallbackProblems(source),
    ...unroutedProblems(source),
    ...environmentProblems(source),
    ...localHostProblems(source),
    ...caveatNotes(source),
  ]
  return {
    problems: found.filter(({ severity }) => severity !== 'info'),
    notes: found.filter(({ severity }) => severity === 'info'),
  }
}

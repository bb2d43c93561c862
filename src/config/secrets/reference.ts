import * as forms from '../../contract/forms.ts'
import type { Path } from '../yaml/path.ts'

const PREFIX = forms.REFERENCE_PREFIX
/** LiteLLM's own form of a reference: the value comes from this variable of the gateway's environment. */
const WHOLE = new RegExp(`^${PREFIX.replace('.', '\\.')}(.*)$`)
const VARIABLE = new RegExp(`^(?:${forms.VARIABLE})$`)
const WITHIN = new RegExp(`${PREFIX.replace('.', '\\.')}(${forms.VARIABLE})`, 'g')
const AT_END = new RegExp(`${PREFIX.replace('.', '\\.')}${forms.VARIABLE}$`)

export interface Reference {
  readonly name: string
  readonly path: Path
}

/** A reference that LiteLLM does not follow: it takes the text as it is. */
export interface Unfollowed extends Reference {
  /** In a list of texts; or with other text around it. */
  readonly why: 'list' | 'within'
}

/** What a text refers to. */
export type Referring =
  | { readonly kind: 'none' }
  /** Begins as a reference, and what follows cannot be the name of a variable. */
  | { readonly kind: 'malformed'; readonly name: string }
  | {
      readonly kind: 'whole' | 'within'
      readonly names: readonly string[]
      /** Why LiteLLM does not follow it; undefined when it does. */
      readonly unfollowed?: Unfollowed['why']
    }

/** Reads what a text refers to, and whether LiteLLM follows that at its place. */
export function referring(text: string, path: Path): Referring {
  if (!text.includes(PREFIX)) return { kind: 'none' }
  const name = WHOLE.exec(text)?.[1]
  if (name !== undefined && VARIABLE.test(name))
    return { kind: 'whole', names: [name], ...unfollowedIn(path) }
  const names = [...text.matchAll(WITHIN)].map(([, found = '']) => found)
  const isHeader = isPassedOn(path)
  if (name !== undefined && !isHeader) return { kind: 'malformed', name }
  if (names.length === 0) return { kind: 'none' }
  if (isHeader && names.length === 1 && AT_END.test(text)) return { kind: 'within', names }
  return { kind: 'within', names, unfollowed: 'within' }
}

/** `set_env_variables_in_header`: the one place where LiteLLM looks for a reference behind other text. */
function isPassedOn([section, key, index, headers, ...rest]: Path): boolean {
  return (
    section === 'general_settings' &&
    key === 'pass_through_endpoints' &&
    typeof index === 'number' &&
    headers === 'headers' &&
    rest.length === 1
  )
}

/** `_check_for_os_environ_vars` follows references in mappings, also in those of a list; `process_slack_alerting_variables` in a list. */
function unfollowedIn(path: Path): { unfollowed?: 'list' } {
  if (typeof path.at(-1) !== 'number' || path.includes('alert_to_webhook_url')) return {}
  return { unfollowed: 'list' }
}

import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import { createSuggest } from '../nearest.ts'
import { isRecord } from '../record.ts'

/** The names under which a request, or a fallback, finds a model. */
export interface ModelNames {
  /** LiteLLM may serve more models than the file declares. */
  readonly inDatabase: boolean
  has(name: string): boolean
  /** Whether a fallback for this name is ever looked up: LiteLLM leaves out a provider in front on either side. */
  hasGroup(name: string): boolean
  /** A declared name that is close to this one. */
  meant(name: string): string | undefined
}

/** As the router finds them: model names, patterns, aliases, access groups, ids, and the deployments' own names of their models. */
export function modelNames(value: Readonly<Record<string, unknown>>): ModelNames {
  const models = (Array.isArray(value.model_list) ? value.model_list : []).filter(isRecord)
  const named = models.flatMap(({ model_name }) => (typeof model_name === 'string' ? [model_name] : []))
  const known = new Set([...named, ...models.flatMap(otherNames), ...aliasesIn(value)])
  const patterns = named.filter((name) => name.includes('*')).map(pattern)
  const general = value.general_settings
  const suggest = createSuggest()
  const has = (name: string) =>
    known.has(name) || name.includes(REFERENCE_PREFIX) || patterns.some((one) => one.test(name))
  return {
    inDatabase:
      isRecord(general) && [true, 'true', 'True'].includes(general.store_model_in_db as boolean | string),
    has,
    hasGroup: (name) =>
      has(name) || [...known].some((other) => other.endsWith(`/${name}`) || name.endsWith(`/${other}`)),
    meant: (name) => suggest(name, named),
  }
}

function otherNames({ litellm_params, model_info }: Readonly<Record<string, unknown>>): string[] {
  const target = isRecord(litellm_params) ? litellm_params.model : undefined
  const { id, access_groups, team_public_model_name: team } = isRecord(model_info) ? model_info : {}
  return [target, id, team, ...(Array.isArray(access_groups) ? access_groups : [])].flatMap((name) =>
    typeof name === 'string' || typeof name === 'number' ? [String(name)] : [],
  )
}

function aliasesIn({ router_settings, litellm_settings }: Readonly<Record<string, unknown>>): string[] {
  return [router_settings, litellm_settings].flatMap((section) =>
    isRecord(section)
      ? [section.model_group_alias, section.model_alias_map].flatMap((map) =>
          isRecord(map) ? Object.keys(map) : [],
        )
      : [],
  )
}

/** `openai/*` as LiteLLM's router reads it. */
function pattern(name: string): RegExp {
  return new RegExp(`^${name.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
}

import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import type { Source } from '../yaml/source.ts'
import data from './litellm-keys.json' with { type: 'json' }
import type { KeyChecks } from './litellm-keys.ts'
import { absence, named } from './versions.ts'

const NAMES: readonly string[] = data.providers
const PROVIDERS: ReadonlySet<string> = new Set(NAMES)

/**
 * Deployments whose `litellm_params.model` begins with a provider that LiteLLM does not know: it would refuse each request, or
 * take the whole for the name of an OpenAI model. An error when `strict`; a newer LiteLLM may know more.
 */
export function providerProblems(source: Source, { strict, version, suggest }: KeyChecks): Problem[] {
  const { model_list, litellm_settings } = source.value
  // A configuration that registers providers of its own may name any.
  if (isRecord(litellm_settings) && litellm_settings.custom_provider_map !== undefined) return []
  return (Array.isArray(model_list) ? model_list : []).flatMap((entry, index): Problem[] => {
    const params = isRecord(entry) ? entry.litellm_params : undefined
    if (!isRecord(params) || typeof params.model !== 'string' || params.custom_llm_provider !== undefined)
      return []
    const [provider = '', ...rest] = params.model.split('/')
    if (rest.length === 0 || provider.startsWith('os.environ') || provider === '*') return []
    const isKnown = PROVIDERS.has(provider)
    const why = isKnown && version !== undefined ? absence('providers', provider, version) : undefined
    if (isKnown && why === undefined) return []
    const meant = isKnown ? undefined : suggest(provider, NAMES)
    return [
      {
        severity: strict ? 'error' : 'warning',
        code: 'unknown-provider',
        message: `${named(version)} has no provider ${describe(provider)}${why === undefined ? '' : `; ${why}`}.`,
        fix:
          meant === undefined
            ? 'begin the model with its provider, such as openai/gpt-4o; for any server that speaks as OpenAI does write openai/NAME with api_base.'
            : `did you mean "${[meant, ...rest].join('/')}"?`,
        at: source.locate(['model_list', index, 'litellm_params', 'model']),
      },
    ]
  })
}

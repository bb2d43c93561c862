import type { Suggest } from '../nearest.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import type { Source } from '../yaml/source.ts'
import data from './litellm-keys.json' with { type: 'json' }
import { KNOWN_VERSION } from './litellm-keys.ts'

const NAMES: readonly string[] = data.providers
const PROVIDERS: ReadonlySet<string> = new Set(NAMES)

/**
 * Deployments whose `litellm_params.model` begins with a provider that LiteLLM does not know: it would refuse each request, or
 * take the whole for the name of an OpenAI model. An error when `strict`; a newer LiteLLM may know more.
 */
export function providerProblems(
  source: Source,
  { strict, suggest }: { readonly strict: boolean; readonly suggest: Suggest },
): Problem[] {
  const { model_list, litellm_settings } = source.value
  // Whoever registers providers of their own knows them better.
  if (isRecord(litellm_settings) && litellm_settings.custom_provider_map !== undefined) return []
  return (Array.isArray(model_list) ? model_list : []).flatMap((entry, index): Problem[] => {
    const params = isRecord(entry) ? entry.litellm_params : undefined
    if (!isRecord(params) || typeof params.model !== 'string' || params.custom_llm_provider !== undefined)
      return []
    const [provider = '', ...rest] = params.model.split('/')
    if (rest.length === 0 || PROVIDERS.has(provider) || provider.startsWith('os.environ') || provider === '*')
      return []
    const meant = suggest(provider, NAMES)
    return [
      {
        severity: strict ? 'error' : 'warning',
        code: 'unknown-provider',
        message: `LiteLLM ${KNOWN_VERSION} has no provider ${describe(provider)}.`,
        fix:
          meant === undefined
            ? 'begin the model with its provider, such as openai/gpt-4o; for any server that speaks as OpenAI does write openai/NAME with api_base.'
            : `did you mean "${[meant, ...rest].join('/')}"?`,
        at: source.locate(['model_list', index, 'litellm_params', 'model']),
      },
    ]
  })
}

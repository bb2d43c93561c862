import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import type { Source } from '../yaml/source.ts'
import { isRouted, LISTED_VERSION } from './model-provider.ts'

/** Deployments without a provider in front of their model's name, for which LiteLLM finds none either: it leaves them out. */
export function unroutedProblems(source: Source): Problem[] {
  const { model_list: list, strict } = source.value
  return (Array.isArray(list) ? list : []).flatMap((entry, index): Problem[] => {
    const params = isRecord(entry) ? entry.litellm_params : undefined
    if (!isRecord(params) || typeof params.model !== 'string' || params.custom_llm_provider !== undefined)
      return []
    const { model, api_base, base_url } = params
    const base = api_base ?? base_url
    if (model.includes('/') || model === '' || model === '*' || model.startsWith(REFERENCE_PREFIX)) return []
    // What the variable holds may be the address of a provider that LiteLLM knows by it.
    if (typeof base === 'string' && base.includes(REFERENCE_PREFIX)) return []
    if (isRouted(model, base)) return []
    return [
      {
        severity: strict === true ? 'error' : 'warning',
        code: 'unknown-provider',
        message: `LiteLLM ${LISTED_VERSION} finds no provider for the model ${describe(model)}, and leaves this deployment out.`,
        fix:
          base === undefined
            ? `begin it with its provider, such as openrouter/${model}; for any server that speaks as OpenAI does write openai/${model} with api_base.`
            : `write openai/${model}, for a server that speaks as OpenAI does, or begin it with the provider that this is.`,
        at: source.locate(['model_list', index, 'litellm_params', 'model']),
      },
    ]
  })
}

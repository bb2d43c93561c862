import { REFERENCE_PREFIX } from '../../contract/forms.ts'
import type { Position, Problem } from '../problem.ts'
import { describe } from '../yaml/describe.ts'
import type { Path } from '../yaml/path.ts'
import type { LitellmConfig } from './litellm-config.ts'
import { hasOwnPrice, isPriced, LISTED_VERSION, providerOf } from './model-provider.ts'

/** Its answers say what they cost, and LiteLLM takes that (`x-litellm-response-cost`). */
export const SAYS_ITS_PRICE = /^openrouter(?:\/|$)/
/** A server of one's own costs what its owner says. */
const OWN_SERVERS =
  /^(?:openai|text-completion-openai|custom_openai|openai_like|custom|hosted_vllm|vllm|ollama|ollama_chat|lm_studio|llamafile|litellm_proxy|xinference|triton|infinity|lemonade|docker_model_runner|oobabooga|petals|auto_router|litellm_agent)$/
/** Of a model on Bedrock, parts that LiteLLM leaves out to find its price. */
const BEDROCK_ROUTE = /^(?:converse|invoke|converse_like|agent|nova|[a-z]{2}(?:-[a-z]+)+-\d)\//
const REGION = /^(?:us|eu|ap|apac|jp|au|ca|sa|global|us-gov)\./

interface Priced {
  readonly litellm: LitellmConfig
  locate(path: Path): Position
}

/**
 * Models without a price in the list of the LiteLLM version that is known here. Which version the image has is known when the gateway is
 * asked; its own list decides then.
 */
export function unpricedNotes({ litellm, locate }: Priced): Problem[] {
  const seen = new Set<string>()
  return litellm.model_list.flatMap(({ litellm_params: params, model_info: info }, index): Problem[] => {
    const name = typeof info.base_model === 'string' ? info.base_model : params.model
    if (typeof name !== 'string' || seen.has(name) || isFree(name, params) || hasOwnPrice(params, info))
      return []
    seen.add(name)
    if (namesOf(name, params).some(isPriced)) return []
    return [
      {
        severity: 'info',
        code: 'unpriced',
        message: `the price list of LiteLLM ${LISTED_VERSION} has no price of ${describe(name)}; without one its requests cost 0 in every budget. The version of your image may have one: a plan that reaches the gateway asks it.`,
        fix: name.startsWith('azure/')
          ? 'give model_info.base_model, such as azure/gpt-4o, or input_cost_per_token and output_cost_per_token in litellm_params.'
          : 'check the name, or give input_cost_per_token and output_cost_per_token in litellm_params.',
        at: locate(['model_list', index, 'litellm_params', 'model']),
      },
    ]
  })
}

function isFree(name: string, params: Readonly<Record<string, unknown>>): boolean {
  const provider = providerOf(params)
  if (name.includes('*') || name.includes(REFERENCE_PREFIX) || name.includes('arn:')) return true
  if (params.mock_response !== undefined || provider === undefined || SAYS_ITS_PRICE.test(provider))
    return true
  const elsewhere = params.api_base !== undefined || params.base_url !== undefined
  return OWN_SERVERS.test(provider) && (elsewhere || provider !== 'openai')
}

/** The names under which LiteLLM looks for the price of a model. */
function namesOf(name: string, { custom_llm_provider: custom }: Readonly<Record<string, unknown>>): string[] {
  const behind = name.slice(name.indexOf('/') + 1)
  const bare = behind.replace(BEDROCK_ROUTE, '')
  return [
    name,
    behind,
    bare,
    bare.replace(REGION, ''),
    ...(typeof custom === 'string' ? [`${custom}/${name}`] : []),
  ]
}

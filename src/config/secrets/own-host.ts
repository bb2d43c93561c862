import { destinationOf } from '../address.ts'

type Params = Readonly<Record<string, unknown>>

/** Where a provider's key goes when no address is given; of others the provider is named. */
export const OWN_HOSTS: Readonly<Record<string, string>> = {
  openai: 'api.openai.com',
  anthropic: 'api.anthropic.com',
  openrouter: 'openrouter.ai',
  perplexity: 'api.perplexity.ai',
  mistral: 'api.mistral.ai',
  groq: 'api.groq.com',
  deepseek: 'api.deepseek.com',
  xai: 'api.x.ai',
  gemini: 'generativelanguage.googleapis.com',
  cohere: 'api.cohere.com',
  cohere_chat: 'api.cohere.com',
  together_ai: 'api.together.xyz',
  fireworks_ai: 'api.fireworks.ai',
  deepinfra: 'api.deepinfra.com',
  cerebras: 'api.cerebras.ai',
}

/** Further hosts of a provider's own, of which each customer may have one. */
const OWN_DOMAINS: Readonly<Record<string, readonly string[]>> = {
  openai: ['api.openai.com'],
  azure: ['openai.azure.com', 'cognitiveservices.azure.com', 'services.ai.azure.com', 'openai.azure.us'],
  azure_ai: ['models.ai.azure.com', 'inference.ai.azure.com', 'services.ai.azure.com', 'openai.azure.com'],
  bedrock: ['amazonaws.com'],
  sagemaker: ['amazonaws.com'],
  vertex_ai: ['aiplatform.googleapis.com'],
  databricks: ['cloud.databricks.com', 'azuredatabricks.net', 'gcp.databricks.com'],
  watsonx: ['ml.cloud.ibm.com'],
  snowflake: ['snowflakecomputing.com'],
  nvidia_nim: ['integrate.api.nvidia.com', 'ai.api.nvidia.com'],
  huggingface: ['huggingface.co', 'endpoints.huggingface.cloud', 'hf.space'],
  dashscope: ['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com'],
  moonshot: ['api.moonshot.ai', 'api.moonshot.cn'],
  github: ['models.inference.ai.azure.com', 'models.github.ai'],
  perplexity: ['perplexity.ai'],
  volcengine: ['volces.com'],
  voyage: ['api.voyageai.com'],
  replicate: ['api.replicate.com'],
  sambanova: ['api.sambanova.ai'],
}

/** The provider of a deployment, also of a bare `gpt-4o`. */
export function providerOf({ custom_llm_provider, model }: Params): string {
  if (typeof custom_llm_provider === 'string') return custom_llm_provider
  const [provider = '', ...rest] = String(model).split('/')
  if (rest.length > 0) return provider
  if (/^claude/.test(provider)) return 'anthropic'
  return /^(?:gpt|o\d|chatgpt|text-embedding|dall-e|whisper|tts)/.test(provider) ? 'openai' : provider
}

/** Where a deployment's requests go by its own parameters; undefined when the provider decides. */
export function addressOf({ api_base, base_url }: Params): string | undefined {
  return [api_base, base_url].find((one): one is string => typeof one === 'string' && one.trim() !== '')
}

/** Whether an address is given that is not known to be the provider's own: a key for it is no key of that provider. */
export function isForeign(params: Params): boolean {
  const address = addressOf(params)
  if (address === undefined) return false
  const provider = providerOf(params)
  const host = destinationOf(address).hostname
  const own = [OWN_HOSTS, OWN_DOMAINS].flatMap((known) =>
    Object.hasOwn(known, provider) ? known[provider] : [],
  )
  return !own.some((domain) => domain !== undefined && (host === domain || host?.endsWith(`.${domain}`)))
}

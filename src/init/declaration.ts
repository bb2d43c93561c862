import { stringify } from 'yaml'
import { WRITING } from '../config/yaml/write.ts'

/** What `init` needs to know about the gateway; the rest has defaults. */
export interface Answers {
  readonly domain: string
  readonly host: string
  readonly user: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string
  /** Of the key that pull requests use. */
  readonly planKey?: string
  readonly users: number
  /** By tag and digest. */
  readonly image: string
  readonly providers: readonly Provider[]
}

interface ProviderEntry {
  readonly name: string
  readonly model: string
  readonly key: string
}

/** A first model of each provider, to be replaced by what is wanted: one that has a price in LiteLLM's list, and no day on which it ends. */
export const PROVIDERS = {
  openai: { name: 'gpt-5.4', model: 'openai/gpt-5.4', key: 'OPENAI_API_KEY' },
  anthropic: {
    name: 'claude-sonnet',
    model: 'anthropic/claude-sonnet-4-6',
    key: 'ANTHROPIC_API_KEY',
  },
  openrouter: {
    name: 'mistral-large',
    model: 'openrouter/mistralai/mistral-large',
    key: 'OPENROUTER_API_KEY',
  },
  perplexity: { name: 'sonar', model: 'perplexity/sonar', key: 'PERPLEXITY_API_KEY' },
} as const satisfies Record<string, ProviderEntry>

export type Provider = keyof typeof PROVIDERS

export function isProvider(name: string): name is Provider {
  return Object.hasOwn(PROVIDERS, name)
}

/** Where the machine is and what runs there: all of gateway.yaml that LiteLLM does not read. */
export function machineOf({ domain, host, user, hostKey, planKey, users, image }: Answers): object {
  const ssh = { host, user, host_key: hostKey, ...(planKey === undefined ? {} : { plan_key: planKey }) }
  return { domain, users, vm: { ssh }, litellm: { image } }
}

/** A first gateway.yaml: one model for each provider, a cache, and no budget. */
export function declarationText(answers: Answers): string {
  const model_list = answers.providers.map((provider) => {
    const { name, model, key } = PROVIDERS[provider]
    return { model_name: name, litellm_params: { model, api_key: `os.environ/${key}` } }
  })
  const litellm = { model_list, litellm_settings: { cache: true, cache_params: { type: 'redis', ttl: 600 } } }
  // Nobody uses the UI of a new gateway yet: it starts closed to the internet.
  return stringify(
    { ...machineOf(answers), front: { admin: 'private' }, ...litellm },
    { ...WRITING, lineWidth: 0 },
  )
}

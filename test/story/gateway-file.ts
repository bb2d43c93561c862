import { stringify } from 'yaml'
import type { Lab } from '../lab/lab.ts'
import { planKey } from './plan-key.ts'

/** Where the providers are reached from inside the lab: LiteLLM's own variables, so that the models stand as in the README. */
export const PROVIDERS = {
  OPENAI_BASE_URL: 'http://upstream.lab:8099/openai/v1',
  ANTHROPIC_API_BASE: 'http://upstream.lab:8099/anthropic',
  OPENROUTER_API_BASE: 'http://upstream.lab:8099/openrouter/api/v1',
  PERPLEXITY_API_BASE: 'http://upstream.lab:8099/perplexity',
} as const

/** As in the README, or fewer: a test whose subject they are not starts its gateway sooner with two. */
export const WORKERS = Number(process.env.LAB_WORKERS ?? 4)

export interface Model {
  readonly model_name: string
  readonly litellm_params: Readonly<Record<string, unknown>>
  readonly model_info?: Readonly<Record<string, unknown>>
}

export interface Budget {
  readonly user_id?: string
  readonly team_id?: string
  readonly max_budget?: number
  readonly time_period?: string
}

export const GPT_4: Model = {
  model_name: 'gpt-4',
  litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY' },
}
export const CLAUDE_3: Model = {
  model_name: 'claude-3',
  litellm_params: { model: 'anthropic/claude-3-opus-20240229', api_key: 'os.environ/ANTHROPIC_API_KEY' },
}
export const LOCAL_LLAMA: Model = {
  model_name: 'local-llama',
  litellm_params: { model: 'ollama/llama2', api_base: 'http://ollama.mgmt.internal:11434' },
}
export const SONAR: Model = {
  model_name: 'sonar',
  litellm_params: { model: 'perplexity/sonar', api_key: 'os.environ/PERPLEXITY_API_KEY' },
}
export const MIXTRAL: Model = {
  model_name: 'mixtral',
  litellm_params: {
    model: 'openrouter/mistralai/mixtral-8x7b-instruct',
    api_key: 'os.environ/OPENROUTER_API_KEY',
  },
}

/** What differs between the declarations of a story; the rest is that of the README. */
export interface Declared {
  readonly workers?: number
  readonly models?: readonly Model[]
  readonly budgets?: readonly Budget[]
  readonly more?: Readonly<Record<string, unknown>>
}

/** The declaration of the README for a lab's host. */
export function gatewayFile(
  { host, image }: Pick<Lab, 'host' | 'image'>,
  {
    workers = WORKERS,
    models = [GPT_4, CLAUDE_3, LOCAL_LLAMA],
    budgets = [{ user_id: 'team-dev', max_budget: 100, time_period: 'monthly' }],
    more = {},
  }: Declared = {},
): string {
  return stringify(
    {
      domain: 'llm.example.com',
      users: 100,
      vm: {
        ssh: {
          host: host.address,
          port: host.port,
          user: host.user,
          host_key: host.hostKey,
          plan_key: planKey().publicKey,
        },
      },
      litellm: { image, workers },
      model_list: models,
      router_settings: { routing_strategy: 'simple-shuffle' },
      litellm_settings: { cache: true, cache_params: { type: 'redis', ttl: 600 } },
      general_settings: {},
      environment_variables: PROVIDERS,
      budget_config: budgets,
      backup: { at: '02:00', keep: '30d', repository: '/var/backups/litellm' },
      proxy: 'caddy',
      // No authority on the internet can see the lab; the host's own signs.
      tls: 'internal',
      // The lab's links are link-local.
      front: { admin: 'private' },
      ...more,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}

import { providerBudgetConfig } from '../budgets.ts'
import type { Gateway } from '../complete.ts'
import { isRecord } from '../record.ts'
import { setterOf } from '../secrets/variables.ts'
import { modelIds } from './model-id.ts'
import { SECTIONS } from './section-shapes.ts'

/** LiteLLM's pool for each worker, where none is declared. */
export const CONNECTIONS_PER_WORKER = 10
const REDIS = {
  host: 'os.environ/REDIS_HOST',
  port: 'os.environ/REDIS_PORT',
  password: 'os.environ/REDIS_PASSWORD',
} as const

export interface LitellmModel {
  readonly model_name: string
  readonly litellm_params: Readonly<Record<string, unknown>>
  readonly model_info: Readonly<Record<string, unknown>> & { readonly id: string }
}

export interface LitellmConfig {
  readonly model_list: readonly LitellmModel[]
  readonly [section: string]: unknown
}

/** What of a declaration is LiteLLM's. */
type Sections = Pick<
  Gateway,
  'model_list' | 'router_settings' | 'litellm_settings' | 'general_settings' | 'budget_config'
>

/** LiteLLM's config.yaml as data: the user's sections verbatim, a stable id for each model, and the host's own database and Redis. Pure. */
export function renderLitellmConfig(gateway: Sections): LitellmConfig {
  const ids = modelIds(gateway.model_list)
  const providers = providerBudgetConfig(gateway)
  const { router_settings, litellm_settings, general_settings } = gateway
  return {
    ...carried(gateway),
    model_list: gateway.model_list.map(({ model_name, litellm_params, model_info, ...beside }, index) => ({
      ...beside,
      model_name,
      litellm_params,
      model_info: { ...model_info, id: ids[index] ?? '' },
    })),
    // Four workers share limits and cool-downs through Redis, or each counts for itself.
    router_settings: {
      ...ownRedis(router_settings ?? {}, 'redis_'),
      ...router_settings,
      ...(providers === undefined ? {} : { provider_budget_config: providers }),
    },
    litellm_settings: withCache(litellm_settings ?? {}),
    general_settings: {
      database_connection_pool_limit: CONNECTIONS_PER_WORKER,
      ...general_settings,
      master_key: 'os.environ/LITELLM_MASTER_KEY',
      database_url: 'os.environ/DATABASE_URL',
    },
  }
}

/** How many connections each worker may open to the database: `general_settings.database_connection_pool_limit`. */
export function poolOf(settings: Readonly<Record<string, unknown>> | null | undefined): number {
  const declared = Number(settings?.database_connection_pool_limit ?? CONNECTIONS_PER_WORKER)
  return Number.isInteger(declared) && declared > 0 ? declared : CONNECTIONS_PER_WORKER
}

/** Every section that LiteLLM reads, as it is written. */
function carried(gateway: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(SECTIONS).flatMap((name) => {
      const value = gateway[name]
      return value === undefined || value === null ? [] : [[name, value]]
    }),
  )
}

/** Our Redis, unless the user points to one. */
function ownRedis(
  settings: Readonly<Record<string, unknown>>,
  prefix: '' | 'redis_',
): Record<string, unknown> {
  const names = ['host', 'url', 'startup_nodes', 'sentinel_nodes'].map((name) => prefix + name)
  if (names.some((name) => settings[name] !== undefined) || settings.redis_startup_nodes !== undefined)
    return {}
  return Object.fromEntries(Object.entries(REDIS).map(([name, value]) => [prefix + name, value]))
}

function withCache(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const params = settings.cache_params
  const given = isRecord(params) ? params : {}
  // `cache: true` alone means Redis to LiteLLM.
  if (settings.cache !== true || (given.type ?? 'redis') !== 'redis') return { ...settings }
  return { ...settings, cache_params: { type: 'redis', ...ownRedis(given, ''), ...given } }
}

/** What of a configuration a user would have written: without what {@link renderLitellmConfig} adds, which it adds again. Pure. */
export function userSections(config: Readonly<Record<string, unknown>>): {
  readonly sections: Readonly<Record<string, unknown>>
  readonly dropped: readonly { readonly path: string; readonly why: string }[]
} {
  const dropped: { path: string; why: string }[] = []
  const without = (section: unknown, path: string, own: Readonly<Record<string, unknown>>) => {
    if (!isRecord(section)) return section
    const left = Object.entries(section).filter(([key, value]) => {
      if (!Object.hasOwn(own, key) || (own[key] !== ANY && own[key] !== value)) return true
      dropped.push({ path: `${path}.${key}`, why: HOST })
      return false
    })
    // A section that held nothing else was not the user's.
    return left.length === 0 && Object.keys(section).length > 0 ? undefined : Object.fromEntries(left)
  }
  // Beside another Redis the same variables mean another password.
  const redis = (section: unknown, prefix: string) =>
    isRecord(section) && section[`${prefix}host`] === REDIS.host
      ? Object.fromEntries(Object.entries(REDIS).map(([name, value]) => [prefix + name, value]))
      : {}
  const { litellm_settings, general_settings, router_settings, environment_variables } = config
  const cache = isRecord(litellm_settings) ? litellm_settings.cache_params : undefined
  const sections = {
    ...config,
    router_settings: without(router_settings, 'router_settings', redis(router_settings, 'redis_')),
    litellm_settings: isRecord(litellm_settings)
      ? {
          ...litellm_settings,
          ...(isRecord(cache)
            ? { cache_params: without(cache, 'litellm_settings.cache_params', redis(cache, '')) }
            : {}),
        }
      : litellm_settings,
    general_settings: without(general_settings, 'general_settings', {
      master_key: ANY,
      database_url: ANY,
      database_connection_pool_limit: CONNECTIONS_PER_WORKER,
    }),
    environment_variables: without(
      environment_variables,
      'environment_variables',
      hostVariables(environment_variables),
    ),
  }
  return { sections, dropped }
}

/** Of variables that are set for LiteLLM, those that the host sets. */
function hostVariables(section: unknown): Record<string, unknown> {
  const names = isRecord(section) ? Object.keys(section) : []
  return Object.fromEntries(names.filter((name) => setterOf(name) === 'host').map((name) => [name, ANY]))
}

const ANY = Symbol('whatever it is')
const HOST = 'the host makes and keeps it'

import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../src/config/desired.ts'
import keys from '../../../src/config/litellm/litellm-keys.json' with { type: 'json' }
import { findSecrets } from '../../../src/config/secrets/secrets.ts'
import { base } from '../plan/applied.ts'

/** Every provider and every key that LiteLLM knows, as its documentation would write them: all of it parses and plans offline. */
const SECTIONS = ['router_settings', 'litellm_settings', 'general_settings'] as const

/** Keys whose values have a form of their own. */
const FORMS: readonly (readonly [RegExp, unknown])[] = [
  [/^(?:context_window_|content_policy_)?fallbacks$/, [{ m: ['m'] }]],
  [/^default_fallbacks$/, ['m']],
  [/^model_group_alias$/, { other: 'm' }],
  [/(?:^|_)host$/, 'host.example.com'],
  [/^budget_reset_time$/, '06:30'],
  [/^custom_provider_map$/, [{ provider: 'own', custom_handler: 'os.environ/HANDLER' }]],
  [/^default_team_settings$/, [{ team_id: 'dev' }]],
  [/^guardrails$/, [{ pii: { callbacks: ['presidio'] } }]],
  [/^(?:model_group_settings|priority_reservation_settings|responses|upperbound_key_generate_params)$/, {}],
]

/** A value of the kind, as people write it; a secret as a reference. */
function example(key: string, kind: string): unknown {
  const own = FORMS.find(([name]) => name.test(key))?.[1]
  if (own !== undefined && !/^(?:number|boolean|=)/.test(kind)) return own
  const [first = 'any'] = kind.split('|')
  if (first.startsWith('=')) return first.slice(1)
  const plain = { list: ['one'], map: { name: 'one' }, number: 1, boolean: true, string: 'text', any: 'text' }
  const value = plain[first as keyof typeof plain]
  return findSecrets({ [key]: value }).literals.length > 0 ? reference(value) : value
}

function reference(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reference)
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reference(item)]))
    : 'os.environ/SOME_SECRET'
}

function warningsOf(parts: object): string[] {
  const text = stringify({ ...base, budget_config: [], ...parts })
  return loadDesired('gateway.yaml', { read: () => text, list: () => [] }).warnings.map(
    ({ message }) => message,
  )
}

test.each(keys.providers)('provider %s', (provider) => {
  const litellm_params = {
    model: `${provider}/some/model-1`,
    api_key: 'os.environ/KEY',
    api_base: 'https://example.com/v1',
  }
  expect(warningsOf({ model_list: [{ model_name: 'm', litellm_params }] })).toEqual([])
})

test.each(Object.entries(keys.litellm_params).filter(([key]) => key !== 'model'))(
  'litellm_params.%s: %s',
  (key, kind) => {
    const litellm_params = { model: 'openai/gpt-4', [key]: example(key, kind) }
    expect(warningsOf({ model_list: [{ model_name: 'm', litellm_params }] })).toEqual([])
  },
)

test.each(Object.entries(keys.model_info).filter(([key]) => key !== 'id'))(
  'model_info.%s: %s',
  (key, kind) => {
    const model = { model_name: 'm', litellm_params: { model: 'openai/gpt-4' } }
    expect(warningsOf({ model_list: [{ ...model, model_info: { [key]: example(key, kind) } }] })).toEqual([])
  },
)

for (const section of SECTIONS)
  test.each(
    Object.entries(keys[section]).filter(
      ([key]) => !['master_key', 'database_url', 'cache_params'].includes(key),
    ),
  )(`${section}.%s: %s`, (key, kind) => {
    const model_list = [{ model_name: 'm', litellm_params: { model: 'openai/gpt-4' } }]
    // LiteLLM has one with the other alone.
    const more = key === 'max_budget' ? { budget_duration: '30d' } : {}
    expect(warningsOf({ model_list, [section]: { [key]: example(key, kind), ...more } })).toEqual([])
  })

test.each(Object.entries(keys.cache_params))('cache_params.%s: %s', (key, kind) => {
  const cache_params = { type: 'redis', [key]: example(key, kind) }
  expect(warningsOf({ litellm_settings: { cache: true, cache_params } })).toEqual([])
})

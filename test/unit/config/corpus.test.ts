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

/** A declaration for each key, as a test of its own each would take three times as long. By key, what is said of it: nothing. */
function told(kinds: Readonly<Record<string, string>>, partsOf: (key: string, kind: string) => object) {
  return Object.entries(kinds).flatMap(([key, kind]) =>
    warningsOf(partsOf(key, kind)).map((warning) => [key, kind, warning]),
  )
}

test('every provider', () => {
  const params = { api_key: 'os.environ/KEY', api_base: 'https://example.com/v1' }
  const model_list = keys.providers.map((provider) => ({
    model_name: provider,
    litellm_params: { model: `${provider}/some/model-1`, ...params },
  }))
  expect(model_list.length).toBeGreaterThan(100)
  expect(warningsOf({ model_list })).toEqual([])
})

test('every key of litellm_params', () => {
  const { model: _, ...params } = keys.litellm_params
  const model_list = Object.entries(params).map(([key, kind]) => ({
    model_name: key,
    litellm_params: { model: 'openai/gpt-4', [key]: example(key, kind) },
  }))
  expect(model_list.length).toBeGreaterThan(300)
  expect(warningsOf({ model_list })).toEqual([])
})

test('every key of model_info', () => {
  const { id: _, ...info } = keys.model_info
  const model_list = Object.entries(info).map(([key, kind]) => ({
    model_name: key,
    litellm_params: { model: 'openai/gpt-4' },
    model_info: { [key]: example(key, kind) },
  }))
  expect(model_list.length).toBeGreaterThan(200)
  expect(warningsOf({ model_list })).toEqual([])
})

// Alone each: a key that needs another would not be noticed beside it.
test.each(SECTIONS)('every key of %s', (section) => {
  const model_list = [{ model_name: 'm', litellm_params: { model: 'openai/gpt-4' } }]
  const {
    master_key: _,
    database_url: __,
    cache_params: ___,
    ...kinds
  }: Record<string, string> = keys[section]
  const parts = (key: string, kind: string) => {
    // LiteLLM has one with the other alone.
    const more = key === 'max_budget' ? { budget_duration: '30d' } : {}
    return { model_list, [section]: { [key]: example(key, kind), ...more } }
  }
  expect(told(kinds, parts)).toEqual([])
})

test('every key of cache_params', () => {
  const parts = (key: string, kind: string) => ({
    litellm_settings: { cache: true, cache_params: { type: 'redis', [key]: example(key, kind) } },
  })
  expect(told(keys.cache_params, parts)).toEqual([])
})

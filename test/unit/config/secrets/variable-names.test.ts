import { describe, expect, test } from 'vitest'
import { findSecrets } from '../../../../src/config/secrets/secrets.ts'
import { variableNames } from '../../../../src/config/secrets/variable-names.ts'

/** The names for all secrets that are written out, in their order. */
function names(document: Readonly<Record<string, unknown>>): string[] {
  const { literals, references } = findSecrets(document)
  const valueAt = (path: readonly (string | number)[]) =>
    path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), document)
  return variableNames(
    document,
    literals.map(({ path }) => ({ path, value: valueAt(path) })),
    references.map(({ name }) => name),
  )
}
const models = (...all: [string, object][]) => ({
  model_list: all.map(([model_name, litellm_params]) => ({ model_name, litellm_params })),
})
const LOCAL = 'http://10.0.0.7:8000/v1'

describe('a key for a server of one’s own', () => {
  test.each<[string, string]>([
    ['local', 'LOCAL_API_KEY'],
    ['openai', 'OPENAI_10_0_0_7_API_KEY'],
    ['openai/*', 'OPENAI_10_0_0_7_API_KEY'],
    ['*', 'KEY_10_0_0_7_API_KEY'],
    ['7b', 'KEY_7B_API_KEY'],
    ['github', 'EXTERNAL_GITHUB_API_KEY'],
    ['azure', 'AZURE_10_0_0_7_API_KEY'],
    ['qwen 3 (fast)', 'QWEN_3_FAST_API_KEY'],
  ])('of the model %s is %s', (name, wanted) => {
    const [found] = names(models([name, { model: 'openai/q', api_base: LOCAL, api_key: 'hunter2hunter2' }]))
    expect(found).toBe(wanted)
  })
})

test.each<[string, object[]]>([
  ['another deployment names no key', [{ model: 'openai/b' }]],
  ['a server of one’s own is given no key', [{ model: 'hosted_vllm/b', api_base: LOCAL }]],
])('OPENAI_API_KEY is no name for a key when %s: that would get it', (_, others) => {
  const all = [{ model: 'openai/a', api_key: 'hunter2hunter2' }, ...others]
  expect(names(models(...all.map((params): [string, object] => ['mine', params])))).toEqual(['MINE_API_KEY'])
})

test('nor when requests go elsewhere by a variable', () => {
  const document = {
    ...models(['mine', { model: 'openai/a', api_key: 'hunter2hunter2' }]),
    environment_variables: { OPENAI_API_BASE: LOCAL },
  }
  expect(names(document)).toEqual(['MINE_API_KEY'])
})

describe('equal values share a name', () => {
  const key = 'hunter2hunter2'
  test('for the same host in the same field', () => {
    const local = { model: 'openai/a', api_base: LOCAL, api_key: key }
    expect(names(models(['a', local], ['b', local]))).toEqual(['A_API_KEY', 'A_API_KEY'])
  })

  test.each<[string, object, object]>([
    ['two providers', { model: 'openai/a', api_key: key }, { model: 'groq/a', api_key: key }],
    [
      'two hosts',
      { model: 'openai/a', api_base: LOCAL, api_key: key },
      { model: 'openai/a', api_base: 'http://10.0.0.8/v1', api_key: key },
    ],
    [
      'two ports',
      { model: 'openai/a', api_base: LOCAL, api_key: key },
      { model: 'openai/a', api_base: 'http://10.0.0.7:8001/v1', api_key: key },
    ],
    [
      'the provider and another host',
      { model: 'openai/a', api_key: key },
      { model: 'openai/a', api_base: LOCAL, api_key: key },
    ],
    [
      'two fields',
      { model: 'openai/a', api_key: key },
      { model: 'openai/a', api_key: 'os.environ/X', client_secret: key },
    ],
  ])('and not for %s', (_, one, other) => {
    const found = names(models(['a', one], ['b', other]))
    expect(new Set(found).size).toBe(2)
  })

  test('and not for two variables', () => {
    expect(names({ environment_variables: { UI_PASSWORD: key, SMTP_PASSWORD: key } })).toEqual([
      'UI_PASSWORD',
      'SMTP_PASSWORD',
    ])
  })
})

test('no name is taken twice', () => {
  const document = {
    ...models(
      ['a', { model: 'openai/a', api_key: 'sk-aaaaaaaaaaaa' }],
      ['b', { model: 'openai/b', api_key: 'os.environ/openai_api_key_2' }],
      ['c', { model: 'groq/b', api_key: 'hunter2hunter2' }],
    ),
    environment_variables: { OPENAI_API_KEY: 'sk-bbbbbbbbbbbb', GROQ_API_KEY: 'os.environ/OTHER' },
  }
  // GitHub knows no case in a secret's name.
  expect(names(document)).toEqual(['OPENAI_API_KEY_3', 'GROQ_API_KEY_2', 'OPENAI_API_KEY'])
})

test.each<[object, string]>([
  [{ guardrails: [{ guardrail_name: 'pii', litellm_params: { api_key: 'hunter2' } }] }, 'PII_API_KEY'],
  [
    { guardrails: [{ guardrail_name: 'openai', litellm_params: { api_key: 'hunter2' } }] },
    'EXTERNAL_OPENAI_API_KEY',
  ],
  [
    { credential_list: [{ credential_name: 'azure', credential_values: { api_key: 'hunter2' } }] },
    'AZURE_CREDENTIAL_VALUES_API_KEY',
  ],
  [
    { search_tools: [{ search_tool_name: 'tavily', litellm_params: { api_key: 'hunter2' } }] },
    'TAVILY_API_KEY',
  ],
  [{ router_settings: { redis_host: 'r', redis_password: 'hunter2' } }, 'EXTERNAL_REDIS_PASSWORD'],
  [{ environment_variables: { GITHUB_PAT_TOKEN: 'hunter2' } }, 'EXTERNAL_GITHUB_PAT_TOKEN'],
])('%j is called %s', (document, wanted) => {
  expect(names(document as Record<string, unknown>)).toEqual([wanted])
})

test.each([
  [
    'a Redis',
    { general_settings: { redis_url: 'redis://:hunter2hunter2@cache.example:6379' } },
    'EXTERNAL_REDIS_URL',
  ],
  [
    'a database',
    { callback_settings: { database_password: 'hunter2hunter2' } },
    'EXTERNAL_DATABASE_PASSWORD',
  ],
])('%s is not called as LiteLLM would look for its own', (_, document, wanted) =>
  expect(names(document)).toEqual([wanted]),
)

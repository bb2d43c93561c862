import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { ConfigError, formatProblem, type Problem } from '../../../../src/config/problem.ts'
import { findSecrets } from '../../../../src/config/secrets/secrets.ts'
import { base } from '../../plan/applied.ts'

/** What is said of a pasted configuration, and the variables that it is given. */
function pasted(parts: object): { errors: string[]; warnings: string[]; names: string[] } {
  const text = stringify({ ...base, budget_config: [], ...parts })
  const lines = (problems: readonly Problem[], severity: string) =>
    problems
      .filter((problem) => problem.severity === severity)
      .map((problem) => `${problem.code} ${formatProblem(problem)}`)
  try {
    const { warnings, secrets } = loadDesired('gateway.yaml', { read: () => text, list: () => [] })
    return { errors: [], warnings: lines(warnings, 'warning'), names: secrets.map(({ name }) => name) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { errors: lines(error.problems, 'error'), warnings: lines(error.problems, 'warning'), names: [] }
  }
}
const models = (...all: object[]) => ({
  model_list: all.map((litellm_params, index) => ({ model_name: `m${index}`, litellm_params })),
})
const NOTHING = { model_list: [] }
const endpoint = (headers: object) => ({
  general_settings: { pass_through_endpoints: [{ path: '/a', target: 'https://a.example', headers }] },
})

describe('a placeholder', () => {
  test.each([
    'not-needed',
    'none',
    'dummy',
    'EMPTY',
    'fake-key',
    'lm-studio',
    'sk-none',
    'ollama',
    'xxx',
    'sk-1234',
    'no_key_required',
  ])('%s is taken beside the address of a server of one’s own', (api_key) => {
    const said = pasted(models({ model: 'openai/a', api_base: 'http://10.0.0.7:8000/v1', api_key }))
    expect(said).toEqual({ errors: [], warnings: [], names: [] })
  })

  test('that would go to the provider is a warning', () => {
    const { errors, warnings } = pasted(models({ model: 'openai/a', api_key: 'dummy' }))
    expect(errors).toEqual([])
    expect(warnings).toEqual([
      expect.stringMatching(/^placeholder-key .*sent to api\.openai\.com, which refuses it/),
    ])
  })

  test.each([
    { model: 'openai/a', api_key: 'sk-1234' },
    { model: 'openai/a', api_base: 'https://api.openai.com/v1', api_key: 'sk-1234' },
    { model: 'azure/a', api_base: 'https://x.openai.azure.com', api_key: '1234' },
  ])('%j is none: the address is the provider’s own', (params) =>
    expect(pasted(models(params)).errors).toHaveLength(1),
  )

  test.each([
    { model: 'openai/a', api_base: 'https://api.openai.com.evil.example/v1', api_key: 'sk-1234' },
    { model: 'openai/a', base_url: 'os.environ/BASE', api_key: 'sk-1234' },
  ])('%j is one', (params) => expect(pasted(models(params)).errors).toEqual([]))
})

describe('a reference with other text around it', () => {
  test.each([
    'Bearer os.environ/COHERE_API_KEY',
    'bearer os.environ/COHERE_API_KEY',
    'Basic os.environ/COHERE_API_KEY',
  ])('is one in a header that is passed on: %s', (Authorization) =>
    expect(pasted({ ...NOTHING, ...endpoint({ Authorization }) })).toEqual({
      errors: [],
      warnings: [],
      names: ['COHERE_API_KEY'],
    }),
  )

  test.each<[string, object]>([
    [
      'a header of a deployment',
      models({ model: 'openai/a', extra_headers: { Authorization: 'Bearer os.environ/K' } }),
    ],
    ['a key', models({ model: 'openai/a', api_key: 'Bearer os.environ/K' })],
    ['text behind it', endpoint({ Authorization: 'os.environ/K-suffix' })],
    ['two', endpoint({ Authorization: 'os.environ/K:os.environ/L' })],
    ['a list of keys', { general_settings: { api_keys: ['os.environ/K'] } }],
  ])('is an error where LiteLLM would send it as it is: %s', (_, parts) => {
    const { errors } = pasted(parts)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/^(?:unfollowed-reference|literal-secret) /)
    expect(errors[0]).not.toMatch(/os\.environ\/K/)
  })

  test('is a warning where it may be a text', () => {
    const { errors, warnings, names } = pasted({
      ...NOTHING,
      general_settings: { allowed_routes: ['os.environ/ROUTE'] },
    })
    expect([errors, names]).toEqual([[], ['ROUTE']])
    expect(warnings.join()).toMatch(/unfollowed-reference .*in a list of texts, where LiteLLM follows none/)
  })

  test.each([
    { general_settings: { alert_to_webhook_url: { spend: ['os.environ/HOOK'] } } },
    { router_settings: { redis_startup_nodes: [{ host: 'r', port: 1, password: 'os.environ/P' }] } },
  ])('is followed in %j', (parts) => expect(pasted(parts).errors).toEqual([]))

  test('belongs to its owner like any other', () => {
    expect(pasted(endpoint({ Authorization: 'Bearer os.environ/LITELLM_MASTER_KEY' })).errors.join()).toMatch(
      /owned-variable .*names LITELLM_MASTER_KEY/,
    )
  })
})

describe('the names that are advised', () => {
  const advised = (parts: object) =>
    pasted(parts).errors.map((line) => /Fix: (?:remove it, or )?write os\.environ\/(\w+)/.exec(line)?.[1])

  test('are different for different keys', () => {
    const key = (api_key: string, more: object = {}) => ({ model: 'openai/a', api_key, ...more })
    expect(advised(models(key('sk-aaaaaaaaaaaa'), key('sk-bbbbbbbbbbbb'), key('sk-aaaaaaaaaaaa')))).toEqual([
      'OPENAI_API_KEY',
      'OPENAI_API_KEY_2',
      'OPENAI_API_KEY',
    ])
  })

  test('never give a provider’s key to somebody’s server', () => {
    const params = { model: 'openai/a', api_base: 'http://10.0.0.7/v1', api_key: 'hunter2hunter2' }
    expect(advised(models(params))).toEqual(['M0_API_KEY'])
  })

  test('are none that GitHub refuses', () => {
    expect(advised(models({ model: 'github/gpt-4o', api_key: 'hunter2hunter2' }))).toEqual([
      'EXTERNAL_GITHUB_API_KEY',
    ])
  })

  test('say why a reference has to have another', () => {
    expect(pasted(models({ model: 'github/a', api_key: 'os.environ/GITHUB_TOKEN' })).errors.join()).toMatch(
      /names GITHUB_TOKEN.*Fix: give the value under another name.*GitHub accepts no secret whose name begins with GITHUB_/,
    )
  })

  test('are the host’s own for what it makes, with one error', () => {
    const { errors } = pasted({ general_settings: { master_key: 'sk-1234' } })
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/remove it, or write os\.environ\/LITELLM_MASTER_KEY there: the host makes/)
  })
})

test('MCP servers have variables of their own', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as LiteLLM wants it.
  const static_headers = { Authorization: 'Bearer ${USER_TOKEN}', 'X-Api-Key': '${KEY}' }
  expect(findSecrets({ mcp_servers: { a: { static_headers } } }).literals).toEqual([])
  expect(findSecrets({ router_settings: { static_headers } }).literals).toHaveLength(2)
})

test.each<[string, object]>([
  ['general_settings', { general_settings: { 'sk-abcdefgh1234': 1 } }],
  ['model_list[0].litellm_params', models({ model: 'openai/a', eyJhbGciOiJIUzI1NiJ9abc: { a: 1 } })],
  [
    'router_settings.model_group_alias',
    { router_settings: { model_group_alias: { 'sk-abcdefgh1234': 'a' } } },
  ],
  ['the file', { 'sk-abcdefgh1234': 1 }],
])('a secret in the place of a key of %s is refused, and printed nowhere', (place, parts) => {
  const { errors } = pasted(parts)
  expect(errors.filter((line) => line.startsWith('literal-secret'))).toEqual([
    expect.stringContaining(`${place} has a key that looks like a secret`),
  ])
  expect(errors.join()).not.toMatch(/abcdefgh|hbGciOi/)
})

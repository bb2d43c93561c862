import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { CAVEATS } from '../../../../src/config/litellm/caveats.ts'
import { unpricedNotes } from '../../../../src/config/litellm/unpriced.ts'
import { base } from '../../plan/applied.ts'
import { found, keyless, model } from './findings.ts'

describe('deployments that LiteLLM leaves out', () => {
  const of = (params: object) =>
    found('unknown-provider', {
      model_list: [{ model_name: 'm', litellm_params: { api_key: 'os.environ/K', ...params } }],
    })

  test.each([
    [{ model: 'qwen3-omni', api_base: 'http://10.0.0.7:8000/v1' }, 'write openai/qwen3-omni'],
    [{ model: 'my-finetune' }, 'begin it with its provider'],
    [{ model: 'mistral', api_base: 'http://10.0.0.7:8000' }, 'write openai/mistral'],
    [{ model: 'gemini-3.8-live' }, 'begin it with its provider'],
    [{ model: 'ft:o4-mini-2025-04-16' }, 'begin it with its provider'],
    [{ model: 'veo-3.1-lite-generate-preview' }, 'begin it with its provider'],
    [{ model: 'x', api_base: 'https://evil.example/api.groq.com/openai/v1' }, 'write openai/x'],
  ])('%o', (params, fix) => {
    const [only, ...more] = of(params)
    expect(more).toEqual([])
    expect(only).toMatch(/^warning: gateway\.yaml:\d+:\d+: LiteLLM [\d.]+ finds no provider for the model/)
    expect(only).toContain(fix)
  })

  test.each([
    { model: 'gpt-4o' },
    { model: 'claude-sonnet-4-5' },
    { model: 'claude-opus-9' },
    { model: 'gpt-image-9' },
    { model: 'ft:gpt-4o:acme::1' },
    { model: 'ft:davinci-002' },
    { model: 'dall-e-3' },
    { model: 'embed-v4.0' },
    { model: 'embed-multilingual-v2.0' },
    { model: 'veo-3.1-lite-generate-001' },
    { model: 'qvv0xeq' },
    { model: 'eu.anthropic.claude-sonnet-4-20250514-v1:0' },
    { model: 'text-embedding-3-small' },
    { model: '*' },
    { model: 'os.environ/MODEL' },
    { model: 'qwen3-omni', custom_llm_provider: 'hosted_vllm' },
    { model: 'llama-3.3-70b', api_base: 'https://api.groq.com/openai/v1' },
    { model: 'deepseek-chat', api_base: 'https://api.deepseek.com/v1/' },
    { model: 'qwen3-omni', api_base: 'os.environ/BASE' },
  ])('%o is served', (params) => expect(of(params)).toEqual([]))
})

describe('hosts', () => {
  const at = (api_base: string) => found('local-host', { model_list: [model('m', { api_base })] })

  test.each([
    ['http://ollama:11434', '"ollama", a name without a domain, as only a compose file knows it'],
    ['http://host.docker.internal:11434/v1', 'containers of Docker Desktop'],
    ['http://host.containers.internal:8000', 'containers of Docker Desktop'],
    ['http://vllm.models.svc.cluster.local:8000', 'a Kubernetes cluster'],
  ])('%s is a warning', (base, what) => {
    const [only, ...more] = at(base)
    expect(more).toEqual([])
    expect(only).toMatch(
      /^warning: gateway\.yaml:\d+:\d+: model_list\[0\]\.litellm_params\.api_base leads to /,
    )
    expect(only).toContain(what)
    expect(only).toContain('publish its port there and write 127.0.0.1')
  })

  test.each([
    'http://localhost:11434',
    'http://127.0.0.1:8000/v1',
    'http://0.0.0.0:4000',
    'http://[::1]:8000',
  ])('%s is a note', (base) => expect(at(base)[0]).toMatch(/^info: .*which is the gateway's host itself/))

  test.each([
    'https://api.example.com/v1',
    'http://10.0.0.7:8000',
    'http://[2001:db8::1]:80',
    'os.environ/BASE',
    'http://os.environ/HOST:80',
  ])('%s is none', (base) => expect(at(base)).toEqual([]))

  test.each([
    [
      'a cache',
      { litellm_settings: { cache: true, cache_params: { type: 'redis', host: 'redis' } } },
      'the host has a Redis of its own',
    ],
    ['a router', { router_settings: { redis_host: 'redis' } }, 'the host has a Redis of its own'],
    [
      'a variable',
      { environment_variables: { LANGFUSE_HOST: 'http://langfuse:3000' } },
      'environment_variables.LANGFUSE_HOST',
    ],
    [
      'an endpoint',
      { general_settings: { pass_through_endpoints: [{ path: '/x', target: 'http://tei/rerank' }] } },
      'target leads to "tei"',
    ],
  ])('of %s', (_, parts, what) =>
    expect(found('local-host', { model_list: [], ...parts }).join()).toContain(what),
  )
})

describe('settings that do not do what they say', () => {
  const of = (parts: object) => found('caveat', { model_list: [model('m')], ...parts })
  const limited = [model('m', { rpm: 10 }), model('n', { tpm: 10, weight: 2 })]

  test.each<[string, object, RegExp]>([
    [
      'a daily budget',
      { litellm_settings: { max_budget: 5, budget_duration: '1d' } },
      /last 30 days.*before 1\.98\.0.*issues\/31292/,
    ],
    [
      'a budget of all',
      { litellm_settings: { max_budget: 5, budget_duration: '1d' } },
      /in each worker.*issues\/40020/,
    ],
    ['customers', { litellm_settings: { max_end_user_budget_id: 'b' } }, /never reset.*issues\/24675/],
    [
      'a budget that nothing reads',
      { litellm_settings: { max_user_budget: 5 } },
      /read by no part of LiteLLM/,
    ],
    [
      'new users',
      { litellm_settings: { default_internal_user_params: { max_budget: 5 } } },
      /default_internal_user_params\.max_budget is a budget for life.*25509/,
    ],
    [
      'new teams',
      { litellm_settings: { default_team_params: { max_budget: 5 } } },
      /default_team_params\.max_budget is a budget for life/,
    ],
    ['users', { litellm_settings: { max_internal_user_budget: 5 } }, /internal_user_budget_duration/],
    [
      'a member',
      { budget_config: [{ team_id: 't', user_id: 'u', max_budget: 5 }] },
      /member's budget without a period.*25509/,
    ],
    [
      'requests a minute',
      { model_list: limited },
      /model_list\[0\]\.litellm_params\.rpm is no limit with simple-shuffle.*enforce_model_rate_limits/,
    ],
    [
      'with another strategy',
      { model_list: limited, router_settings: { routing_strategy: 'least-busy' } },
      /no hard limit from LiteLLM 1\.109 on.*48873/,
    ],
    [
      'weights',
      { model_list: limited, router_settings: { routing_strategy: 'least-busy' } },
      /weight counts with the routing strategy simple-shuffle alone/,
    ],
    [
      'a cache that is off',
      { litellm_settings: { cache_params: { type: 'redis' } } },
      /does nothing without cache: true/,
    ],
    [
      'a cache on disk',
      { litellm_settings: { cache: true, cache_params: { type: 'disk' } } },
      /1\.109 and newer do not have.*48114/,
    ],
  ])('%s', (_, parts, text) => {
    const notes = of(parts)
    expect(notes.join('\n')).toMatch(text)
    for (const note of notes) expect(note).toMatch(/^info: gateway\.yaml:\d+:\d+: /)
  })

  test('a budget without a period stops LiteLLM', () =>
    expect(of({ litellm_settings: { max_budget: 5 } }).join('\n')).toMatch(
      /^warning: .*budget_duration.*does not start/m,
    ))

  test.each([
    ['nothing', {}],
    [
      'enforced limits',
      {
        model_list: [model('m', { rpm: 1 })],
        router_settings: { optional_pre_call_checks: ['enforce_model_rate_limits'] },
      },
    ],
    [
      'periods',
      {
        litellm_settings: {
          max_internal_user_budget: 5,
          internal_user_budget_duration: '30d',
          default_team_params: { max_budget: 1, budget_duration: '1d' },
        },
      },
    ],
    ['a cache', { litellm_settings: { cache: true, cache_params: { type: 'redis' } } }],
    [
      'a cache that is said to be off',
      { litellm_settings: { cache: false, cache_params: { type: 'redis' } } },
    ],
  ])('quiet with %s', (_, parts) => expect(of(parts)).toEqual([]))

  test('each row has its texts in one form', () => {
    for (const { text, fix, from, before } of CAVEATS) {
      expect(text + fix).not.toMatch(/\.$/)
      for (const version of [from, before]) expect(version ?? '1.0.0').toMatch(/^\d+\.\d+\.\d+$/)
    }
  })
})

describe('prices', () => {
  const of = (...model_list: object[]) => {
    const text = stringify({ ...base, budget_config: [], model_list })
    return unpricedNotes(loadDesired('gateway.yaml', { read: () => text, list: () => [] })).map(
      ({ severity, message, fix }) => `${severity}: ${message} ${fix}`,
    )
  }

  test.each([
    'openai/totally-unheard-of-9000',
    'gemini/gemini-99',
    'bedrock/anthropic.claude-99',
    'azure/my-deployment',
  ])('%s has none', (target) =>
    expect(of(keyless(target))[0]).toMatch(/^info: the price list of LiteLLM [\d.]+ has no price of/),
  )

  test('a deployment of Azure is told apart', () =>
    expect(of(keyless('azure/my-deployment', { api_base: 'https://x.openai.azure.com' }))[0]).toContain(
      'base_model',
    ))

  test.each([
    keyless('openai/gpt-4o'),
    keyless('gpt-4o'),
    keyless('anthropic/claude-sonnet-4-5'),
    keyless('bedrock/converse/us.anthropic.claude-3-5-sonnet-20241022-v2:0'),
    keyless('bedrock/eu-west-3/anthropic.claude-sonnet-5'),
    keyless('bedrock/global.anthropic.claude-sonnet-4-6'),
    keyless('openrouter/mistralai/anything'),
    keyless('openai/qwen3', { api_base: 'http://10.0.0.7:8000/v1' }),
    keyless('ollama/qwen3'),
    keyless('openai/*'),
    keyless('openai/new', { input_cost_per_token: 1e-6 }),
    { ...keyless('openai/new'), model_info: { input_cost_per_token: 1e-6 } },
    { ...keyless('azure/mine'), model_info: { base_model: 'azure/gpt-4o' } },
  ])('%o has one, or wants none', (entry) => expect(of(entry)).toEqual([]))

  test('each name is told once', () => expect(of(keyless('openai/x9'), keyless('openai/x9'))).toHaveLength(1))
})

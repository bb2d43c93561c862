import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import { reportJson } from '../../../src/entries/report-json.ts'
import { diff } from '../../../src/plan/diff.ts'
import { planMarkdown } from '../../../src/plan/markdown.ts'
import { applied, base, load, NOW } from './applied.ts'

const OPENAI = { model: 'openai/a', api_key: 'os.environ/OPENAI_API_KEY' }
const model = (litellm_params: object) => ({ model_name: 'a', litellm_params })
const models = (...params: object[]) => ({ model_list: params.map(model) })
const endpoint = (target: string, value: string) => ({
  general_settings: { pass_through_endpoints: [{ path: '/x', target, headers: { 'x-key': value } }] },
})

/** What the plan says of destinations when the declaration goes from one to the other. */
function told(before: object, after: object): string[] {
  const desired = load({ ...base, ...models(OPENAI), ...after })
  const live = load({ ...base, ...models(OPENAI), ...before })
  const plan = diff(desired, applied(desired, { config: parse(litellmConfigText(live.litellm)) }), NOW)
  const notes = plan.notes.filter(({ about }) => about === 'destination')
  for (const { severity, at } of notes) expect([severity, at?.file]).toEqual(['warning', 'gateway.yaml'])
  return notes.map(({ text }) => text)
}
const evil = 'Key OPENAI_API_KEY will from now on also be sent to evil.example.'

describe('a key that goes where it did not go before is told', () => {
  test.each([
    ['api_base', models({ ...OPENAI, api_base: 'https://evil.example/v1' })],
    ['base_url', models({ ...OPENAI, base_url: 'https://evil.example/v1' })],
    ['another model with that address', models(OPENAI, { ...OPENAI, api_base: 'https://evil.example' })],
    [
      'a model without a key, which gets the provider’s',
      models(OPENAI, { model: 'openai/b', api_base: 'https://evil.example' }),
    ],
    [
      'any address among the parameters',
      models({ ...OPENAI, extra_body: { webhook: 'wss://evil.example/x' } }),
    ],
    ['a user in front of the host', models({ ...OPENAI, api_base: 'https://api.openai.com@evil.example' })],
    [
      'parameters of all models',
      { router_settings: { default_litellm_params: { api_base: 'https://evil.example' } } },
    ],
    ['an address for all models', { litellm_settings: { api_base: 'https://evil.example' } }],
    ['a header of an endpoint', endpoint('https://evil.example', 'os.environ/OPENAI_API_KEY')],
    [
      'a variable that moves the provider',
      { environment_variables: { OPENAI_BASE_URL: 'https://evil.example' } },
    ],
    ['its other name', { environment_variables: { OPENAI_API_BASE: 'https://evil.example' } }],
    [
      'a credential',
      {
        ...models({ model: 'openai/a', litellm_credential_name: 'c' }),
        credential_list: [
          {
            credential_name: 'c',
            credential_info: {},
            credential_values: { api_key: OPENAI.api_key, api_base: 'https://evil.example' },
          },
        ],
      },
    ],
    [
      'a callback’s parameters',
      {
        litellm_settings: {
          s3_callback_params: {
            s3_aws_secret_access_key: OPENAI.api_key,
            s3_endpoint_url: 'https://evil.example',
          },
        },
      },
    ],
    [
      'a cache elsewhere',
      { litellm_settings: { cache: true, cache_params: { host: 'evil.example', password: OPENAI.api_key } } },
    ],
    [
      'a router’s Redis elsewhere',
      { router_settings: { redis_host: 'evil.example', redis_password: OPENAI.api_key } },
    ],
    [
      'a variable beside another that is an address',
      {
        environment_variables: { LANGFUSE_HOST: 'https://evil.example', LANGFUSE_SECRET_KEY: OPENAI.api_key },
      },
    ],
  ])('%s', (_, after) => expect(told({}, after)).toContain(evil))

  test.each([
    ['another provider', models({ ...OPENAI, model: 'groq/a' }), 'also be sent to api.groq.com.'],
    [
      'one that names no host of its own',
      models({ ...OPENAI, model: 'watsonx/a' }),
      'also be sent to the provider watsonx.',
    ],
    ['custom_llm_provider', models({ ...OPENAI, custom_llm_provider: 'xai' }), 'also be sent to api.x.ai.'],
    [
      'an address that a variable holds',
      models({ ...OPENAI, api_base: 'os.environ/MY_BASE' }),
      'also be sent to the address that MY_BASE holds.',
    ],
    [
      'one that is not encrypted',
      models({ ...OPENAI, api_base: 'http://evil.example' }),
      'evil.example (not encrypted).',
    ],
    ['another port', models({ ...OPENAI, api_base: 'https://api.openai.com:8443' }), 'api.openai.com:8443.'],
    [
      'a name in another script',
      models({ ...OPENAI, api_base: 'https://аpi.openai.com' }),
      'an address that cannot be read',
    ],
    [
      'a backslash',
      models({ ...OPENAI, api_base: 'https://api.openai.com\\@evil.example' }),
      'an address that cannot be read',
    ],
    [
      'a proxy',
      { environment_variables: { HTTPS_PROXY: 'http://evil.example:3128' } },
      'Every request with its key will from now on be sent to the proxy evil.example:3128',
    ],
    [
      'certificates that are not checked',
      { environment_variables: { SSL_VERIFY: 'False' } },
      'Every key will from now on be sent to anyone on the network path',
    ],
    [
      'the same as a setting',
      { litellm_settings: { ssl_verify: false } },
      'Every key will from now on be sent to anyone on the network path',
    ],
    [
      'a callback',
      { litellm_settings: { success_callback: ['langfuse'] } },
      'What users ask and models answer will from now on be sent to the callback langfuse.',
    ],
    ['an endpoint without a key', endpoint('https://evil.example', 'os.environ/OPENAI_API_KEY'), evil],
    [
      'a new key',
      models(OPENAI, { ...OPENAI, api_key: 'os.environ/NEW' }),
      'Key NEW will from now on be sent to api.openai.com.',
    ],
  ])('%s', (_, after, said) => expect(told({}, after).join('\n')).toContain(said))

  test('backups that go elsewhere, with what opens the storage', () => {
    const desired = load({
      ...base,
      backup: {
        copy_to: 'rest:https://evil.example/x',
        environment: { RESTIC_REST_PASSWORD: 'os.environ/REST' },
      },
    })
    const seen = applied(desired)
    const moved = { ...seen, differs: { ...seen.differs, files: ['/etc/litellm/backup.json'] } }
    expect(diff(desired, seen, NOW).notes).toEqual([])
    expect(
      diff(desired, moved, NOW)
        .notes.map(({ text }) => text)
        .join(),
    ).toContain('with REST, will be sent to evil.example.')
  })
})

describe('nothing is told of', () => {
  test.each([
    ['the same again', {}],
    ['another limit', models({ ...OPENAI, rpm: 7 })],
    ['another model of the same provider', models(OPENAI, { ...OPENAI, model: 'openai/b' })],
    ['the provider’s own address, written out', models({ ...OPENAI, api_base: 'https://api.openai.com/v1' })],
    ['a model that goes', { model_list: [] }],
    ['the host’s own Redis', { litellm_settings: { cache: true, cache_params: { type: 'redis', ttl: 5 } } }],
    [
      'a model on the network without a key',
      models(OPENAI, { model: 'ollama/a', api_base: 'http://10.0.0.7:11434' }),
    ],
  ])('%s', (_, after) => expect(told({}, after)).toEqual([]))

  test('a destination that stays while another goes', () => {
    const both = models(OPENAI, { ...OPENAI, api_base: 'https://second.example' })
    expect(told(both, models({ ...OPENAI, api_base: 'https://second.example' }))).toEqual([])
  })
})

test('the comment says it before everything else, and the JSON by a field of its own', () => {
  const desired = load({ ...base, ...models({ ...OPENAI, api_base: 'https://evil.example' }) })
  const plan = diff(desired, applied(desired, { config: parse(litellmConfigText(load(base).litellm)) }), NOW)
  const markdown = planMarkdown(plan, { file: 'gateway.yaml' })
  const line = '> - ⚠️ `gateway.yaml:12` Key OPENAI_API_KEY will from now on also be sent to evil.example.'
  expect(markdown).toContain(
    `> [!CAUTION]\n> **Keys or requests would go where they did not go before:**\n${line}`,
  )
  expect(markdown.indexOf(line)).toBeLessThan(markdown.indexOf('| what | change |'))
  const report = {
    command: 'plan',
    plan,
    applied: undefined,
    problems: [],
    markdown,
    failed: false,
    cost: undefined,
  }
  expect(reportJson(report).notes).toContainEqual(
    expect.objectContaining({ about: 'destination', severity: 'warning', text: evil }),
  )
})

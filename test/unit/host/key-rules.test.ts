import { describe, expect, test } from 'vitest'
import { inAgent } from './agent.ts'

const rule = (name: string, config: object, ...more: unknown[]) =>
  inAgent(`from agent.litellm import key_rules\nreturn getattr(key_rules, given[0])(*given[1:])`, [
    name,
    config,
    ...more,
  ])

describe('a request of ours has what each request has to have', () => {
  test.each([
    [{}, {}],
    [{ general_settings: null }, {}],
    [{ general_settings: { enforce_user_param: false } }, {}],
    [{ general_settings: { enforce_user_param: true } }, { user: 'litellm-gitops' }],
    [
      { general_settings: { enforced_params: ['user', 'metadata', 'metadata.generation_name', 'seed'] } },
      { user: 'litellm-gitops', metadata: { generation_name: 'litellm-gitops' }, seed: 1 },
    ],
    [
      { general_settings: { enforced_params: ['metadata.a', 'metadata.b', 7] } },
      { metadata: { a: 'litellm-gitops', b: 'litellm-gitops' } },
    ],
    [{ general_settings: { enforced_params: 'user' } }, {}],
  ])('%j: %j', (config, parameters) => {
    expect(rule('required', config)).toEqual(parameters)
  })
})

test.each([
  [{}, 'Authorization'],
  [{ general_settings: { litellm_key_header_name: 'X-Litellm-Key' } }, 'X-Litellm-Key'],
  [{ general_settings: { litellm_key_header_name: 'a\r\nb' } }, 'Authorization'],
])('a key is sent where the gateway looks for it: %j', (config, header) => {
  expect(rule('header', config)).toBe(header)
})

describe('a key of ours', () => {
  const defaults = {
    models: ['gpt-4'],
    team_id: 'core-infra',
    user_id: 'somebody',
    max_budget: 0,
    rpm_limit: 1,
    metadata: { a: 1 },
  }
  const config = {
    litellm_settings: {
      default_key_generate_params: defaults,
      upperbound_key_generate_params: { duration: '30d', tpm_limit: 5 },
    },
  }
  test('is made and freed of what others get by default, and of what bounds them', () => {
    expect(rule('free', config)).toEqual({ models: ['all-proxy-models'], user_id: 'default_user_id' })
    expect(rule('lifted', config)).toEqual({
      max_budget: null,
      tpm_limit: null,
      rpm_limit: null,
      team_id: null,
    })
  })

  test('is asked for plainly where there are no rules', () => {
    for (const none of [
      {},
      { litellm_settings: null },
      { litellm_settings: { default_key_generate_params: [] } },
    ])
      expect([rule('free', none), rule('lifted', none), rule('within', none, 77)]).toEqual([{}, {}, 77])
  })

  test.each([
    ['30d', 2_592_000],
    ['1h', 3600],
    ['90s', 90],
    ['2w', 1_209_600],
    ['1mo', 2_419_200],
    ['soon', null],
  ])('lives as long as %s lets it', (duration, seconds) => {
    const bounded = { litellm_settings: { upperbound_key_generate_params: { duration } } }
    expect(rule('longest', bounded)).toBe(seconds)
    expect(rule('within', bounded, 10 ** 9)).toBe(seconds ?? 10 ** 9)
    expect(rule('within', bounded, 30)).toBe(30)
  })
})

describe('what keeps a gateway from taking two master keys is named', () => {
  const bounded = (duration: string) => ({
    litellm_settings: { upperbound_key_generate_params: { duration } },
  })
  test('before anything is changed', () => {
    expect(rule('require_rotation', bounded('30d'), 86_400)).toBeNull()
    expect(() => rule('require_rotation', bounded('1h'), 86_400)).toThrow(
      /rotate\.grace.*upperbound_key_generate_params\.duration.*no key live longer than 3600/s,
    )
    for (const set of [true, 'true'])
      expect(() =>
        rule('require_rotation', { general_settings: { disable_custom_api_keys: set } }, 0),
      ).toThrow(/general_settings\.disable_custom_api_keys forbids/)
  })

  test.each([
    ['max_budget is over max limit set in config - user_value=9', 400, {}, 'upperbound_key_generate_params'],
    ['Custom API key values are disabled by your administrator', 403, {}, 'disable_custom_api_keys'],
    ['Required param tags not in data', 400, {}, 'key_generation_settings'],
    ['no', 403, { general_settings: { custom_key_generate: 'a.b' } }, 'custom_key_generate'],
  ])('by what LiteLLM says: %s', (said, status, config, setting) => {
    expect(rule('reason', config, said, status)).toContain(setting)
  })

  test('and nothing is blamed that it does not say', () => {
    expect(rule('reason', {}, 'database is down', 500)).toBe('')
  })
})

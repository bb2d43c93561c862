import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { base, loadText } from '../plan/applied.ts'

const { model_list: _models, budget_config: _budgets, ...own } = base
const head = (changed: object = {}) => stringify({ ...own, ...changed })

function read(text: string, changed: object = {}) {
  return loadText(`${head(changed)}${text}\n`)
}

/** Every problem, with what decides over it first. */
function said(text: string, changed: object = {}): string[] {
  const line = (one: { severity: string }) => `${one.severity} ${formatProblem(one as never)}`
  try {
    return read(text, changed).warnings.map(line)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(line)
    throw error
  }
}

const deployment = (params: string, beside = '') =>
  `model_list:\n- {model_name: a, litellm_params: {model: openai/a, api_key: os.environ/K${params}}${beside}}`

describe('what LiteLLM hands on is never unknown, also with strict', () => {
  test.each([
    'num_ctx: 16384',
    'top_k: 40',
    'min_p: 0.1',
    'extra_body: {think: false}',
    'num_predict: 5',
    'repeat_penalty: 1.1',
    'num_gpu: 1',
    'keep_alive: -1',
    'guardrails: [mask]',
    'safety_settings: [{category: a, threshold: b}]',
    'cache_control_injection_points: [{location: message, role: system}]',
    'vertex_ai_project: p',
    'input_type: query',
    'hf_model_name: x',
    'my_own_parameter: x',
    'master_key: os.environ/K2',
    'ttl: 5',
    't: 1',
    'fallback_models: [b]',
  ])('litellm_params: {%s}', (parameter) => {
    expect(said(deployment(`, ${parameter}`), { strict: true })).toEqual([])
  })

  test.each([
    'description: fast',
    'health_check_timeout: 20',
    'supported_environments: [production]',
    'adaptive_router_preferences: {a: 1}',
    'cost_centre: 4711',
    'my_custom_flag: true',
  ])('model_info: {%s}', (entry) => {
    expect(said(deployment('', `, model_info: {${entry}}`), { strict: true })).toEqual([])
  })

  test.each(['ssl_cert_reqs: none', 'ssl_check_hostname: false', 'retry_on_timeout: true'])(
    'cache_params: {%s}',
    (entry) => {
      const cache = `model_list: []\nlitellm_settings: {cache: true, cache_params: {type: redis, ${entry}}}`
      expect(said(cache, { strict: true })).toEqual([])
    },
  )

  test.each([
    ['rmp: 5', 'rpm'],
    ['api_bsae: https://a.example', 'api_base'],
    ['max_token: 5', 'max_tokens'],
    ['custom_llm_provder: openai', 'custom_llm_provider'],
  ])('a slip is a note: %s', (parameter, meant) => {
    const [first, ...more] = said(deployment(`, ${parameter}`), { strict: true })
    expect(first).toMatch(new RegExp(`^info .* hands it to the provider\\. Fix: did you mean "${meant}"\\?$`))
    expect(more).toEqual([])
  })

  test('a value that would not fit is no slip', () => {
    expect(said(deployment(', rmp: [a]'))).toEqual([])
  })
})

describe('settings that LiteLLM reads are known', () => {
  test.each([
    'litellm_settings: {set_verbose: false}',
    'litellm_settings: {code_interpreter_interception_params: {}, prompt_injection_params: {}}',
    'litellm_settings: {vertex_ai_safety_settings: [{category: a, threshold: b}]}',
    'general_settings: {enable_mcp_registry: true}',
    'router_settings: {routing_strategy: provider-budget-routing}',
    'router_settings: {routing_strategy: lar1}',
  ])('%s', (section) => {
    expect(said(`model_list: []\n${section}`, { strict: true })).toEqual([])
  })

  test.each(['sarvam', 'gmi', 'llamagate', 'abliteration', 'aihubmix', 'crusoe', 'empiriolabs', 'veniceai'])(
    'the provider %s',
    (provider) => {
      const list = `model_list:\n- {model_name: a, litellm_params: {model: ${provider}/x, api_key: os.environ/K}}`
      expect(said(list, { strict: true })).toEqual([])
    },
  )

  test.each([
    ['router_settings: {ttl: 1}', undefined],
    ['router_settings: {t: 1}', undefined],
    ['litellm_settings: {fallback_models: [a]}', undefined],
    ['router_settings: {routing_stratgy: a}', 'routing_strategy'],
    ['router_settings: {poll_interval: 1}', 'polling_interval'],
    ['litellm_settings: {dropParams: true}', 'drop_params'],
  ])('one that is not is a warning: %s', (section, meant) => {
    const [first = '', ...more] = said(`model_list: []\n${section}`)
    expect(more).toEqual([])
    expect(first).toMatch(/^warning .*LiteLLM \(1\.100\.5 to 1\.110\.2\) has no key/)
    expect(/did you mean "(.*)"/.exec(first)?.[1]).toBe(meant)
  })
})

describe('the version of LiteLLM decides which keys there are', () => {
  const image = (tag: string) => ({
    litellm: { image: `ghcr.io/berriai/litellm:${tag}@sha256:${'b'.repeat(64)}` },
  })
  const newer = 'model_list: []\nrouter_settings: {enable_mid_stream_fallback_continuation: true}'

  test.each([
    ['a tag', image('v1.106.2'), /^error .*LiteLLM 1\.106\.2 has no key .*; LiteLLM 1\.110\.2 has it\./],
    ['a longer tag', image('main-v1.104.9-stable'), /^error .*LiteLLM 1\.104\.9 has no key/],
    ['the newest', image('1.110.2'), undefined],
    ['one between two that are known', image('v1.109.0'), undefined],
    ['a newer one', image('v1.200.0'), undefined],
    ['a tag without one', image('main-stable'), undefined],
    [
      'a declared one',
      { litellm: { ...own.litellm, version: '1.106.2' } },
      /^error .*LiteLLM 1\.106\.2 has no key/,
    ],
  ])('%s', (_, changed, wanted) => {
    const found = said(newer, { ...changed, strict: true })
    if (wanted === undefined) expect(found).toEqual([])
    else expect(found).toEqual([expect.stringMatching(wanted)])
  })

  test('a key that no known version has is no error for certain where a newer one is declared', () => {
    expect(said('model_list: []\nrouter_settings: {brand_new: 1}', image('v1.200.0'))[0]).toMatch(
      /^warning .*LiteLLM \(1\.100\.5 to 1\.110\.2\) has no key .* unless your version reads it/,
    )
  })

  test('two versions that differ are an error', () => {
    const { litellm } = image('v1.106.2')
    expect(said('model_list: []', { litellm: { ...litellm, version: '1.110.2' } })).toEqual([
      expect.stringMatching(
        /^error gateway\.yaml:\d+:\d+: litellm\.version is 1\.110\.2, but the tag of the image says 1\.106\.2\./,
      ),
    ])
  })

  test('the host gets the image by its digest alone', () => {
    const desired = read('model_list: []', image('v1.106.2'))
    expect(desired.gateway.litellm).toMatchObject({
      image: `ghcr.io/berriai/litellm@sha256:${'b'.repeat(64)}`,
      version: '1.106.2',
    })
    const port = { litellm: { image: `registry.example:5000/litellm@sha256:${'b'.repeat(64)}` } }
    expect(read('model_list: []', port).gateway.litellm.image).toBe(port.litellm.image)
  })
})

describe('what LiteLLM takes is taken', () => {
  test('numbers of YAML 1.1, with a note', () => {
    const text = deployment(', tpm: 20_000, order: 010, stream_timeout: 1:30')
    expect(read(text).litellm.model_list[0]?.litellm_params).toMatchObject({
      tpm: 20000,
      order: 8,
      stream_timeout: 90,
    })
    expect(said(text).map((line) => line.split(' ')[0])).toEqual(['warning', 'warning', 'warning'])
  })

  test('what is beside litellm_params stays on the deployment', () => {
    const text = deployment('', ', tpm: 5, rpm: 6, custom_llm_provider: openai')
    expect(said(text)).toEqual([])
    expect(read(text).litellm.model_list[0]).toMatchObject({ tpm: 5, rpm: 6, custom_llm_provider: 'openai' })
  })

  test('a slip beside litellm_params is an error', () => {
    expect(said(deployment('', ', model_inf: {}'))[0]).toMatch(/^error .*did you mean "model_info"/)
  })

  test('an id that is a number is its text', () => {
    expect(read(deployment('', ', model_info: {id: 1}')).litellm.model_list[0]?.model_info.id).toBe('1')
  })

  test.each([
    ['a list in drop_params', deployment(', drop_params: [a]')],
    ['no model_list', ''],
    ['model_list without a value', 'model_list:'],
    [
      'an id twice',
      `${deployment('', ', model_info: {id: x}')}\n- {model_name: b, litellm_params: {model: openai/b}, model_info: {id: x}}`,
    ],
    ['a key twice', 'model_list: []\nlitellm_settings: {a: 1}\nlitellm_settings: {num_retries: 2}'],
    ['a variable without a value', 'model_list: []\nenvironment_variables: {REGION: }'],
    ['an id without a value', deployment('', ', model_info: {id: }')],
  ])('%s', (_, text) => {
    expect(said(text).filter((line) => line.startsWith('error'))).toEqual([])
  })

  test('a key twice is named, and the last one holds', () => {
    const text = 'model_list: []\nlitellm_settings: {drop_params: true}\nlitellm_settings: {num_retries: 2}'
    expect(read(text).litellm.litellm_settings).toEqual({ num_retries: 2 })
    expect(said(text)).toEqual([
      expect.stringMatching(
        /^warning .*the key "litellm_settings" is given twice, and LiteLLM takes the last one/,
      ),
    ])
  })

  test('a word of YAML 1.1 under a key of ours says why it is wrong', () => {
    expect(said('model_list: []\nprune: yes')[0]).toContain(
      'prune is "yes": a text, for our own keys are YAML 1.2. Fix: write true or false here.',
    )
    expect(said('model_list: []\nusers: 1_000')[0]).toContain('a text, for our own keys are YAML 1.2')
    expect(said(deployment('').replace('model_name: a', 'model_name: on')).join('\n')).toMatch(
      /error .*model_name is true.*\n.*model_name is true to LiteLLM, which reads YAML 1\.1/,
    )
  })
})

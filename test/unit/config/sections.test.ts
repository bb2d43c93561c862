import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { LITELLM_SECTIONS } from '../../../src/config/yaml/sections.ts'
import { base, load } from '../plan/applied.ts'

const key = 'os.environ/SOME_KEY'
/** A block of each section that LiteLLM reads at the top of a file and that means nothing to us. */
const CARRIED: Readonly<Record<string, unknown>> = {
  guardrails: [
    { guardrail_name: 'mask', litellm_params: { guardrail: 'lakera_v2', mode: 'pre_call', api_key: key } },
  ],
  mcp_servers: { github: { url: 'https://mcp.example/mcp', auth_type: 'bearer_token', auth_value: key } },
  mcp_tools: [{ name: 'now', description: 'the time', input_schema: {}, handler: 'tools.now' }],
  search_tools: [
    { search_tool_name: 'web', litellm_params: { search_provider: 'perplexity', api_key: key } },
  ],
  sandbox_tools: [{ sandbox_tool_name: 'box', litellm_params: { sandbox_provider: 'e2b', api_key: key } }],
  vector_store_registry: [
    {
      vector_store_name: 'docs',
      litellm_params: { vector_store_id: 'vs-1', custom_llm_provider: 'openai', api_key: key },
    },
  ],
  prompts: [
    {
      prompt_id: 'hello',
      litellm_params: { prompt_id: 'hello', prompt_integration: 'langfuse', api_key: key },
    },
  ],
  policies: { strict: { guardrails: { add: ['mask'] } } },
  policy_attachments: [{ policy: 'strict', scope: '*' }],
  files_settings: [{ custom_llm_provider: 'openai', api_key: key }],
  finetune_settings: [{ custom_llm_provider: 'openai', api_key: key }],
  callback_settings: { otel: { message_logging: false, headers: key } },
  assistant_settings: { custom_llm_provider: 'openai', litellm_params: { api_key: key } },
  default_vertex_config: { vertex_project: 'p', vertex_location: 'eu', vertex_credentials: key },
  agents: [{ agent_name: 'helper', litellm_params: { model: 'a', api_key: key } }],
  agent_list: [{ agent_name: 'helper', litellm_params: { model: 'a', api_key: key } }],
  worker_registry: [{ worker_id: 'eu', name: 'eu', url: 'https://eu.example' }],
  credential_list: [
    { credential_name: 'c', credential_info: { description: 'x' }, credential_values: { api_key: key } },
  ],
}
const OURS = [
  'model_list',
  'router_settings',
  'litellm_settings',
  'general_settings',
  'environment_variables',
]

function problems(parts: object) {
  try {
    return load({ ...base, ...parts }).warnings
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
const said = (parts: object) =>
  problems(parts).map(({ severity, message, fix }) => `${severity}: ${message} ${fix}`)

test('each section that a known LiteLLM reads is in the table', () => {
  expect(Object.keys(CARRIED).sort()).toEqual(LITELLM_SECTIONS.filter((name) => !OURS.includes(name)).sort())
})

describe.each(Object.entries(CARRIED))('the section %s', (name, section) => {
  test('is in what LiteLLM gets as it was written', () => {
    const desired = load({ ...base, [name]: section })
    expect(desired.warnings).toEqual([])
    expect(parse(litellmConfigText(desired.litellm))[name]).toEqual(section)
  })

  test.skipIf(!JSON.stringify(section).includes(key))('has references that are delivered', () => {
    const desired = load({ ...base, [name]: section })
    expect(desired.secrets.find((secret) => secret.name === 'SOME_KEY')?.path[0]).toBe(name)
  })

  test.skipIf(!JSON.stringify(section).includes(key))(
    'has no secret of ours, and none that is written out',
    () => {
      const text = JSON.stringify(section)
      const owned = { [name]: JSON.parse(text.replace(key, 'os.environ/DATABASE_URL')) }
      expect(said(owned).join()).toMatch(/^error: .* names DATABASE_URL, which is the host's own/)
      const written = { [name]: JSON.parse(text.replace(key, 'sk-proj-abcdefghijklmnop')) }
      expect(said(written).join()).toMatch(/^error: .* secrets must not be committed/)
      expect(said(written).join()).not.toContain('abcdefgh')
    },
  )

  test('may be empty', () => {
    expect(said({ [name]: null })).toEqual([])
  })

  test('of another form is refused, unless LiteLLM takes any', () => {
    const other = Array.isArray(section) ? { a: { b: 1 } } : ['a']
    expect(said({ [name]: other }).join()).toMatch(new RegExp(`^error: ${name} is a `))
  })
})

describe('a key that nobody reads', () => {
  test.each([
    ['guardrail', 'guardrails'],
    ['guard-rails', 'guardrails'],
    ['mcpServers', 'mcp_servers'],
    ['model-list', 'model_list'],
    ['search_tool', 'search_tools'],
    ['domian', 'domain'],
    ['Users', 'users'],
  ])('%s, a slip of a name, is an error', (wrong, meant) => {
    expect(said({ [wrong]: [] }).join()).toMatch(
      new RegExp(`^error: "${wrong}" is not a key of gateway.yaml. did you mean "${meant}"\\?$`),
    )
  })

  test.each(['cache', 'logging', 'rate_limits', 'budgets', 'squads', 'db', 't', 'observability'])(
    '%s is a warning, with strict an error, and not in what LiteLLM gets',
    (name) => {
      const desired = load({ ...base, [name]: { a: 1 } })
      expect(desired.warnings.map(({ severity, code }) => [severity, code])).toEqual([
        ['warning', 'ignored-key'],
      ])
      expect(desired.litellm).not.toHaveProperty(name)
      expect(said({ [name]: { a: 1 }, strict: true }).join()).toMatch(/^error: .* has no effect/)
    },
  )

  test('asks for no variable, and may name the host’s own: it reaches nothing', () => {
    const desired = load({
      ...base,
      cache: { password: 'os.environ/REDIS_PASSWORD' },
      observability: { key: 'os.environ/OLD_KEY' },
    })
    expect(desired.secrets.map(({ name }) => name)).not.toContain('OLD_KEY')
  })

  test('that is a setting is told where it belongs', () => {
    expect(said({ litellm_jwtauth: {} }).join()).toContain('move it to general_settings')
    expect(said({ drop_params: true }).join()).toContain('move it to litellm_settings')
  })

  test.each(['x-common', 'x_defaults', '.anchors', '_shared'])(
    '%s, which holds anchors, is a note',
    (name) => {
      const desired = load({ ...base, [name]: { api_base: 'https://a.example' }, strict: true })
      expect(desired.warnings.map(({ severity }) => severity)).toEqual(['info'])
      expect(desired.litellm).not.toHaveProperty(name)
    },
  )
})

test('a variable that is a mapping is told what it may be', () => {
  expect(said({ environment_variables: { DB_PASSWORD: { required: true } } }).join()).toMatch(
    /^error: environment_variables\.DB_PASSWORD is a (?:mapping|secret)\. write text, a number, or true or false\.$/,
  )
})

test.each([
  { litellm_settings: { callbacks: 'hooks.handler' } },
  { litellm_settings: { callbacks: ['prometheus'] } },
  { general_settings: { alerting: 'slack' } },
])('%j is a text or a list to LiteLLM', (parts) => expect(said(parts).filter(isWrongType)).toEqual([]))

test.each([{ litellm_settings: { post_call_rules: ['rules.check'] } }])(
  '%j stops it, or does nothing',
  (parts) => expect(said(parts).filter(isWrongType)).toHaveLength(1),
)

test.each([
  [{ callbacks: 'prometheus' }, /callbacks is "prometheus"\. write a list, such as \[prometheus\]/],
  [{ callbacks: { prometheus: true } }, /"callbacks" is a mapping/],
  [{ callbacks: null }, /callbacks is nothing\. write a list/],
  [{ success_callback: null }, /success_callback is nothing\. write a value/],
  [{ max_budget: null }, /max_budget is nothing\. write a value/],
  [
    { guardrails: [{ guardrail_name: 'mask', litellm_params: {} }] },
    /guardrails\[0\] is a mapping\. write \{name: .*belongs into the section guardrails/,
  ],
  [{ guardrails: [{ pii: { default_on: true } }] }, /guardrails\[0\]\.pii\.callbacks is missing/],
  [{ custom_provider_map: [{ provider: 'own' }] }, /custom_provider_map\[0\]\.custom_handler is missing/],
  [{ default_team_settings: [{ max_budget: 1 }] }, /default_team_settings\[0\]\.team_id is missing/],
  [{ upperbound_key_generate_params: 5 }, /upperbound_key_generate_params is 5\. write keys and values here/],
  [
    { priority_reservation_settings: [1] },
    /priority_reservation_settings is a list\. write keys and values here/,
  ],
  [{ model_group_settings: 'all' }, /model_group_settings is (?:a text|"all")\. write keys and values here/],
  [{ responses: [] }, /responses is a list\. write keys and values here/],
  [{ budget_reset_time: 720 }, /budget_reset_time is 720\. write the time of day in quotes/],
  [{ budget_reset_time: '25:00' }, /budget_reset_time is "25:00"\. write the time of day in quotes/],
])('litellm_settings %j stops LiteLLM', (litellm_settings, problem) =>
  expect(said({ litellm_settings }).filter((line) => line.startsWith('error'))).toEqual([
    expect.stringMatching(problem),
  ]),
)

test.each([
  { callbacks: 'os.environ/CALLBACKS' },
  { callbacks: [] },
  { guardrails: [{ pii: { callbacks: ['presidio'], default_on: true } }] },
  { budget_reset_time: '06:30' },
  { budget_reset_time: null },
  { upperbound_key_generate_params: { max_budget: 10 } },
])('litellm_settings %j is taken', (litellm_settings) =>
  expect(said({ litellm_settings }).filter((line) => line.startsWith('error'))).toEqual([]),
)

function isWrongType(line: string): boolean {
  return / but \w+ wants /.test(line)
}

import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, formatProblem } from '../../../../src/config/problem.ts'
import { findSecrets } from '../../../../src/config/secrets/secrets.ts'
import { base, loadText } from '../../plan/applied.ts'

/** What is said of the declaration with other parts. */
function said(parts: object): string[] {
  try {
    loadText(stringify({ ...base, budget_config: [], ...parts }))
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => `${problem.code} ${formatProblem(problem)}`)
  }
}
const params = (more: object) => ({
  model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', ...more } }],
})
const general = (more: object) => ({ general_settings: more })
const SLACK = 'https://hooks.slack.com/services/T0000SECRET/B0000SECRET/SECRET'

describe('a secret in an uncommon place is refused once, and printed nowhere', () => {
  test.each<[string, object, string]>([
    ['a number as a header', params({ extra_headers: { Authorization: 908_112_345_678 } }), 'EXTRA_HEADERS'],
    ['a number as another header', params({ extra_headers: { 'X-Api-Key': 9081 } }), 'EXTRA_HEADERS'],
    [
      'a number as a header that is passed on',
      general({
        pass_through_endpoints: [
          { path: '/a', target: 'https://a.example', headers: { Authorization: 908_112_345 } },
        ],
      }),
      'HEADERS_AUTHORIZATION',
    ],
    ['a token of the body', params({ extra_body: { token: 'SECRET' } }), 'EXTRA_BODY'],
    ['a mapping as a key', params({ api_key: { v: 'SECRET' } }), 'OPENAI_API_KEY'],
    ['a mapping of nothing', params({ api_key: { SECRET: null } }), 'OPENAI_API_KEY'],
    ['a mapping within', params({ api_key: { v: { w: ['SECRET'] } } }), 'OPENAI_API_KEY'],
    ['a list as a key', params({ api_key: ['SECRET'] }), 'OPENAI_API_KEY'],
    ['a list of mappings', params({ api_key: [{ SECRET: 'SECRET' }] }), 'OPENAI_API_KEY'],
    ['a webhook of Slack', general({ alert_to_webhook_url: { llm_exceptions: SLACK } }), 'LLM_EXCEPTIONS'],
    ['several', general({ alert_to_webhook_url: { llm_exceptions: [SLACK] } }), 'LLM_EXCEPTIONS'],
    ['as a variable', { environment_variables: { SLACK_WEBHOOK_URL: SLACK } }, 'SLACK_WEBHOOK_URL'],
    [
      'a webhook of Teams',
      {
        environment_variables: {
          HOOK: 'https://acme.webhook.office.com/webhookb2/SECRET@SECRET/IncomingWebhook/SECRET',
        },
      },
      'HOOK',
    ],
    [
      'a webhook of Discord',
      { environment_variables: { HOOK: 'https://discord.com/api/webhooks/1/SECRET' } },
      'HOOK',
    ],
    [
      'headers as one text',
      { litellm_settings: { callback_settings: { otel: { headers: 'x-api-key=SECRET' } } } },
      'OTEL_HEADERS',
    ],
    [
      'headers of OpenTelemetry',
      { environment_variables: { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=SECRET' } },
      'OTEL_EXPORTER_OTLP_HEADERS',
    ],
    ['variables as one text', { environment_variables: 'UI_PASSWORD=SECRET' }, 'NAME: os.environ/NAME'],
    ['variables as a list', { environment_variables: ['UI_PASSWORD=SECRET'] }, 'NAME: os.environ/NAME'],
    [
      'a password within a list',
      { router_settings: { redis_startup_nodes: [{ host: 'r.example', port: 6379, password: 'SECRET' }] } },
      'os.environ/REDIS_STARTUP_NODES_PASSWORD ',
    ],
    ['the master key', general({ master_key: 'SECRET' }), 'os.environ/LITELLM_MASTER_KEY '],
    [
      'the password of another Redis',
      { router_settings: { redis_host: 'r.example.com', redis_password: 'SECRET' } },
      'EXTERNAL_REDIS_PASSWORD',
    ],
    ['a number as a key', params({ api_key: 9_081_123_456 }), 'os.environ/OPENAI_API_KEY '],
  ])('%s', (_, parts, fix) => {
    const lines = said(parts).filter((line) => !line.startsWith('unknown-key'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^literal-secret .*secrets must not be committed/)
    expect(lines[0]?.split('Fix: ')[1]).toContain(fix)
    expect(lines[0]).not.toMatch(/SECRET\b(?!_)|9081|os\.environ\/\d/)
  })

  test.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as people write it.
    '${OPENAI_API_KEY}',
    '$OPENAI_API_KEY',
    'OPENAI_API_KEY',
    'os.environ.OPENAI_API_KEY',
    'os.environ["OPENAI_API_KEY"]',
    'os.getenv("OPENAI_API_KEY")',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as people write it.
    '${{ secrets.OPENAI_API_KEY }}',
    'env:OPENAI_API_KEY',
  ])('%s is a variable that is named otherwise: no key is to be replaced', (api_key) => {
    const [line, ...more] = said(params({ api_key }))
    expect(more).toEqual([])
    expect(line).toContain('Fix: write os.environ/OPENAI_API_KEY, and')
    expect(line).not.toContain('replace the key')
  })

  test.each<[string, object]>([
    ['prune', { prune: 'sk-SECRET1234567' }],
    ['tls', { tls: 'sk-SECRET1234567' }],
    ['rotate.grace', { rotate: { grace: 'sk-SECRET1234567', targets: [] } }],
    ['budget_config[0].user_id', { budget_config: [{ user_id: 'sk-SECRET1234567', max_budget: 1 }] }],
  ])('%s takes no reference, and none is advised', (place, parts) => {
    const lines = said(parts)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`${place} looks like a key`)
    expect(lines[0]).not.toMatch(/os\.environ|SECRET1/)
  })

  test.each(['ssh-ed25519 AAAA…', 'SHA256:abc', 'SECRET'])('%s is no line of a host key', (host_key) => {
    const lines = said({ vm: { ssh: { host: '192.0.2.1', user: 'debian', host_key } } })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('vm.ssh.host_key is not the line of a public key')
    expect(lines[0]).not.toMatch(/a secret|SECRET/)
  })

  test('a private key in the place of a public one', () => {
    const host_key = '-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n-----END OPENSSH PRIVATE KEY-----\n'
    const lines = said({ vm: { ssh: { host: '192.0.2.1', user: 'debian', host_key } } })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/vm\.ssh\.host_key is a secret, not a public key.*\.pub/)
  })
})

test.each([
  { extra_headers: { 'x-timeout': 30_000, 'anthropic-version': 20_230 } },
  { extra_body: { token: 4096, chat_template_kwargs: { enable_thinking: false } } },
  { model_group_alias: { my_key: { model: 'a', hidden: true } } },
  { mcp_servers: { my_token: { url: 'https://a.example', extra_headers: ['Authorization', 'x-team'] } } },
  { vertex_credentials: { type: 'service_account', project_id: 'p', private_key: 'os.environ/K' } },
  { api_key: { v: 'os.environ/K' } },
  { rotate: { key: { models: ['a'], time_period: '1d' } } },
  { alert_to_webhook_url: { llm_exceptions: 'os.environ/HOOK' } },
  {
    api_base: 'https://slack.com/hooks',
    other: 'https://discord.com/channels/1/2',
    more: 'https://a.example/hooks/short',
  },
  { environment_variables: { OTEL_HEADERS: 'os.environ/OTEL_HEADERS', URL: 'https://a.example/?a=b' } },
  { forward_headers: 'all', headers: true },
])('%j holds no secret', (value) => expect(findSecrets(value).literals).toEqual([]))

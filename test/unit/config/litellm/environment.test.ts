import { describe, expect, test } from 'vitest'
import data from '../../../../src/config/litellm/environment.json' with { type: 'json' }
import { undelivered } from '../../../../src/config/litellm/environment.ts'
import { found, keyless, model } from './findings.ts'

const of = (parts: object) => found('environment', parts)

describe('models without a key', () => {
  test.each([
    ['gemini/gemini-2.5-pro', 'GEMINI_API_KEY'],
    ['openai/gpt-4o', 'OPENAI_API_KEY'],
    ['gpt-4o', 'OPENAI_API_KEY'],
    ['claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
    ['openrouter/mistralai/mistral-large', 'OPENROUTER_API_KEY'],
    ['together_ai/meta-llama/Llama-3', 'TOGETHERAI_API_KEY'],
    ['watsonx/ibm/granite', 'WATSONX_API_KEY and WATSONX_URL and WATSONX_PROJECT_ID'],
    ['azure/gpt-4o', 'AZURE_API_BASE and AZURE_API_VERSION and AZURE_API_KEY'],
    ['vertex_ai/gemini-2.5-pro', 'VERTEXAI_PROJECT and VERTEXAI_LOCATION and VERTEXAI_CREDENTIALS'],
    ['bedrock/anthropic.claude-3', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    ['sagemaker/jumpstart', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    ['ollama/qwen3', 'OLLAMA_API_BASE'],
  ])('%s: %s', (target, names) => {
    const [only, ...more] = of({ model_list: [keyless(target)] })
    expect(more).toEqual([])
    expect(only).toMatch(/^info: gateway\.yaml:\d+:\d+: /)
    expect(only).toContain(
      `LiteLLM reads ${names} from its environment for the model "m"; nothing here delivers`,
    )
  })

  test('the lines to add are given', () => {
    expect(of({ model_list: [keyless('gemini/x')] })[0]).toContain(
      'add api_key: os.environ/GEMINI_API_KEY to its litellm_params, or environment_variables: {GEMINI_API_KEY: os.environ/GEMINI_API_KEY}',
    )
    expect(of({ model_list: [keyless('bedrock/x')] })[0]).toContain(
      'environment_variables: {AWS_ACCESS_KEY_ID: os.environ/AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: os.environ/AWS_SECRET_ACCESS_KEY}, and give the values',
    )
  })

  test("a machine's own role is said not to count", () =>
    expect(of({ model_list: [keyless('bedrock/x')] })[0]).toContain(
      'no way to the address that hands it out',
    ))

  test('GitHub takes no secret that begins with GITHUB_', () =>
    expect(of({ model_list: [keyless('github/gpt-4o')] })[0]).toContain(
      'api_key: os.environ/MY_GITHUB_API_KEY',
    ))

  test('the key of OpenAI is not sent to a server of somebody else', () => {
    const [only] = of({ model_list: [keyless('openai/qwen3', { api_base: 'http://10.0.0.7:8000/v1' })] })
    expect(only).toContain('and would send it to 10.0.0.7:8000')
    expect(only).toContain('write api_key: none in its litellm_params')
  })

  test('a token that a variable holds is delivered by nobody unless it is said', () => {
    const at = (azure_ad_token: string) => ({
      model_list: [
        model('azure/gpt-4o', { api_base: 'https://x.example.com', api_version: 'v', azure_ad_token }),
      ],
    })
    expect(of(at('oidc/env/AZURE_TOKEN'))).toEqual([
      expect.stringMatching(
        /reads AZURE_TOKEN from its environment for model_list\[0\]\.litellm_params\.azure_ad_token; .*environment_variables: \{AZURE_TOKEN: os\.environ\/AZURE_TOKEN\}/,
      ),
    ])
    const environment_variables = { AZURE_TOKEN: 'os.environ/AZURE_TOKEN' }
    expect(of({ ...at('oidc/env/AZURE_TOKEN'), environment_variables })).toEqual([])
    expect(of(at('oidc/file//var/run/secrets/token'))).toEqual([])
  })

  test('those that read the same are one note', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const model_list = names.map((model_name) => ({ model_name, litellm_params: { model: 'groq/x' } }))
    const all = of({ model_list })
    expect(all).toHaveLength(1)
    expect(all[0]).toContain('the model "a", the model "b", the model "c", the model "d" and 2 more')
  })

  test.each<[string, object]>([
    ['a key of its own', { model_list: [model('m')] }],
    [
      'environment_variables',
      { model_list: [keyless('gemini/x')], environment_variables: { GEMINI_API_KEY: 'os.environ/G' } },
    ],
    [
      'another name for it',
      { model_list: [keyless('gemini/x')], environment_variables: { GOOGLE_API_KEY: 'os.environ/G' } },
    ],
    [
      'a reference elsewhere',
      {
        model_list: [
          keyless('gemini/x'),
          model('g', { model: 'gemini/y', api_key: 'os.environ/GEMINI_API_KEY' }),
        ],
      },
    ],
    [
      'a credential',
      {
        model_list: [keyless('gemini/x', { litellm_credential_name: 'c' })],
        credential_list: [{ credential_name: 'c', credential_values: { api_key: 'os.environ/G' } }],
      },
    ],
    [
      'keys of AWS',
      {
        model_list: [
          keyless('bedrock/x', { aws_access_key_id: 'os.environ/A', aws_secret_access_key: 'os.environ/B' }),
        ],
      },
    ],
    [
      'a role of AWS',
      {
        model_list: [keyless('bedrock/x', { aws_role_name: 'arn:aws:iam::1:role/x', aws_session_name: 's' })],
      },
    ],
    [
      'a key of Bedrock',
      {
        model_list: [keyless('bedrock/x')],
        environment_variables: { AWS_BEARER_TOKEN_BEDROCK: 'os.environ/B' },
      },
    ],
    [
      'a project',
      {
        model_list: [
          keyless('vertex_ai/x', {
            vertex_project: 'p',
            vertex_location: 'l',
            vertex_credentials: 'os.environ/V',
          }),
        ],
      },
    ],
    [
      'an identity of Azure',
      {
        model_list: [
          keyless('azure/x', {
            api_base: 'https://x.openai.azure.com',
            api_version: '2024-10-21',
            azure_ad_token: 'os.environ/T',
          }),
        ],
      },
    ],
    ['a server of its own', { model_list: [keyless('ollama/x', { api_base: 'http://10.0.0.7:11434' })] }],
    [
      'a server without keys',
      { model_list: [keyless('hosted_vllm/x', { api_base: 'http://10.0.0.7:8000' })] },
    ],
    [
      'a key manager',
      {
        model_list: [keyless('gemini/x')],
        general_settings: { key_management_system: 'aws_secret_manager' },
      },
    ],
    [
      'a key for all',
      { model_list: [keyless('openai/x')], litellm_settings: { openai_key: 'os.environ/O' } },
    ],
    ['an answer of its own', { model_list: [keyless('gemini/x', { mock_response: 'hi' })] }],
  ])('quiet with %s', (_, parts) => expect(of(parts)).toEqual([]))
})

describe('callbacks, alerts and others', () => {
  const model_list = [model('m')]
  test.each<[string, object, string]>([
    [
      'langfuse',
      { litellm_settings: { success_callback: ['langfuse'] } },
      'LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY',
    ],
    ['langsmith', { litellm_settings: { callbacks: ['langsmith'] } }, 'LANGSMITH_API_KEY'],
    ['failures', { litellm_settings: { failure_callback: ['sentry'] } }, 'SENTRY_DSN'],
    ['datadog', { litellm_settings: { callbacks: ['datadog'] } }, 'DD_API_KEY and DD_SITE'],
    ['otel', { litellm_settings: { callbacks: ['otel'] } }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['helicone', { litellm_settings: { success_callback: ['helicone'] } }, 'HELICONE_API_KEY'],
    ['arize', { litellm_settings: { callbacks: ['arize'] } }, 'ARIZE_SPACE_KEY and ARIZE_API_KEY'],
    ['s3', { litellm_settings: { success_callback: ['s3'] } }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    ['slack', { general_settings: { alerting: ['slack'] } }, 'SLACK_WEBHOOK_URL'],
    [
      'a cache',
      { litellm_settings: { cache: true, cache_params: { type: 'qdrant-semantic' } } },
      'QDRANT_URL',
    ],
    [
      'a key manager',
      { general_settings: { key_management_system: 'hashicorp_vault' } },
      'HCP_VAULT_ADDR and HCP_VAULT_TOKEN',
    ],
  ])('%s', (_, parts, names) => {
    const [only, ...more] = of({ model_list, ...parts })
    expect(more).toEqual([])
    expect(only).toContain(`LiteLLM reads ${names} from its environment for `)
  })

  test('what stops LiteLLM is a warning', () =>
    expect(of({ model_list, litellm_settings: { callbacks: ['presidio'] } })[0]).toMatch(
      /^warning: .*PRESIDIO_ANALYZER_API_BASE and PRESIDIO_ANONYMIZER_API_BASE .* does not start without/,
    ))

  test.each([
    ['prometheus', { litellm_settings: { callbacks: ['prometheus'] } }],
    ['code of your own', { litellm_settings: { callbacks: ['custom_callbacks.handler'] } }],
    [
      'webhooks for alerts',
      {
        general_settings: { alerting: ['slack'], alert_to_webhook_url: { budget_alerts: 'os.environ/HOOK' } },
      },
    ],
    [
      'keys in its parameters',
      {
        litellm_settings: {
          success_callback: ['s3'],
          s3_callback_params: {
            s3_aws_access_key_id: 'os.environ/A',
            s3_aws_secret_access_key: 'os.environ/B',
          },
        },
      },
    ],
  ])('quiet with %s', (_, parts) => expect(of({ model_list, ...parts })).toEqual([]))
})

test.each(Object.entries(data.guardrails))(
  'guardrail %s',
  (guardrail, need: { needs: string[][]; stops?: boolean }) => {
    const guardrails = [{ guardrail_name: 'g', litellm_params: { guardrail, mode: 'pre_call' } }]
    const [only] = undelivered({ guardrails })
    expect(only?.missing).toEqual(need.needs)
    expect(only?.stops).toBe(need.stops === true)
    const environment_variables = Object.fromEntries(need.needs.map(([name = '']) => [name, 'os.environ/X']))
    expect(undelivered({ guardrails, environment_variables })).toEqual([])
  },
)

test('what a guardrail names itself is delivered', () =>
  expect(
    undelivered({
      guardrails: [
        {
          litellm_params: {
            guardrail: 'presidio',
            presidio_analyzer_api_base: 'a',
            presidio_anonymizer_api_base: 'b',
          },
        },
        { litellm_params: { guardrail: 'lakera_v2', api_key: 'os.environ/X' } },
        {
          litellm_params: {
            guardrail: 'crowdstrike_aidr',
            api_key: 'os.environ/X',
            api_base: 'https://x.example',
          },
        },
      ],
    }),
  ).toEqual([]))

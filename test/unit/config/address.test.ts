import { describe, expect, test } from 'vitest'
import { destinationOf, isMetadata } from '../../../src/config/address.ts'
import { base, load } from '../plan/applied.ts'

const warningsFor = (parts: object) =>
  load({ ...base, ...parts }).warnings.map(({ code, at }) => {
    expect(at.line).toBeGreaterThan(1)
    return code
  })
const model = (api_base: string) => ({
  model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', api_base } }],
})

describe('an address where clouds tell a machine its credentials is a warning', () => {
  test.each([
    'http://169.254.169.254/latest',
    'http://169.254.170.2',
    'http://2852039166/',
    'http://0xa9fea9fe',
    'http://0251.0376.0251.0376',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]:8000',
    'http://[fd00:ec2::254]/',
    'http://metadata.google.internal/computeMetadata',
    'http://METADATA.google.internal./',
    'http://100.100.100.200',
    'http://169.254.169.254.nip.io',
    'http://user@169.254.169.254',
  ])('%s', (address) => {
    expect(isMetadata(destinationOf(address))).toBe(true)
    expect(warningsFor(model(address))).toEqual(['metadata-address'])
  })

  test.each([
    'https://api.openai.com',
    'http://10.0.0.7:8000',
    'http://ollama.internal:11434',
    'http://[fd00::7]',
  ])('and %s is none', (address) => expect(warningsFor(model(address))).toEqual([]))

  test('also of an endpoint and a variable', () => {
    const target = 'http://169.254.169.254/'
    expect(warningsFor({ general_settings: { pass_through_endpoints: [{ path: '/x', target }] } })).toEqual([
      'metadata-address',
    ])
    expect(warningsFor({ environment_variables: { OPENAI_BASE_URL: target } })).toEqual(['metadata-address'])
  })
})

test.each([
  { litellm_settings: { callbacks: ['s3://bucket/hooks.handler'] } },
  { litellm_settings: { callbacks: 'gcs://bucket/hooks.handler' } },
  { litellm_settings: { custom_provider_map: [{ provider: 'x', custom_handler: 's3://b/m.h' }] } },
  { general_settings: { custom_auth: 's3://bucket/auth.check' } },
])('code from elsewhere is a warning: %j', (parts) => expect(warningsFor(parts)).toEqual(['remote-code']))

test('a bucket that logs go to is no code', () => {
  expect(warningsFor({ litellm_settings: { s3_callback_params: { s3_path: 's3://bucket/logs' } } })).toEqual(
    [],
  )
})

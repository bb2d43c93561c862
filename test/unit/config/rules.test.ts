import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import { modelIds } from '../../../src/config/litellm/model-id.ts'
import { nearest } from '../../../src/config/nearest.ts'
import { canonicalDuration, nextReset, parsePeriod } from '../../../src/config/period.ts'
import { isSecretName } from '../../../src/config/secrets/secret-name.ts'
import { findSecrets } from '../../../src/config/secrets/secrets.ts'
import { sizeFor } from '../../../src/config/sizing.ts'
import { callAgent } from '../host/agent.ts'
import { base, loadText } from '../plan/applied.ts'

describe('periods', () => {
  test.each([
    ['daily', '1d'],
    ['weekly', '7d'],
    ['monthly', '1mo'],
    ['yearly', '365d'],
    ['14d', '14d'],
    ['12h', '12h'],
    ['1mo', '1mo'],
  ])('%s is %s', (word, duration) => expect(parsePeriod(word)).toMatchObject({ duration }))

  test.each(['2mo', '1y', 'Monthly', '', '0d', '-1d', '1.5h', 'fortnightly', '30 d'])(
    '%j is refused',
    (text) => expect(parsePeriod(text)).toHaveProperty('wrong'),
  )

  test.each([
    ['1d', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
    ['7d', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00.000Z'],
    ['1w', '2026-11-29T12:00:00Z', '2026-11-30T00:00:00.000Z'],
    ['1mo', '2026-12-31T12:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['30d', '2028-02-29T12:00:00Z', '2028-03-01T00:00:00.000Z'],
  ])('%s at %s starts anew at %s', (duration, now, reset) =>
    expect(nextReset(duration, new Date(now))?.toISOString()).toBe(reset),
  )

  test('a known reset is ahead, at midnight, and the same for both spellings', () => {
    const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(
        moment,
        fc.constantFrom(['24h', '1d'], ['7d', '1w'], ['30d', '1mo']),
        (now, [one, other]) => {
          const reset = nextReset(one ?? null, now)
          expect(reset?.getTime()).toBeGreaterThan(now.getTime())
          expect(reset?.toISOString()).toContain('T00:00:00.000Z')
          expect(nextReset(other ?? null, now)).toEqual(reset)
          expect(canonicalDuration(one ?? null)).toBe(canonicalDuration(other ?? null))
        },
      ),
    )
  })
})

describe('model ids', () => {
  const model = { model_name: 'a', litellm_params: { model: 'openai/a', api_key: 'os.environ/A', rpm: 1 } }

  test('limits, keys and order do not change an id; the target does', () => {
    const changed = {
      model_name: 'a',
      litellm_params: { rpm: 2, api_key: 'os.environ/B', model: 'openai/a' },
    }
    expect(modelIds([changed])).toEqual(modelIds([model]))
    expect(modelIds([{ ...model, litellm_params: { model: 'openai/b' } }])).not.toEqual(modelIds([model]))
  })

  test('the same deployment twice has two ids, and a written id is kept', () => {
    expect(new Set(modelIds([model, model])).size).toBe(2)
    expect(modelIds([{ ...model, model_info: { id: 'mine' } }])).toEqual(['mine'])
  })
})

test('secrets are found by name, form, header and URL; references, limits and public values are none', () => {
  const literals = findSecrets({
    api_key: 'abc',
    note: 'sk-abcdefgh',
    alias: 'sk-team',
    extra_headers: { 'x-any': 'v' },
    api_base: 'https://u:p@h/',
    max_tokens: '5',
    key_alias: 'x',
    other_key: 'os.environ/KEY',
    model: 'openai/gpt-4',
  }).literals.map(({ path, why }) => `${path.join('.')} ${why}`)
  expect(literals).toEqual(['api_key name', 'note form', 'extra_headers.x-any header', 'api_base url'])
})

describe('a secret that stands under another name or in another form', () => {
  const why = (value: object) => findSecrets(value).literals.map(({ why }) => why)

  test.each([
    [{ api_base: 'https://x.example/v1?api_key=live1234' }, 'query'],
    [{ api_base: 'https://x.example/v1?a=1&access_token=live1234#x' }, 'query'],
    [{ target: 'https://x.example/hook?sig=abcdef0123' }, 'query'],
    [{ api_base: 'https://Ab3dEf6hIj9lMn2pQr5tUv8x@x.example/1' }, 'url'],
    [{ api_base: 'https://sk-live12345678@x.example' }, 'url'],
    [{ organization_pw: 'hunter2' }, 'name'],
    [{ db_pwd: 'hunter2' }, 'name'],
    [{ ssh_passphrase: 'hunter2' }, 'name'],
    [{ apiKey: 'hunter2' }, 'name'],
    [{ secretAccessKey: 'hunter2' }, 'name'],
    [{ api_key: 1234567890123 }, 'name'],
    [{ redis_password: 55556666 }, 'name'],
    [{ environment_variables: { UI_PASSWORD: 12345678 } }, 'name'],
    [{ environment_variables: { MY_SETTING: 'Ab3dEf6hIj9lMn2pQr5tUv8x' } }, 'random'],
    [{ environment_variables: { MY_SETTING: '0123456789abcdef0123456789abcdef' } }, 'random'],
  ])('%j is found', (value, found) => expect(why(value)).toEqual([found]))

  test.each([
    { api_base: 'https://x.example/v1?api-version=2024-10-21&deployment=gpt-4o' },
    { api_base: 'https://x.example/v1?api_key=os.environ%2FKEY' },
    { api_base: 'https://user@x.example' },
    { max_tokens: 4096, budget_tokens: 2048, cache_key: 5000, api_key: 0, default_max_tokens: 100000 },
    { rpm: 100000, tpm: 2000000, port: 6379, order: 1000 },
    { environment_variables: { MODEL: 'claude-3-5-sonnet-20241022-v2' } },
    {
      environment_variables: {
        HOST: 'https://eu.cloud.langfuse.com',
        REGION: 'eu-central-1',
        LEVEL: 'DEBUG',
      },
    },
    { environment_variables: { PROJECT: 'my-company-production-project-2024', WORKERS: 4 } },
    {
      environment_variables: {
        ID: '8c5f3a60-2f0b-4f5e-9b7d-1a2b3c4d5e6f',
        SOME_PATH: '/var/lib/litellm/prompts/2024',
      },
    },
  ])('%j is none', (value) => expect(why(value)).toEqual([]))

  test('is printed nowhere', () => {
    const text = stringify({
      ...base,
      model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', api_key: 1234567890123 } }],
      router_settings: { redis_host: 'r.example.com', redis_password: 55556666 },
      environment_variables: { UI_PASSWORD: 12345678 },
    })
    let said = ''
    try {
      loadText(text)
    } catch (error) {
      said = String((error as Error).message)
    }
    for (const place of ['api_key', 'redis_password', 'UI_PASSWORD'])
      expect(said).toMatch(new RegExp(`${place} is a literal secret.*os\\.environ/`))
    expect(said).not.toMatch(/1234567|5555/)
  })

  test('has the same names on the host, which fingerprints what is refused here', () => {
    const names = [
      'api_key',
      'apiKey',
      'x_token',
      'organization_pw',
      'db_pwd',
      'passphrase',
      'dsn',
      'secretAccessKey',
    ]
    const others = [
      'max_tokens',
      'tokens',
      'key_alias',
      'cache_key',
      'model',
      'spwd',
      'keys',
      'hotkeypad',
      'monkey',
    ]
    const known = callAgent(
      ...[...names, ...others].map((name) => ['base.redaction._names_secret', name, ''] as const),
    )
    expect(known).toEqual([...names, ...others].map((name) => ({ value: isSecretName(name) })))
    expect(names.every((name) => isSecretName(name)) && !others.some((name) => isSecretName(name))).toBe(true)
  })
})

test.each<[object, string]>([
  [{ users: 0 }, 'users is 0. Fix: write at least 1.'],
  [{ users: -1 }, 'users is -1. Fix: write at least 1.'],
  [{ size: { vcpu: 0, memory: '4GiB', disk: '4GiB' }, users: undefined }, 'Fix: write at least 1.'],
  [{ domain: 'x' }, 'Fix: write a domain name such as llm.example.com.'],
  [{ public_address: 'x' }, 'Fix: write an IPv4 or IPv6 address.'],
  [{ vm: {} }, 'Fix: write exactly one of ssh, proxmox and libvirt.'],
  [{ budget_config: [{ user_id: 'a', max_budget: 1, time_period: 'x' }] }, '; write '],
])('what is to be written for %j is told as an order', (parts, told) => {
  expect(() => loadText(stringify({ ...base, ...parts }))).toThrow(told)
  expect(() => loadText(stringify({ ...base, ...parts }))).not.toThrow('want ')
})

test('LiteLLM, whose parser speaks YAML 1.1, reads what was declared', () => {
  const words = ['2024-10-21', 'on', 'no', '12:30:45', '1_000', '0o17', '010', '~', 'null', '1e3']
  const config = {
    model_list: words.map((word) => ({
      model_name: word,
      litellm_params: { model: 'openai/x', api_version: word },
      model_info: { id: word },
    })),
  }
  expect(parse(litellmConfigText(config), { version: '1.1' })).toEqual(config)
})

test.each([1e-8, 2e-7, 1.5e-9, 0.00000525, -3e-10, 1e21, 0.5, 12, 0])(
  'LiteLLM reads %d as a number',
  (price) => {
    const text = litellmConfigText({ model_list: [], router_settings: { price } } as never)
    const [, written = ''] = /price: (.*)/.exec(text) ?? []
    // PyYAML's own pattern of a float, or a whole number.
    expect(written).toMatch(/^([-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|0|-?[1-9][0-9]*)$/)
    expect(Number(written)).toBe(price)
  },
)

test.each([
  ['userz', 'users'],
  ['rmp', 'rpm'],
  ['routing_stratgy', 'routing_strategy'],
  ['zzzzzz', undefined],
])('%s is meant as %s', (name, meant) =>
  expect(nearest(name, ['users', 'rpm', 'routing_strategy'])).toBe(meant),
)

test.each([
  [1, 4, 4, 20],
  [100, 4, 4, 20],
  [101, 4, 8, 30],
  [250, 4, 8, 30],
  [251, 8, 16, 50],
  [5000, 8, 16, 50],
])('%i users: %i vCPU, %i GiB, %i GiB of disk', (users, vcpu, memoryGiB, diskGiB) =>
  expect(sizeFor(users)).toEqual({ vcpu, memoryGiB, diskGiB }),
)

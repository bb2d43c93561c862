import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import type { Observation } from '../../../src/contract/programs/observe.ts'
import { declarationOf } from '../../../src/import/declaration.ts'
import { diff } from '../../../src/plan/diff.ts'
import { cases } from '../../lab/proof.ts'
import { configurations } from '../../story/configurations.ts'
import { applied, base, load, loadText, NOW } from '../plan/applied.ts'
import { declarations } from '../plan/declarations.ts'

const { model_list: _models, budget_config: _budgets, ...own } = base

/** What an import reads of a gateway that runs. */
function read({ gateway }: Observation): Pick<Parameters<typeof declarationOf>[0], 'config' | 'budgets'> {
  return { config: gateway?.config as Record<string, unknown>, budgets: gateway?.budgets ?? [] }
}

describe('the plan after an import is empty', () => {
  test('for any gateway that was made from a declaration, which comes back as it was', () => {
    fc.assert(
      fc.property(declarations(), (parts) => {
        const desired = load({ ...base, ...parts })
        const running = applied(desired)
        const { text } = declarationOf({ ...read(running), own })
        const imported = loadText(text)
        const plan = diff(imported, running, NOW)
        expect(plan.changes).toEqual([])
        expect(plan.adoptions).toEqual([])
        const { router_settings, model_list } = parse(text)
        expect(model_list).toEqual(parts.model_list)
        expect(router_settings).toEqual(parts.router_settings)
        const order = (entries: readonly unknown[]) =>
          entries.map((entry) => JSON.stringify(sorted(entry))).sort()
        expect(order(imported.gateway.budget_config ?? [])).toEqual(order(parts.budget_config))
      }),
      { numRuns: cases(25, 2000) },
    )
  })

  test("for any configuration over the whole of LiteLLM's format", () => {
    fc.assert(
      fc.property(configurations(), (parts) => {
        const { router_settings: _, litellm_settings: __, ...rest } = base as Record<string, unknown>
        const desired = load({ ...rest, ...parts } as never)
        const running = applied(desired)
        expect(diff(desired, running, NOW).changes).toEqual([])
        const { text } = declarationOf({ ...read(running), own })
        expect(diff(loadText(text), running, NOW).changes).toEqual([])
        expect(parse(text)).toMatchObject(parts)
      }),
      { numRuns: cases(8, 500) },
    )
  })

  test('for budgets that others made: they are adopted', () => {
    const budgets = [
      {
        subject: 'user' as const,
        id: 'alice',
        max_budget: 5,
        budget_duration: '30d',
        budget_reset_at: '2026-12-01T00:00:00',
        models: ['gpt-4'],
      },
      {
        subject: 'team' as const,
        id: 'data',
        soft_budget: 3,
        budget_limits: [{ max_budget: 1, budget_duration: '7d' }],
      },
      { subject: 'user' as const, id: 'nothing' },
    ]
    const desired = load(base)
    const { text } = declarationOf({ config: parse(litellmConfigText(desired.litellm)), budgets, own })
    const imported = load(parse(text))
    const plan = diff(imported, applied(imported, { budgets }), NOW)
    expect(plan.changes).toEqual([])
    expect(plan.adoptions.map(({ id }) => id)).toEqual(['alice', 'data'])
    expect(plan.unmanaged).toEqual([])
  })
})

/** The entry, but in the order of its keys; `-0` is no other amount than 0. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, sorted(item)])
      .sort(),
  )
}

describe('a config.yaml', () => {
  const SECRET = 'sk-proj-abcdefghijklmnop'
  const config = {
    model_list: [
      { model_name: 'a', litellm_params: { model: 'openai/gpt-4', api_key: SECRET } },
      { model_name: 'b', litellm_params: { model: 'openai/gpt-4o', api_key: SECRET } },
      { model_name: 'c', litellm_params: { model: 'openai/o3', api_key: 'sk-another-abcdefghij' } },
      {
        model_name: 'd',
        litellm_params: {
          model: 'azure/x',
          api_key: 'os.environ/AZURE_KEY',
          extra_headers: { 'X-Team': 'hunter2hunter2' },
        },
        model_info: { id: 'mine' },
      },
    ],
    router_settings: { redis_host: 'redis.example', redis_password: 'hunter3hunter3', num_retries: 2 },
    litellm_settings: {
      cache: true,
      cache_params: { type: 'redis', password: 'os.environ/REDIS_PASSWORD', host: 'cache.example' },
    },
    general_settings: {
      master_key: 'sk-1234567890',
      database_url: 'postgresql://me:pw@db/litellm',
      alerting: ['slack'],
    },
    environment_variables: { SLACK_WEBHOOK_TOKEN: 'xoxb-abcdefghijk', REGION: 'eu' },
    guardrails: [{ guardrail_name: 'x', litellm_params: { guardrail: 'presidio', mode: 'pre_call' } }],
    cache: true,
  }
  const imported = declarationOf({ config, budgets: [], own: {} })
  const outcome = (path: string) => imported.fields.find((field) => field.path === path)

  test('becomes a declaration that is right, without any of its secrets', () => {
    expect(imported.text + JSON.stringify(imported.fields)).not.toMatch(
      /sk-proj|sk-another|hunter|sk-1234|:pw@|xoxb-/,
    )
    const desired = load(parse(imported.text))
    expect(desired.secrets.map(({ name }) => name)).toEqual([
      'AZURE_KEY',
      'AZURE_X_TEAM',
      'EXTERNAL_REDIS_PASSWORD',
      'OPENAI_API_KEY',
      'OPENAI_API_KEY_2',
      'ROUTER_SETTINGS_REDIS_PASSWORD',
      'SLACK_WEBHOOK_TOKEN',
    ])
  })

  test('gives one name to one value, and another to another', () => {
    const keys = load(parse(imported.text)).gateway.model_list.map(
      ({ litellm_params }) => litellm_params.api_key,
    )
    expect(keys).toEqual([
      'os.environ/OPENAI_API_KEY',
      'os.environ/OPENAI_API_KEY',
      'os.environ/OPENAI_API_KEY_2',
      'os.environ/AZURE_KEY',
    ])
  })

  test.each([
    ['model_list[0].litellm_params.api_key', 'reference'],
    ['model_list[3].model_info.id', 'kept'],
    ['router_settings.num_retries', 'kept'],
    ['general_settings.master_key', 'left-out'],
    ['general_settings.database_url', 'left-out'],
    ['general_settings.alerting', 'kept'],
    ['environment_variables.REGION', 'kept'],
    ['guardrails[0].guardrail_name', 'kept'],
    ['cache', 'left-out'],
    ['vm', 'fill-in'],
    ['domain', 'fill-in'],
  ])('reports %s as %s', (path, wanted) => {
    expect(outcome(path)?.outcome).toBe(wanted)
  })

  test('says in the file what is to be filled in', () => {
    expect(imported.text).toMatch(/# FILL IN: the machine.*\nvm:/)
  })
})

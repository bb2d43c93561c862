import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { filesIn } from '../../../src/commands/files.ts'
import { type DesiredBudget, LIMITS, type Limits } from '../../../src/config/budgets.ts'
import { type Desired, loadDesired } from '../../../src/config/desired.ts'
import { litellmConfigText } from '../../../src/config/litellm-config.ts'
import type { FileReader } from '../../../src/config/source.ts'
import {
  type Observation,
  type ObservedBudget,
  type ObservedGateway,
  PROTOCOL,
} from '../../../src/host/facts.ts'
import { diff } from '../../../src/plan/diff.ts'
import { planMarkdown } from '../../../src/plan/markdown.ts'

const NOW = new Date('2026-11-23T12:00:00Z')
const SAMPLES = join(import.meta.dirname, '../../samples/valid')

/** What the host answers of a budget that was made as declared. */
function observedBudget({ subject, id, team, limits, declared }: DesiredBudget): ObservedBudget {
  const windows = (given: Limits['modelBudgets']) =>
    Object.fromEntries(
      Object.entries(given ?? {}).map(([model, { maxBudget, duration }]) => [
        model,
        { max_budget: maxBudget, budget_duration: duration },
      ]),
    )
  const all = {
    team,
    max_budget: limits.maxBudget,
    budget_duration: limits.duration,
    soft_budget: limits.softBudget,
    tpm_limit: limits.tpmLimit,
    rpm_limit: limits.rpmLimit,
    models: limits.models,
    model_max_budget: limits.modelBudgets && windows(limits.modelBudgets),
    budget_limits: limits.windows?.map(({ maxBudget, duration }) => ({
      max_budget: maxBudget,
      budget_duration: duration,
    })),
  }
  const set = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== null && value !== undefined),
  )
  return {
    subject: subject as ObservedBudget['subject'],
    id,
    ...set,
    spend: 1.5,
    managed: declared.map((name) => LIMITS[name]),
  }
}

/** The host exactly as the declaration wants it: what a sync leaves behind. */
function applied(desired: Desired, changed: Partial<ObservedGateway> = {}): Observation {
  const budgets = desired.budgets.filter(({ subject }) => subject !== 'provider').map(observedBudget)
  return {
    protocol: PROTOCOL,
    host: {
      os: { id: 'debian', version: '13', name: 'Debian' },
      python: '3.13',
      arch: 'x86_64',
      vcpu: 4,
      memoryBytes: 4e9,
      disk: { sizeBytes: 2e10, freeBytes: 1e10 },
      time: NOW.toISOString(),
      hostname: 'gateway',
    },
    differs: { packages: [], files: [], units: [], image: null, database: 'ready', keys: [], accounts: [] },
    gateway: {
      release: 'r1',
      image: 'i',
      settings: null,
      version: '1.106.2',
      healthy: true,
      workers: 4,
      config: parse(litellmConfigText(desired.litellm)),
      env: Object.fromEntries(desired.secrets.map(({ name }) => [name, { live: 'aaaa', given: 'aaaa' }])),
      budgets,
      providers: {},
      models: [],
      problem: null,
      ...changed,
    },
    lease: null,
    interrupted: null,
  }
}

function load(document: object): Desired {
  const text = stringify(document)
  const files: FileReader = { read: () => text, list: () => [] }
  return loadDesired('gateway.yaml', files)
}

const base = {
  domain: 'llm.example.com',
  vm: {
    ssh: {
      host: '192.0.2.10',
      user: 'debian',
      host_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS',
    },
  },
  litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}` },
  model_list: [
    {
      model_name: 'gpt-4',
      litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY', rpm: 10 },
    },
  ],
  budget_config: [{ user_id: 'team-dev', max_budget: 100, time_period: 'monthly' }],
}

describe('the plan after a sync is empty', () => {
  test.each(readdirSync(SAMPLES))('%s', (name) => {
    const desired = loadDesired(name, filesIn(SAMPLES))
    expect(diff(desired, applied(desired), NOW).changes).toEqual([])
  })

  test('for any models, settings and budgets', () => {
    // Names that begin as keys do are refused: that is another test.
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/).filter((text) => !/^[ps]k-/.test(text))
    const model = fc.record({
      model_name: name,
      litellm_params: fc.record(
        {
          model: name.map((text) => `openai/${text}`),
          rpm: fc.nat(1000),
          temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        },
        { requiredKeys: ['model'] },
      ),
    })
    const budget = fc.record(
      {
        user_id: name,
        max_budget: fc.double({ min: 0, max: 1e6, noNaN: true }),
        time_period: fc.constantFrom('daily', 'weekly', 'monthly', 'yearly', '12h', '1mo'),
      },
      { requiredKeys: ['user_id'] },
    )
    const declared = fc.record({
      model_list: fc.array(model, { maxLength: 8 }),
      budget_config: fc.uniqueArray(budget, { maxLength: 8, selector: ({ user_id }) => user_id }),
      router_settings: fc.record({ num_retries: fc.nat(9), timeout: fc.nat(600) }),
    })
    fc.assert(
      fc.property(declared, (parts) => {
        const desired = load({ ...base, ...parts })
        expect(diff(desired, applied(desired), NOW).changes).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})

describe('a plan says what differs', () => {
  const desired = load(base)
  const live = (document: object) => ({ config: parse(litellmConfigText(load(document).litellm)) })

  test('a parameter that is not declared any more is removed', () => {
    const before = {
      ...base,
      model_list: [
        { ...base.model_list[0], litellm_params: { ...base.model_list[0]?.litellm_params, tpm: 5 } },
      ],
    }
    expect(diff(desired, applied(desired, live(before)), NOW).changes).toMatchObject([
      {
        kind: 'model',
        action: 'update',
        fields: [{ path: 'litellm_params.tpm', before: 5, after: undefined }],
      },
    ])
  })

  test('models come and go', () => {
    const before = { ...base, model_list: [{ model_name: 'old', litellm_params: { model: 'openai/old' } }] }
    expect(diff(desired, applied(desired, live(before)), NOW).changes).toMatchObject([
      { kind: 'model', action: 'create', name: 'gpt-4' },
      { kind: 'model', action: 'delete', name: 'old' },
    ])
  })

  test('another value of a key is seen by its fingerprint, one that the step lacks is not compared', () => {
    const env = (given: string | null) => ({ env: { OPENAI_API_KEY: { live: 'aaaa', given } } })
    expect(diff(desired, applied(desired, env('bbbb')), NOW).changes).toMatchObject([
      { kind: 'secret', action: 'update', name: 'OPENAI_API_KEY' },
    ])
    const unknown = diff(desired, applied(desired, env(null)), NOW)
    expect(unknown.changes).toEqual([])
    expect(unknown.notes).toMatchObject([{ text: expect.stringContaining('OPENAI_API_KEY') }])
  })

  test('the same period in other words is no change, and its reset date is kept', () => {
    const user = {
      subject: 'user' as const,
      id: 'team-dev',
      max_budget: 90,
      budget_duration: '30d',
      budget_reset_at: '2026-12-01T00:00:00',
      spend: 81.2,
      managed: ['max_budget', 'budget_duration'],
    }
    const plan = diff(desired, applied(desired, { budgets: [user] }), NOW)
    expect(plan.changes).toMatchObject([
      {
        kind: 'budget',
        action: 'update',
        before: { maxBudget: 90, duration: '30d' },
        after: { maxBudget: 100, resetsAt: '2026-12-01T00:00:00.000Z' },
      },
    ])
    expect(planMarkdown(plan, { file: 'gateway.yaml' })).toContain(
      '90.00 USD a month → 100.00 USD a month; spent 81.20 USD; starts anew on 2026-12-01',
    )
    expect(diff(desired, applied(desired, { budgets: [{ ...user, max_budget: 100 }] }), NOW).changes).toEqual(
      [],
    )
  })

  test('a limit that is not declared is no limit, never 0', () => {
    const open = load({ ...base, budget_config: [{ user_id: 'free' }] })
    expect(diff(open, applied(open, { budgets: [] }), NOW).changes).toMatchObject([
      { kind: 'budget', action: 'create', after: { maxBudget: null, duration: null, resetsAt: null } },
    ])
  })

  test('what the UI made is listed and left alone', () => {
    const alice = { subject: 'user' as const, id: 'alice', max_budget: 5, spend: 0 }
    const budgets = [...(applied(desired).gateway?.budgets ?? []), alice]
    const plan = diff(
      desired,
      applied(desired, { budgets, models: [{ id: 'x', model_name: 'ui', source: 'database' }] }),
      NOW,
    )
    expect(plan.changes).toEqual([])
    expect(plan.unmanaged.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['model x', 'user alice'])
  })

  test('nothing from a file or gateway becomes markup of the comment', () => {
    const odd = load({
      ...base,
      model_list: [{ model_name: 'a|b\n# <script>@team', litellm_params: { model: 'openai/x' } }],
    })
    const text = planMarkdown(diff(odd, applied(odd, { config: {} }), NOW), { file: 'gateway.yaml' })
    expect(text).not.toMatch(/<script>|^# |[^\\]@team/m)
  })
})

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadDesired } from '../../../src/config/desired.ts'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import { diff } from '../../../src/plan/diff.ts'
import { madeBy } from '../../../src/plan/kinds.ts'
import { planMarkdown } from '../../../src/plan/markdown.ts'
import { filesIn } from '../../../src/steps/files.ts'
import { cases } from '../../lab/proof.ts'
import { applied, base, load, NOW } from './applied.ts'
import { declarations } from './declarations.ts'

const SAMPLES = join(import.meta.dirname, '../../samples/valid')

describe('the plan after a sync is empty', () => {
  test.each(readdirSync(SAMPLES))('%s', (name) => {
    const desired = loadDesired(name, filesIn(SAMPLES))
    expect(diff(desired, applied(desired), NOW).changes).toEqual([])
  })

  test('for any models, settings and budgets', () => {
    fc.assert(
      fc.property(declarations(), (parts) => {
        const desired = load({ ...base, ...parts })
        expect(diff(desired, applied(desired), NOW).changes).toEqual([])
      }),
      { numRuns: cases(25, 2000) },
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

  test('how many connections PostgreSQL is to allow is said where its file changes', () => {
    const wanted = load({
      ...base,
      litellm: { ...base.litellm, workers: 8 },
      general_settings: { database_connection_pool_limit: 50 },
    })
    const seen = applied(wanted)
    const files = ['/etc/postgresql/17/main/conf.d/litellm.conf']
    expect(diff(wanted, { ...seen, differs: { ...seen.differs, files } }, NOW).changes).toMatchObject([
      { kind: 'host', detail: 'is not as rendered, which allows 840 connections' },
    ])
  })

  test('whom the front door lets administer is said where its file changes, as the name of a file tells nobody', () => {
    const changed = (front: object) => {
      const wanted = load({ ...base, ...front })
      const seen = applied(wanted)
      const files = ['/etc/caddy/Caddyfile', '/etc/redis/redis.conf']
      return diff(wanted, { ...seen, differs: { ...seen.differs, files } }, NOW).changes
    }
    const details = (front: object) => changed(front).map((change) => 'detail' in change && change.detail)
    expect(details({})).toEqual([
      'is not as rendered, which has the admin API and UI open to everybody who reaches the gateway',
      'is not as rendered',
    ])
    expect(details({ front: { admin: ['192.0.2.0/24'] } })[0]).toMatch(/open to 192\.0\.2\.0\/24$/)
    expect(details({ front: { admin: 'none' } })[0]).toMatch(/closed to all networks$/)
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
      '90.00 USD a month → 100.00 USD a month; spent 81.20 USD; resets on 2026-12-01',
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

  test('a limit that we made is lifted when it is declared no more, one of others stays', () => {
    const live = {
      subject: 'user' as const,
      id: 'team-dev',
      max_budget: 100,
      budget_duration: '1mo',
      rpm_limit: 5,
      tpm_limit: 1000,
      models: ['gpt-4'],
      managed: ['max_budget', 'budget_duration', 'rpm_limit'],
    }
    const { changes } = diff(desired, applied(desired, { budgets: [live] }), NOW)
    expect(changes).toMatchObject([
      {
        kind: 'budget',
        before: { rpmLimit: 5 },
        after: { maxBudget: 100, rpmLimit: null, tpmLimit: 1000, models: ['gpt-4'] },
      },
    ])
  })

  test('a budget that stands as declared is adopted without being a change', () => {
    const live = {
      subject: 'user' as const,
      id: 'team-dev',
      max_budget: 100,
      budget_duration: '30d',
      budget_reset_at: '2026-12-01T00:00:00',
    }
    const plan = diff(desired, applied(desired, { budgets: [live] }), NOW)
    expect(plan.changes).toEqual([])
    expect(plan.adoptions).toMatchObject([{ id: 'team-dev', after: { managed: ['maxBudget', 'duration'] } }])
    expect(planMarkdown(plan, { file: 'gateway.yaml' })).toContain('user team-dev: 100.00 USD a month')
  })

  test('prune lifts what we made and nobody declares, and nothing else', () => {
    const budgets = [
      ...(applied(desired).gateway?.budgets ?? []),
      { subject: 'team' as const, id: 'ours', max_budget: 5, rpm_limit: 9, managed: ['max_budget'] },
      { subject: 'team' as const, id: 'theirs', max_budget: 5 },
    ]
    const pruning = load({ ...base, prune: true })
    const plan = diff(pruning, applied(pruning, { budgets }), NOW)
    expect(plan.changes).toMatchObject([
      { kind: 'budget', action: 'delete', id: 'ours', after: { maxBudget: null, rpmLimit: 9 } },
    ])
    expect(plan.unmanaged.map(({ id }) => id)).toEqual(['theirs'])
    expect(diff(desired, applied(desired, { budgets }), NOW).changes).toEqual([])
  })

  test('the budget of a provider is told as one, and made by a rollout', () => {
    const entry = (max_budget: number) => ({ provider: 'openai', max_budget, time_period: 'daily' })
    const more = load({ ...base, budget_config: [...base.budget_config, entry(50)] })
    const [config] = [parse(litellmConfigText(load({ ...base, budget_config: [entry(20)] }).litellm))]
    const observed = applied(more, {
      config,
      providers: { openai: { spend: 12.5, budget_reset_at: '2026-11-24T00:00:00' } },
    })
    const plan = diff(more, observed, NOW)
    expect(plan.changes).toMatchObject([{ kind: 'budget', subject: 'provider', action: 'update' }])
    expect(plan.changes.every((change) => madeBy(change, 'rollout'))).toBe(true)
    expect(planMarkdown(plan, { file: 'gateway.yaml' })).toContain(
      '20.00 USD a day → 50.00 USD a day; spent 12.50 USD; resets on 2026-11-24',
    )
  })

  test('an amount that lost its last binary digits on the way is the same', () => {
    const cents = load({ ...base, budget_config: [{ user_id: 'a', max_budget: 100 + 17.96 }] })
    const live = { subject: 'user' as const, id: 'a', max_budget: 117.96, managed: ['max_budget'] }
    expect(diff(cents, applied(cents, { budgets: [live] }), NOW).changes).toEqual([])
    const more = { ...live, max_budget: 117.97 }
    expect(diff(cents, applied(cents, { budgets: [more] }), NOW).changes).toHaveLength(1)
  })

  test('a key that nobody made yet is a warning, not a change that would never come true', () => {
    const keyed = load({ ...base, budget_config: [{ key_alias: 'ci', max_budget: 1 }] })
    const plan = diff(keyed, applied(keyed, { budgets: [] }), NOW)
    expect(plan.changes).toEqual([])
    expect(plan.notes).toMatchObject([{ severity: 'warning', text: expect.stringContaining('alias ci') }])
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
      // A name has one line; a value may have several.
      model_list: [
        {
          model_name: 'a|b # <script>@team',
          litellm_params: { model: 'openai/x', organization: 'a|b\n# <script>@team' },
        },
      ],
    })
    const text = planMarkdown(diff(odd, applied(odd, { config: {} }), NOW), { file: 'gateway.yaml' })
    expect(text).not.toMatch(/^# /m)
    // What GitHub would act on stands in code.
    expect(text).toContain('| model a\\|b # `<script>@team` (')
    expect(text.replaceAll(/`[^`]*`/g, '')).not.toMatch(/<script>|@team/)
  })
})

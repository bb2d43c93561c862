import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { ObservedBudget, ObservedEntity } from '../../../src/contract/programs/observe.ts'
import { declarationOf } from '../../../src/import/declaration.ts'
import { entityEntries } from '../../../src/import/entities.ts'
import { applied, base, load } from '../plan/applied.ts'

/** People, teams and the like of a gateway, as sections of a declaration. */
const { budget_config: _, ...bare } = base
const SECTIONS = {
  teams: [
    {
      team_id: 'data',
      team_alias: 'Data',
      max_budget: 300,
      budget_duration: 'monthly',
      budget_limits: [{ max_budget: 20, budget_duration: 'daily' }],
      members: [
        { user_id: 'alice', max_budget_in_team: 30, budget_duration: 'weekly', allowed_models: ['gpt-4'] },
      ],
      object_permission: { agents: ['a'] },
      metadata: { cost: 7, on: false },
    },
  ],
  users: [{ user_id: 'alice', model_max_budget: { 'gpt-4': { max_budget: 5, budget_duration: 'weekly' } } }],
  keys: [{ key_alias: 'ci', team_id: 'data', soft_budget: 3 }],
  access_groups: [{ access_group_name: 'g', access_group_id: 'own-g', assigned_team_ids: ['data'] }],
  tags: [{ name: 'batch', description: 'nightly', max_budget: 15 }],
  customers: [{ user_id: 'acme', alias: 'ACME', rpm_limit: 30 }],
}

test('what is kept from here is written as it was declared', () => {
  const { gateway } = applied(load({ ...bare, ...SECTIONS }))
  const found = entityEntries(gateway?.entities ?? [], gateway?.budgets ?? [], false)
  expect(found.sections).toEqual(SECTIONS)
  expect(found.budgets).toEqual([])
})

describe('what was made in the UI', () => {
  const entities: ObservedEntity[] = [
    {
      kind: 'team',
      id: 't',
      fields: { team_alias: 'T', blocked: false, default_team_member_models: [], tags: ['x'] },
      metadata: { cost: 7, api: { fingerprint: 'f' }, logging: [] },
      members: { alice: 'user', default_user_id: 'admin' },
    },
    { kind: 'user', id: 'default_user_id', fields: {} },
  ]
  const budgets: ObservedBudget[] = [
    { subject: 'team', id: 't', max_budget: 3 },
    { subject: 'user', id: 'bob', max_budget: 4 },
  ]

  test('is left where it is, and its budgets are entries of budget_config', () => {
    expect(entityEntries(entities, budgets, false)).toMatchObject({ sections: {}, budgets })
  })

  test('is written when it is asked for, without what is empty, secret, licensed or of LiteLLM itself', () => {
    const found = entityEntries(entities, budgets, true)
    expect(found.sections).toEqual({
      teams: [
        {
          team_id: 't',
          team_alias: 'T',
          max_budget: 3,
          members: [{ user_id: 'alice' }],
          metadata: { cost: 7 },
        },
      ],
    })
    expect(found.budgets).toEqual([budgets[1]])
    const left = found.fields
      .filter(({ outcome }) => outcome === 'left-out')
      .map(({ path, detail }) => `${path}: ${detail}`)
    expect(left).toEqual([
      'team t: tags: needs a licence of LiteLLM',
      'team t: metadata.api: looks like a secret',
      "team t: metadata.logging: LiteLLM's own",
    ])
  })
})

test('a number of users gives way to the users, and the size of the VM stays', () => {
  const own = { ...bare, users: 100 }
  const entities: ObservedEntity[] = [{ kind: 'user', id: 'alice', managed: [], fields: {} }]
  const { text } = declarationOf({ config: {}, budgets: [], entities, own })
  expect(text).toMatch(/size:\n\s+vcpu: \d+/)
  expect(text).toMatch(/users:\n\s+- user_id: alice/)
  expect(stringify(declarationOf({ config: {}, budgets: [], own }).text)).toContain('users: 100')
})

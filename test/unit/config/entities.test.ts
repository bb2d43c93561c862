import { describe, expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import type { FileReader } from '../../../src/config/yaml/source.ts'
import { base, load, loadText } from '../plan/applied.ts'

/** Sections of what LiteLLM keeps in its database alone. */
const { budget_config: _, ...bare } = base
const declared = (sections: object) => load({ ...bare, ...sections })
const wrong = (sections: object) => () => declared(sections)

describe('a section', () => {
  test('gives objects, with their limits as budgets', () => {
    const { entities, budgets } = declared({
      teams: [
        {
          team_id: 'data',
          team_alias: 'Data',
          max_budget: 300,
          budget_duration: 'monthly',
          metadata: { 'cost.centre': 'A7' },
          object_permission: { vector_stores: ['manuals'] },
          members: [{ user_id: 'a.b@example.com', max_budget_in_team: 5 }],
        },
      ],
      tags: [{ name: 'batch', description: 'nightly', max_budget: 2 }],
    })
    expect(entities).toMatchObject([
      {
        kind: 'team',
        id: 'data',
        fields: {
          team_alias: 'Data',
          'metadata.cost.centre': 'A7',
          'object_permission.vector_stores': ['manuals'],
          'members.a.b@example.com': 'user',
        },
      },
      { kind: 'tag', id: 'batch', fields: { description: 'nightly' } },
    ])
    expect(budgets).toMatchObject([
      {
        subject: 'team',
        id: 'data',
        limits: { maxBudget: 300, duration: '1mo' },
        declared: ['maxBudget', 'duration'],
      },
      { subject: 'member', team: 'data', id: 'a.b@example.com', limits: { maxBudget: 5 } },
      { subject: 'tag', id: 'batch', limits: { maxBudget: 2, models: null }, declared: ['maxBudget'] },
    ])
  })

  test('reads windows and budgets by model in the names of LiteLLM', () => {
    const { budgets } = declared({
      users: [
        { user_id: 'alice', model_max_budget: { 'gpt-4': { max_budget: 5, budget_duration: 'weekly' } } },
      ],
      teams: [{ team_id: 'data', budget_limits: [{ max_budget: 20, budget_duration: 'daily' }] }],
    })
    expect(budgets).toMatchObject([
      { subject: 'team', limits: { windows: [{ maxBudget: 20, duration: '1d' }] } },
      { subject: 'user', limits: { modelBudgets: { 'gpt-4': { maxBudget: 5, duration: '7d' } } } },
    ])
  })

  test('of users sizes the VM by their number, and a number still does', () => {
    expect(declared({ users: 100 }).size).toEqual(
      declared({ users: Array.from({ length: 100 }, (_, id) => ({ user_id: `u${id}` })) }).size,
    )
    expect(declared({ users: 100 }).entities).toEqual([])
  })

  test.each([
    [{ teams: [{ team_id: 'a', team_allias: 'A' }] }, /did you mean "team_alias"/],
    [{ users: [{ user_id: 'a', user_roll: 'internal_user' }] }, /did you mean "user_role"/],
    [{ users: [{ user_id: 'a', user_role: 'boss' }] }, /user_role.*allowed: proxy_admin/s],
    [{ teams: [{ team_alias: 'A' }] }, /team_id is missing/],
    [{ teams: [{ team_id: 'a' }, { team_id: 'a' }] }, /team a is declared already, at line/],
    [{ teams: [{ team_id: 'a', members: [{ user_id: 'x' }, { user_id: 'x' }] }] }, /x is a member already/],
    [
      { teams: [{ team_id: 'a', members: [{ user_id: 'x', role: 'admin' }] }] },
      /the role admin in a team with a licence only/,
    ],
    [{ organizations: [{ organization_id: 'a' }] }, /organizations with a licence only/],
    [{ teams: [{ team_id: 'a', tags: ['x'] }] }, /tags of a team with a licence only/],
    [
      { keys: [{ key_alias: 'a', model_max_budget: { m: { max_budget: 1, budget_duration: '1d' } } }] },
      /model_max_budget for a key with a licence only/,
    ],
    [{ teams: [{ team_id: 'a', metadata: { managed_fields: [] } }] }, /managed_fields is where sync notes/],
    [
      { teams: [{ team_id: 'a', metadata: { model_rpm_limit: {} } }] },
      /write model_rpm_limit beside metadata/,
    ],
    [
      { keys: [{ key_alias: 'a', rotate: '30d' }] },
      /:\d+:\d+: rotate is for a key that is delivered, and nobody gets/,
    ],
    [{ keys: [{ key_alias: 'a', deliver: [] }] }, /deliver/],
    [
      { keys: [{ key_alias: 'a', deliver: [{ repository: 'app', name: 'X' }] }] },
      /:\d+:\d+: keys\[0\]\.deliver\[0\]\.repository is "app"\. Fix: write owner\/name/,
    ],
    [
      { keys: [{ key_alias: 'a', deliver: [{ repository: 'a/b', name: 'GITHUB_X' }] }] },
      /write the name of a secret/,
    ],
    [
      { keys: [{ key_alias: 'a', deliver: [{ organization: 'a', environment: 'x', name: 'X' }] }] },
      /deliver\[0\]|environment/,
    ],
    [
      { keys: [{ key_alias: 'a', rotate: 'monthly', deliver: [{ repository: 'a/b', name: 'X' }] }] },
      /write hours or days, such as 30d/,
    ],
    [
      { keys: [{ key_alias: 'a', rotate: '1d', deliver: [{ repository: 'a/b', name: 'X' }] }] },
      /rotate is 1d, and a replaced key works on for 24h/,
    ],
    [
      {
        keys: ['a', 'b'].map((key_alias) => ({ key_alias, deliver: [{ repository: 'a/b', name: 'X' }] })),
      },
      /a\/b X gets another key already, at line \d+/,
    ],
    [
      {
        rotate: { targets: [{ repository: 'a/b', name: 'X' }] },
        keys: [{ key_alias: 'a', deliver: [{ repository: 'A/b', name: 'x' }] }],
      },
      /A\/b x gets another key already, at line \d+/,
    ],
    [
      { teams: [{ team_id: 'a', max_budget: 1, budget_duration: '2mo' }] },
      /LiteLLM resets by one month only/,
    ],
    [{ teams: [{ team_id: 'a', max_budget: 1, soft_budget: 1 }] }, /would never alert/],
    [
      { teams: [{ team_id: 'a', max_budget: 1 }], budget_config: [{ team_id: 'a', max_budget: 2 }] },
      /team a has limits here and in budget_config, at line \d+/,
    ],
    [
      {
        teams: [{ team_id: 'a', members: [{ user_id: 'x', rpm_limit: 1 }] }],
        budget_config: [{ team_id: 'a', user_id: 'x', max_budget: 2 }],
      },
      /member x of team a has limits here and in budget_config/,
    ],
  ])('%j is refused', (sections, message) => expect(wrong(sections)).toThrow(message))

  test('that needs a licence is taken with one', () => {
    const environment_variables = { LITELLM_LICENSE: 'os.environ/LITELLM_LICENSE' }
    const organizations = [
      { organization_id: 'acme', max_budget: 9, members: [{ user_id: 'x', role: 'org_admin' }] },
    ]
    expect(declared({ organizations, environment_variables }).entities).toHaveLength(1)
  })

  test('and budget_config go together when only one of them has limits', () => {
    const { budgets } = declared({
      teams: [{ team_id: 'a', team_alias: 'A' }],
      budget_config: [{ team_id: 'a', max_budget: 2 }],
    })
    expect(budgets).toMatchObject([{ subject: 'team', path: ['budget_config', 0] }])
  })
})

describe('sections in several files', () => {
  const files = (parts: Readonly<Record<string, string>>): FileReader => ({
    read: (path) => parts[path] ?? '',
    list: (pattern) => (pattern in parts ? [pattern] : []),
  })
  const main = (more: string) => `domain: llm.example.com
vm: {ssh: {host: 192.0.2.10, user: debian, host_key: "${base.vm.ssh.host_key}"}}
litellm: {image: "${base.litellm.image}"}
include: [people.yaml]
model_list: []
${more}`

  test('are joined, and anchors repeat what they have in common', () => {
    const { entities, locate } = loadDesired(
      'gateway.yaml',
      files({
        'gateway.yaml': main('teams: [{team_id: one}]'),
        'people.yaml': `x-member: &who {members: [{user_id: alice}]}
teams:
  - {team_id: two, <<: *who}
  - {team_id: three, <<: *who}
users: [{user_id: alice}]
`,
      }),
    )
    expect(entities.map(({ id }) => id)).toEqual(['one', 'two', 'three', 'alice'])
    expect(entities[2]?.fields).toEqual({ 'members.alice': 'user' })
    expect(locate(['teams', 2])).toMatchObject({ file: 'people.yaml', line: 4 })
  })

  test('that cannot be joined are an error', () => {
    const parts = { 'gateway.yaml': main('users: 100'), 'people.yaml': 'users: [{user_id: alice}]' }
    expect(() => loadDesired('gateway.yaml', files(parts))).toThrow(
      /users.* is a list in one file and none in another/,
    )
  })
})

test('a wrong entry hides nothing of the others', () => {
  const text = () => wrong({ teams: [{ team_id: 'a', blocked: 'no' }, { team_id: 'b' }, { team_id: 'b' }] })
  expect(text()).toThrow(/blocked/)
  expect(text()).toThrow(/team b is declared already/)
  expect(() => loadText('teams: 1')).toThrow(/teams is 1/)
})

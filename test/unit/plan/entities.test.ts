import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObservedEntity, ObservedGateway } from '../../../src/contract/programs/observe.ts'
import type { EntityChange } from '../../../src/plan/change.ts'
import { diff } from '../../../src/plan/diff.ts'
import { planLines } from '../../../src/plan/lines.ts'
import { refusals } from '../../../src/plan/refusals.ts'
import { applied, base, load, NOW, observedEntity } from './applied.ts'
import { peopleDeclarations } from './people-declarations.ts'

const { budget_config: _, ...bare } = base
const declared = (sections: object) => load({ ...bare, ...sections })
type Desired = ReturnType<typeof load>
const seen = (desired: Desired, gateway: Partial<ObservedGateway> = {}) => applied(desired, gateway)
const planOf = (desired: Desired, gateway: Partial<ObservedGateway> = {}) =>
  diff(desired, seen(desired, gateway), NOW)
const without = (desired: Desired, ...ids: string[]) =>
  desired.entities.filter(({ id }) => !ids.includes(id)).map(observedEntity)
const titles = (changes: readonly object[]) =>
  (changes as EntityChange[]).map(({ action, entity, id }) => `${action} ${entity} ${id}`)

const SECTIONS = {
  customers: [{ user_id: 'acme', alias: 'ACME' }],
  access_groups: [{ access_group_name: 'models', assigned_team_ids: ['data'] }],
  keys: [{ key_alias: 'ci', team_id: 'data' }],
  users: [{ user_id: 'alice', user_email: 'alice@example.com' }],
  teams: [
    {
      team_id: 'data',
      team_alias: 'Data',
      blocked: false,
      members: [{ user_id: 'alice' }],
      metadata: { cost: 7 },
    },
  ],
}
const ALL = declared(SECTIONS)

describe('a plan of people and teams', () => {
  test('is empty when all is as declared', () => {
    const plan = planOf(ALL)
    expect([plan.changes, plan.adoptions, plan.unmanaged]).toEqual([[], [], []])
  })

  test('makes in the order in which they need each other', () => {
    const plan = planOf(ALL, { entities: without(ALL, 'data', 'alice', 'acme', 'models'), budgets: [] })
    expect(titles(plan.changes)).toEqual([
      'create team data',
      'create user alice',
      'create access_group models',
      'create customer acme',
    ])
    expect(planLines(plan)).toContain('    members.alice: user')
  })

  test('finds what somebody edited, and leaves alone what is not declared', () => {
    const edited = ALL.entities.map(observedEntity).map((one): ObservedEntity => {
      if (one.kind === 'team')
        return {
          ...one,
          fields: { ...one.fields, team_alias: 'X', organization_id: 'o' },
          metadata: { cost: 8, theirs: 1 },
        }
      return one
    })
    expect(planOf(ALL, { entities: edited }).changes).toMatchObject([
      {
        action: 'update',
        entity: 'team',
        fields: [
          { path: 'team_alias', before: 'X', after: 'Data' },
          { path: 'metadata.cost', before: 8, after: 7 },
        ],
      },
    ])
  })

  test('another order of names, and false or empty for not set, are no difference', () => {
    const one = declared({
      teams: [{ team_id: 'a', blocked: false, default_team_member_models: ['x', 'y'], model_aliases: {} }],
    })
    const entities: ObservedEntity[] = [
      {
        kind: 'team',
        id: 'a',
        managed: ['blocked', 'default_team_member_models', 'model_aliases'],
        fields: { default_team_member_models: ['y', 'x'] },
      },
    ]
    expect(planOf(one, { entities }).changes).toEqual([])
  })

  test('a rename under the same id is an update', () => {
    const { teams } = SECTIONS
    const renamed = declared({ ...SECTIONS, teams: teams.map((team) => ({ ...team, team_alias: 'Daten' })) })
    expect(titles(planOf(renamed, { entities: without(ALL) }).changes)).toEqual(['update team data'])
    const group = declared({ access_groups: [{ access_group_name: 'new', access_group_id: 'own-models' }] })
    const entities: ObservedEntity[] = [
      { kind: 'access_group', id: 'models', own_id: 'own-models', managed: [], fields: {} },
    ]
    expect(planOf(group, { entities }).changes).toMatchObject([
      { action: 'update', ownId: 'own-models', fields: [{ path: 'name', before: 'models', after: 'new' }] },
    ])
  })

  test('clears fields that are declared no more, and that are ours', () => {
    const fewer = declared({ teams: [{ team_id: 'data', metadata: {} }] })
    const team: ObservedEntity = {
      kind: 'team',
      id: 'data',
      managed: ['model_aliases', 'metadata.cost', 'team_alias'],
      fields: { model_aliases: { a: 'b' }, team_alias: 'Data', blocked: true },
      metadata: { cost: 7, theirs: 1 },
    }
    expect(planOf(fewer, { entities: [team] }).changes).toMatchObject([
      {
        fields: [
          { path: 'model_aliases', after: undefined },
          { path: 'metadata.cost', before: 7, after: undefined },
        ],
        managed: { after: [] },
      },
    ])
  })

  test('adopts what is as declared already', () => {
    const entities = without(ALL).map(({ managed: _, ...one }) => one as ObservedEntity)
    const plan = planOf(ALL, { entities })
    expect(plan.changes).toEqual([])
    expect(titles(plan.adoptions)).toEqual([
      'update team data',
      'update user alice',
      'update key ci',
      'update access_group models',
      'update customer acme',
    ])
  })

  test('a person whom LiteLLM knows by an address is that user, as a member too', () => {
    const one = declared({
      users: [{ user_id: 'Alice@example.com', user_alias: 'A' }],
      teams: [{ team_id: 'data', members: [{ user_id: 'Alice@example.com', max_budget_in_team: 3 }] }],
    })
    const entities: ObservedEntity[] = [
      { kind: 'user', id: 'sso-1', fields: { user_email: 'alice@example.com' } },
      { kind: 'team', id: 'data', fields: {}, members: {} },
    ]
    const { changes } = planOf(one, { entities, budgets: [] })
    expect(changes).toMatchObject([
      { entity: 'team', fields: [{ path: 'members.sso-1' }] },
      { entity: 'user', id: 'sso-1', action: 'update' },
      { kind: 'budget', subject: 'member', id: 'sso-1', team: 'data' },
    ])
    const twice = [
      ...entities,
      { kind: 'user' as const, id: 'other', fields: { user_email: 'ALICE@example.com' } },
    ]
    expect(refusals(one, seen(one, { entities: twice, budgets: [] }))).toContainEqual(
      expect.objectContaining({ code: 'ambiguous-user', message: expect.stringContaining('sso-1, other') }),
    )
  })
})

test('for any declaration the plan is empty after it was applied', () => {
  fc.assert(
    fc.property(peopleDeclarations(), (sections) => {
      const plan = planOf(declared(sections))
      expect([plan.changes, plan.adoptions, plan.unmanaged]).toEqual([[], [], []])
    }),
    { numRuns: 50 },
  )
})

describe('what is declared no more', () => {
  const left = declared({ users: [], teams: [{ team_id: 'data', members: [] }], prune: false })
  const team = { ...observedEntity(ALL.entities[0] as never), holds: { keys: 3 } }
  const rest = without(ALL, 'data')

  test('stays and is listed, beside what was made in the UI', () => {
    const entities: ObservedEntity[] = [
      ...rest,
      team,
      { kind: 'user', id: 'eve', fields: {} },
      { kind: 'tag', id: 'foreign', fields: {} },
    ]
    const one = declared({
      users: [],
      teams: [
        {
          team_id: 'data',
          team_alias: 'Data',
          metadata: { cost: 7 },
          blocked: false,
          members: [{ user_id: 'bob' }],
        },
      ],
    })
    const plan = planOf(one, {
      entities: entities.map((e) =>
        e.kind === 'team'
          ? {
              ...e,
              members: { alice: 'user', bob: 'user', carl: 'user' },
              managed: [...(e.managed ?? []), 'members.bob'],
            }
          : e,
      ),
      budgets: [],
    })
    expect(plan.changes).toEqual([])
    expect(plan.unmanaged.map(({ kind, id, detail }) => `${kind} ${id}: ${detail.slice(0, 13)}`)).toEqual([
      'user alice: declared once',
      'key ci: declared once',
      'access_group models: declared once',
      'customer acme: declared once',
      'member alice of data: declared once',
      'user eve: made in the U',
      'member carl of data: added in the ',
    ])
  })

  test('goes with prune, in the reverse order, and the plan says what is lost', () => {
    const none = declared({ users: [], teams: [], prune: true })
    const plan = planOf(none, { entities: [...rest, team], budgets: [] })
    expect(titles(plan.changes)).toEqual([
      'delete customer acme',
      'delete access_group models',
      'delete key ci',
      'delete user alice',
      'delete team data',
    ])
    const lines = planLines(plan).join('\n')
    expect(lines).toMatch(
      /- team data\n.*it is deleted\n.*LiteLLM deletes its 3 keys with it: requests with them are refused/,
    )
    expect(lines).toMatch(/- key ci\n.*\n.*LiteLLM knows of no use/)
    const member = planOf(
      declared({
        teams: [{ team_id: 'data', team_alias: 'Data', blocked: false, metadata: { cost: 7 } }],
        prune: true,
      }),
      { entities: [team], budgets: [] },
    )
    expect(planLines(member).join('\n')).toMatch(
      /~ team data\n.*members.alice: user → removed\n.*alice can use nothing of it any more/,
    )
    expect(left.entities).toHaveLength(1)
  })

  test('takes its budget along without a word of its own', () => {
    const none = declared({ teams: [], prune: true })
    const budgets = [{ subject: 'team' as const, id: 'data', max_budget: 3, managed: ['max_budget'] }]
    expect(planOf(none, { entities: [team], budgets }).changes).toMatchObject([
      { kind: 'entity', action: 'delete' },
    ])
  })

  test('loses a limit that is declared no more, as in budget_config', () => {
    const one = declared({ teams: [{ team_id: 'data' }] })
    const entities: ObservedEntity[] = [{ kind: 'team', id: 'data', managed: [], fields: {} }]
    const budgets = [
      { subject: 'team' as const, id: 'data', max_budget: 3, managed: ['max_budget'], spend: 1 },
    ]
    expect(planOf(one, { entities, budgets }).changes).toMatchObject([
      { kind: 'budget', action: 'update', before: { maxBudget: 3 }, after: { maxBudget: null } },
    ])
    // What somebody else set is left alone, and nothing becomes 0.
    const foreign = [{ subject: 'team' as const, id: 'data', max_budget: 3, spend: 1 }]
    expect(planOf(one, { entities, budgets: foreign }).changes).toEqual([])
  })
})

describe('keys', () => {
  const one = declared({ keys: [{ key_alias: 'ci', max_budget: 4 }] })
  const problems = (entities: ObservedEntity[]) => refusals(one, seen(one, { entities, budgets: [] }))

  test('that do not exist are an error, because nobody would get the value', () => {
    expect(problems([])).toMatchObject([
      { code: 'no-key', message: expect.stringContaining('no key has the alias ci') },
    ])
    expect(planOf(one, { entities: [], budgets: [] }).changes).toEqual([])
  })

  test('that share an alias are an error that shows what LiteLLM shows', () => {
    const key = (shown: string): ObservedEntity => ({ kind: 'key', id: 'ci', fields: {}, shown })
    expect(problems([key('sk-...ab'), key('sk-...cd')])).toMatchObject([
      { code: 'shared-alias', message: expect.stringContaining('sk-...ab, sk-...cd') },
    ])
  })
})

test('what could not be read shows nothing', () => {
  expect(planOf(ALL, { entities: null }).changes.filter(({ kind }) => kind === 'entity')).toEqual([])
})

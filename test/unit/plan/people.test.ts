import { describe, expect, test } from 'vitest'
import type { ObservedBudget, ObservedGateway } from '../../../src/contract/programs/observe.ts'
import { diff } from '../../../src/plan/diff.ts'
import { refusals } from '../../../src/plan/refusals.ts'
import { applied, base, load, NOW } from './applied.ts'

/** Budgets that are declared for an e-mail address, and the users whom LiteLLM knows by it. */
const ALICE = '11111111-2222-3333-4444-555555555555'
const OTHER = '99999999-2222-3333-4444-555555555555'
const EMAIL = 'alice@example.com'

const declared = (...budgets: object[]) => load({ ...base, budget_config: budgets })
const ofUser = declared({ user_id: EMAIL, max_budget: 5, time_period: 'monthly' })
const seen = (desired: ReturnType<typeof load>, gateway: Partial<ObservedGateway>) =>
  applied(desired, { budgets: [], people: [], ...gateway })
const user = (id: string, more: Partial<ObservedBudget> = {}): ObservedBudget => ({
  subject: 'user',
  id,
  spend: 0,
  ...more,
})

describe('a budget of an e-mail address', () => {
  test('is the budget of the user who has it, and the plan says who that is', () => {
    const gateway = { people: [{ email: EMAIL, id: ALICE }], budgets: [user(ALICE, { spend: 3 })] }
    const plan = diff(ofUser, seen(ofUser, gateway), NOW)
    expect(plan.changes).toMatchObject([
      { kind: 'budget', action: 'update', subject: 'user', id: ALICE, before: { spend: 3 } },
    ])
    expect(plan.notes).toContainEqual(
      expect.objectContaining({
        severity: 'info',
        text: expect.stringContaining(`${EMAIL} is user ${ALICE}`),
      }),
    )
    expect(refusals(ofUser, seen(ofUser, gateway))).toEqual([])
  })

  test('is their budget in a team too', () => {
    const member = declared({ team_id: 'data', user_id: EMAIL, max_budget: 2 })
    const budgets: ObservedBudget[] = [{ subject: 'member', team: 'data', id: ALICE, spend: 1 }]
    const plan = diff(member, seen(member, { people: [{ email: EMAIL, id: ALICE }], budgets }), NOW)
    expect(plan.changes).toMatchObject([{ action: 'update', subject: 'member', team: 'data', id: ALICE }])
  })

  test('is as declared once it is set, and then belongs to nobody else', () => {
    const set = user(ALICE, {
      max_budget: 5,
      budget_duration: '1mo',
      budget_reset_at: '2026-12-01T00:00:00',
      managed: ['max_budget', 'budget_duration'],
    })
    const plan = diff(ofUser, seen(ofUser, { people: [{ email: EMAIL, id: ALICE }], budgets: [set] }), NOW)
    expect([plan.changes, plan.adoptions, plan.unmanaged]).toEqual([[], [], []])
  })

  test('whom several users could be is an error that names them', () => {
    const people = [ALICE, OTHER].map((id) => ({ email: EMAIL, id }))
    expect(refusals(ofUser, seen(ofUser, { people }))).toMatchObject([
      {
        severity: 'error',
        code: 'ambiguous-user',
        message: expect.stringContaining(`${ALICE}, ${OTHER}`),
        at: { file: 'gateway.yaml' },
      },
    ])
  })

  test('that an earlier version made a user of its own for is an error, beside the one who logs in', () => {
    const gateway = { people: [{ email: EMAIL, id: ALICE }], budgets: [user(EMAIL, { max_budget: 5 })] }
    expect(refusals(ofUser, seen(ofUser, gateway))).toMatchObject([
      { code: 'ambiguous-user', message: expect.stringContaining(`${ALICE}, ${EMAIL}`) },
    ])
  })

  test('is that of a user whose id is the address, where SSO names them so', () => {
    const gateway = { people: [{ email: EMAIL, id: EMAIL }], budgets: [user(EMAIL)] }
    expect(refusals(ofUser, seen(ofUser, gateway))).toEqual([])
    expect(diff(ofUser, seen(ofUser, gateway), NOW).changes).toMatchObject([{ action: 'update', id: EMAIL }])
  })

  test('beside one of the same user by id is one too many', () => {
    const both = declared({ user_id: EMAIL, max_budget: 5 }, { user_id: ALICE, max_budget: 6 })
    const gateway = { people: [{ email: EMAIL, id: ALICE }], budgets: [user(ALICE)] }
    expect(refusals(both, seen(both, gateway))).toMatchObject([{ code: 'duplicate-budget' }])
  })

  test('that nobody has yet is said before a user is made', () => {
    const plan = diff(ofUser, seen(ofUser, {}), NOW)
    expect(plan.changes).toMatchObject([{ action: 'create', id: EMAIL }])
    expect(plan.notes).toContainEqual(
      expect.objectContaining({
        text: expect.stringContaining(`No user has the id or e-mail address ${EMAIL} yet`),
      }),
    )
  })
})

describe('keys of a team', () => {
  const desired = declared({ user_id: 'ann', max_budget: 5 })
  const gateway = { budgets: [user('ann', { max_budget: 5, managed: ['max_budget'], team_keys: 2 })] }
  const notes = (over: Partial<ObservedGateway> = {}, of = desired) =>
    diff(of, seen(of, { ...gateway, ...over }), NOW).notes.map(({ severity, text }) => `${severity}: ${text}`)
  const warning = expect.stringMatching(
    /^warning: .* keys that belong to a team: ann \(2 keys\)\. Set general_settings\.apply_user_budget_to_team_keys: true/,
  )

  test('are not counted in the budget of their user, which is a warning', () => {
    expect(notes()).toContainEqual(warning)
  })

  test.each([
    [
      'declared',
      notes(
        {},
        load({
          ...base,
          budget_config: [{ user_id: 'ann', max_budget: 5 }],
          general_settings: { apply_user_budget_to_team_keys: true },
        }),
      ),
    ],
    [
      'set in the UI',
      notes({
        stored: [{ section: 'general_settings', name: 'apply_user_budget_to_team_keys', value: true }],
      }),
    ],
    ['of nobody', notes({ budgets: [user('ann', { max_budget: 5, managed: ['max_budget'] })] })],
  ])('are no warning when that is %s', (_, found) => {
    expect(found).not.toContainEqual(warning)
  })
})

describe('an alias of several keys', () => {
  const desired = declared({ key_alias: 'ci', max_budget: 4 })
  const key = (more: Partial<ObservedBudget> = {}): ObservedBudget => ({
    subject: 'key',
    id: 'ci',
    spend: 0,
    ...more,
  })

  test('is an error of the plan that names both, each time', () => {
    const shown = ['sk-...n5AA (hash 6d16856c684a)', 'sk-...FO7Q (hash f8f5198a98d5)']
    const budgets = shown.map(() => key({ same_alias: shown }))
    expect(refusals(desired, seen(desired, { budgets }))).toMatchObject([
      {
        code: 'shared-alias',
        message: expect.stringContaining(shown.join(', ')),
        at: { file: 'gateway.yaml' },
      },
    ])
  })

  test('is none where the alias is not declared, or of one key alone', () => {
    expect(refusals(desired, seen(desired, { budgets: [key()] }))).toEqual([])
    expect(refusals(ofUser, seen(ofUser, { budgets: [key({ same_alias: ['a', 'b'] })] }))).toEqual([])
  })
})

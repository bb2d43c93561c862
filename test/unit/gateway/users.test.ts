import { describe, expect, test } from 'vitest'
import { type Limits, NO_LIMITS } from '../../../src/config/budgets.ts'
import { type AdminApi, GatewayError } from '../../../src/gateway/admin-api.ts'
import { applyUsers } from '../../../src/gateway/users.ts'
import type { BudgetChange } from '../../../src/plan/change.ts'

const MANY = 'POST /management/v1/users/bulk'
const UPDATE_MANY = 'POST /user/bulk_update'
const NEW = 'POST /user/new'
const UPDATE = 'POST /user/update'

function fresh(id: string, limits: Partial<Limits> = {}): BudgetChange {
  const state = { ...NO_LIMITS, maxBudget: 5, ...limits, spend: 0, resetsAt: null }
  return {
    kind: 'budget',
    action: 'create',
    subject: 'user',
    id,
    before: undefined,
    after: { ...state, managed: ['maxBudget'] },
  }
}

function known(id: string): BudgetChange {
  const before = { ...NO_LIMITS, managed: ['maxBudget' as const], spend: 0, resetsAt: null }
  return { ...fresh(id), action: 'update', before }
}

interface User {
  readonly user_id: string
}

/** What each call answers, by name; what is not named is not there. Keeps the calls and how many users each had. */
async function apply(
  changes: readonly BudgetChange[],
  answers: Readonly<Record<string, (body: { users: User[] } & User) => unknown>>,
  newUsersGetDefaults = false,
) {
  const calls: [call: string, users: number][] = []
  const bodies: unknown[] = []
  const post = async (path: string, body: object) => {
    const call = `POST ${path}`
    const given = body as { users: User[] } & User
    calls.push([call, given.users?.length ?? 1])
    bodies.push(body)
    const answer = answers[call]
    if (answer === undefined) throw new GatewayError(call, 404, 'Not Found')
    return answer(given)
  }
  const api: AdminApi = { post, get: async () => ({}), send: (_, path, body) => post(path, body) }
  const told: [id: string, failure: string | undefined][] = []
  await applyUsers(api, changes, { metadata: () => ({ floor: 3 }), newUsersGetDefaults }, (change, failure) =>
    told.push([change.id, failure]),
  )
  return { calls, bodies, told }
}

const takes =
  (list: string) =>
  ({ users }: { users: User[] }) => ({
    [list]: users.map(({ user_id }) => ({ user_id, success: true, error: null })),
  })
const fails = (status: number) => () => {
  throw new GatewayError('POST', status, 'no')
}

describe('a user who is named by an e-mail address', () => {
  const EMAIL = 'alice@example.com'

  test('is made with it, so that a login by SSO finds them', async () => {
    const { bodies } = await apply([fresh(EMAIL)], { [MANY]: takes('data') })
    expect(bodies[0]).toMatchObject({ users: [{ user_id: EMAIL, user_email: EMAIL }] })
    const singly = await apply([fresh(EMAIL)], { [NEW]: () => ({}) }, true)
    expect(singly.bodies.at(-1)).toMatchObject({ user_id: EMAIL, user_email: EMAIL })
    const older = await apply([fresh(EMAIL)], { [UPDATE_MANY]: takes('results') })
    expect(older.bodies.at(-1)).toMatchObject({ users: [{ user_id: EMAIL, user_email: EMAIL }] })
  })

  test('is written to by id alone once they are known', async () => {
    const { bodies } = await apply([known('ann')], { [UPDATE_MANY]: takes('results') })
    expect(bodies[0]).toMatchObject({ users: [{ user_id: 'ann' }] })
    expect(JSON.stringify(bodies)).not.toContain('user_email')
  })

  test.each([
    [
      'in one call',
      {
        [MANY]: () => ({
          data: [{ user_id: EMAIL, success: false, error: `User email=${EMAIL} already exists` }],
        }),
      },
      false,
    ],
    [
      'singly',
      {
        [NEW]: () => {
          throw new GatewayError(NEW, 409, `User with email ${EMAIL} already exists`)
        },
      },
      true,
    ],
  ])('and whom another got meanwhile is not made a second time, %s', async (_, answers, defaults) => {
    const { calls, told } = await apply([fresh(EMAIL)], answers, defaults)
    expect(calls.map(([call]) => call)).not.toContain(UPDATE)
    expect(calls.map(([call]) => call)).not.toContain(UPDATE_MANY)
    expect(told).toEqual([[EMAIL, expect.stringContaining('already exists')]])
  })
})

describe('users with budgets', () => {
  test('new ones are made 500 in a call, without a key for each', async () => {
    const changes = Array.from({ length: 501 }, (_, index) => fresh(`u${index}`))
    const { calls, bodies, told } = await apply(changes, { [MANY]: takes('data') })
    expect(calls).toEqual([
      [MANY, 500],
      [MANY, 1],
    ])
    expect(bodies[1]).toEqual({
      users: [
        {
          user_id: 'u500',
          max_budget: 5,
          metadata: { managed_by: 'litellm-gitops', managed_limits: ['max_budget'] },
          auto_create_key: false,
        },
      ],
    })
    expect(told).toEqual(changes.map(({ id }) => [id, undefined]))
  })

  test('those that are there are updated 100 in a call, and keep what else their metadata hold', async () => {
    const changes = Array.from({ length: 101 }, (_, index) => known(`u${index}`))
    const { calls, bodies } = await apply(changes, { [UPDATE_MANY]: takes('results') })
    expect(calls).toEqual([
      [UPDATE_MANY, 100],
      [UPDATE_MANY, 1],
    ])
    expect(bodies[1]).toEqual({ users: [{ user_id: 'u100', max_budget: 5 }] })
  })

  test('one made meanwhile is updated instead; one that is refused says why; one not named was not done', async () => {
    const { calls, told } = await apply([fresh('a'), fresh('b'), fresh('c'), fresh('d')], {
      [MANY]: () => ({
        data: [
          { user_id: 'a', success: true },
          { user_id: 'b', success: false, error: 'User id=b already exists' },
          { user_id: 'c', success: false, error: 'over the limit' },
        ],
      }),
      [UPDATE_MANY]: takes('results'),
    })
    expect(calls).toEqual([
      [MANY, 4],
      [UPDATE_MANY, 1],
    ])
    expect(Object.fromEntries(told)).toEqual({
      a: undefined,
      b: undefined,
      c: 'over the limit',
      d: 'LiteLLM did not say what became of it',
    })
  })

  test('one that was made but did not come into its team is told', async () => {
    const error = 'Failed to add user to team default'
    const { told } = await apply([fresh('a')], {
      [MANY]: () => ({ data: [{ user_id: 'a', success: true, error }] }),
    })
    expect(told).toEqual([['a', error]])
  })

  test('an older version makes them by its update of many', async () => {
    const changes = Array.from({ length: 101 }, (_, index) => fresh(`u${index}`))
    const { calls, told } = await apply(changes, { [UPDATE_MANY]: takes('results') })
    expect(calls).toEqual([
      [MANY, 101],
      [UPDATE_MANY, 100],
      [UPDATE_MANY, 1],
    ])
    expect(told).toHaveLength(101)
  })

  test('one by one where an older version has defaults for new users, which its update of many does not give', async () => {
    const { calls } = await apply(
      [fresh('a'), fresh('b')],
      { [UPDATE_MANY]: takes('results'), [NEW]: () => ({}) },
      true,
    )
    expect(calls).toEqual([
      [MANY, 2],
      [NEW, 1],
      [NEW, 1],
    ])
  })

  test('one by one when nobody knows what became of the call, and those that it made are updated', async () => {
    const { calls, told } = await apply([fresh('a'), fresh('b')], {
      [MANY]: fails(500),
      [NEW]: ({ user_id }) => (user_id === 'a' ? fails(409)() : {}),
      [UPDATE]: () => ({}),
    })
    expect(calls).toEqual([
      [MANY, 2],
      [NEW, 1],
      [NEW, 1],
      [UPDATE, 1],
    ])
    expect(Object.fromEntries(told)).toEqual({ a: undefined, b: undefined })
  })

  test('one by one when LiteLLM refuses all of them for one, so that each says its own', async () => {
    const { told } = await apply([fresh('a'), fresh('b')], {
      [MANY]: fails(422),
      [NEW]: ({ user_id }) => (user_id === 'a' ? fails(400)() : {}),
    })
    expect(Object.fromEntries(told)).toEqual({ a: 'POST answered 400: no', b: undefined })
  })

  test('budgets by model come by an update, since with a new user they need a licence', async () => {
    const modelBudgets = { 'gpt-4': { maxBudget: 1, duration: '1d' } }
    const { calls, bodies } = await apply([fresh('a', { modelBudgets })], {
      [NEW]: () => ({}),
      [UPDATE]: () => ({}),
    })
    expect(calls).toEqual([
      [NEW, 1],
      [UPDATE, 1],
    ])
    expect(bodies[0]).not.toHaveProperty('model_max_budget')
    expect(bodies[1]).toHaveProperty('model_max_budget')
  })
})

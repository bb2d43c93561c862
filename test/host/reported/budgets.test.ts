import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Desired, loadDesired } from '../../../src/config/desired.ts'
import { counterFindings } from '../../../src/doctor/redis.ts'
import { createAdminApi } from '../../../src/gateway/admin-api.ts'
import { applyBudgetChanges, metadataNeeded } from '../../../src/gateway/budgets.ts'
import { observe, observeForDoctor, observeUsage } from '../../../src/host/observe.ts'
import type { Session } from '../../../src/host/session.ts'
import type { BudgetChange, Change } from '../../../src/plan/change.ts'
import { diff } from '../../../src/plan/diff.ts'
import { refusals } from '../../../src/plan/refusals.ts'
import { base } from '../../unit/plan/applied.ts'
import { admin, sql } from '../backup-data.ts'
import { chat, type DeployedGateway, open, startGateway } from '../gateway.ts'

/** What others reported of budgets, against a real LiteLLM and its database. */
const ALICE = '11111111-2222-3333-4444-555555555555'
const EMAIL = 'alice@example.com'
let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
}, 600_000)
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const declared = (...budgets: object[]): Desired => {
  const text = stringify({ ...base, budget_config: budgets })
  return loadDesired('gateway.yaml', { read: () => text, list: () => [] })
}
const look = (desired: Desired) => observe(session, { owners: desired.budgets })
const budgetsOf = async (desired: Desired) => {
  const plan = diff(desired, await look(desired), new Date())
  const isBudget = (change: Change): change is BudgetChange => change.kind === 'budget'
  const changes = plan.changes.filter(isBudget)
  return {
    changes,
    all: [...changes, ...plan.adoptions.filter(isBudget)],
    notes: plan.notes.map(({ text }) => text),
  }
}
/** What `sync` does for budgets. */
const sync = async (desired: Desired) => {
  const { all } = await budgetsOf(desired)
  const tunnel = await session.forward(4000)
  try {
    const stored = await session.run('budget_metadata', metadataNeeded(all))
    const failures: unknown[] = []
    await applyBudgetChanges(
      createAdminApi(tunnel, gateway.key),
      all,
      { stored, newUsersGetDefaults: false },
      (_, failure) => failure !== undefined && failures.push(failure),
    )
    expect(failures).toEqual([])
  } finally {
    tunnel.close()
  }
}
const users = () => sql(gateway, 'SELECT count(*) FROM "LiteLLM_UserTable"')

describe('a budget of an e-mail address', () => {
  const desired = declared({ user_id: EMAIL, max_budget: 5, time_period: 'monthly' })

  it('is set for the user who has the address, and makes no second one', async () => {
    await admin(gateway, '/user/new', {
      user_id: ALICE,
      user_email: 'Alice@Example.com',
      auto_create_key: false,
    })
    const before = await users()
    expect((await budgetsOf(desired)).changes).toMatchObject([{ action: 'update', id: ALICE }])
    await sync(desired)
    expect(await users()).toBe(before)
    expect(await sql(gateway, `SELECT max_budget FROM "LiteLLM_UserTable" WHERE user_id = '${ALICE}'`)).toBe(
      '5',
    )
    expect((await budgetsOf(desired)).all).toEqual([])
  })

  it('is told not to count for keys of a team', async () => {
    await admin(gateway, '/team/new', { team_id: 'data', team_alias: 'data' })
    await admin(gateway, '/key/generate', { user_id: ALICE, team_id: 'data', key_alias: 'of-the-team' })
    expect((await budgetsOf(desired)).notes).toContainEqual(
      expect.stringContaining(`keys that belong to a team: ${ALICE} (1 key)`),
    )
  })

  it('is set for a member of a team by the address too', async () => {
    const member = declared({ team_id: 'data', user_id: EMAIL, max_budget: 2 })
    const before = await users()
    await sync(member)
    expect(await users()).toBe(before)
    expect((await budgetsOf(member)).all).toEqual([])
    expect(
      await sql(
        gateway,
        `SELECT user_id FROM "LiteLLM_TeamMembership" WHERE team_id = 'data' AND budget_id IS NOT NULL`,
      ),
    ).toBe(ALICE)
  })

  it('of nobody makes a user whom a login by SSO finds by the address', async () => {
    const bob = declared(
      { user_id: 'bob@example.com', max_budget: 1 },
      { team_id: 'data', user_id: 'eve@example.com', max_budget: 2 },
    )
    await sync(bob)
    const found = await sql(
      gateway,
      `SELECT string_agg(user_id || ' ' || user_email, ', ' ORDER BY user_id) FROM "LiteLLM_UserTable" WHERE user_id IN ('bob@example.com', 'eve@example.com')`,
    )
    expect(found).toBe('bob@example.com bob@example.com, eve@example.com eve@example.com')
    expect((await budgetsOf(bob)).all).toEqual([])
  })

  it('is refused where an earlier version made a user of that id', async () => {
    await admin(gateway, '/user/new', { user_id: EMAIL, max_budget: 5, auto_create_key: false })
    expect(refusals(desired, await look(desired))).toMatchObject([
      { code: 'ambiguous-user', message: expect.stringContaining(ALICE) },
    ])
  })
})

it('two keys of one alias are refused in the plan, by name and hash', async () => {
  const desired = declared({ key_alias: 'ci', max_budget: 4 })
  const made: { key: string; token_id?: string }[] = []
  for (const key_alias of ['ci', 'another']) made.push(await admin(gateway, '/key/generate', { key_alias }))
  await sql(gateway, `UPDATE "LiteLLM_VerificationToken" SET key_alias = 'ci' WHERE key_alias = 'another'`)
  const [problem] = refusals(desired, await look(desired))
  expect(problem?.code).toBe('shared-alias')
  expect(problem?.message).toMatch(
    /sk-\.\.\.\S{4} \(hash [0-9a-f]{12}\), sk-\.\.\.\S{4} \(hash [0-9a-f]{12}\)/,
  )
  for (const { key } of made) expect(problem?.message).not.toContain(key)
})

it('a period whose end LiteLLM does not know gets one, of every kind of owner', async () => {
  const period = { max_budget: 3, time_period: 'monthly' }
  await admin(gateway, '/key/generate', { key_alias: 'counted' })
  const desired = declared(
    { user_id: 'ann', ...period },
    { team_id: 'ops', ...period },
    { team_id: 'ops', user_id: 'ann', ...period },
    { customer_id: 'acme', ...period },
    { key_alias: 'counted', ...period },
    { tag: 'batch', ...period },
  )
  await sync(desired)
  expect((await budgetsOf(desired)).all).toEqual([])
  const tables = ['UserTable', 'TeamTable', 'VerificationToken', 'BudgetTable']
  await sql(gateway, tables.map((name) => `UPDATE "LiteLLM_${name}" SET budget_reset_at = NULL`).join('; '))
  const { changes } = await budgetsOf(desired)
  expect(changes.map(({ subject }) => subject).toSorted()).toEqual([
    'customer',
    'key',
    'member',
    'tag',
    'team',
    'user',
  ])
  await sync(desired)
  expect((await budgetsOf(desired)).all).toEqual([])
  // And another amount is an update of what is there.
  const more = declared({ tag: 'batch', max_budget: 4, time_period: 'monthly' })
  await sync(more)
  expect(
    await sql(gateway, `SELECT max_budget FROM "LiteLLM_BudgetTable" WHERE budget_id LIKE '%:tag:batch'`),
  ).toBe('4')
})

describe('what LiteLLM counts in Redis', () => {
  it('and what keeps a key out although it has not spent its budget is found by doctor, and its remedy lets it in', async () => {
    const { key } = await admin<{ key: string }>(gateway, '/key/generate', {
      key_alias: 'kept-out',
      max_budget: 35,
    })
    const hash = createHash('sha256').update(key).digest('hex')
    const redis = (command: string) =>
      gateway.lab.exec(`export REDISCLI_AUTH=$(cat /etc/litellm/redis_password); redis-cli ${command}`)
    await redis(`SET spend:key:${hash} 60`)
    expect((await chat({ ...gateway, key }, 'gpt-4')).text).toContain('Current cost: 60.0, Max budget: 35.0')
    const { parts } = await observeForDoctor(session, {})
    const counters = parts.counters !== undefined && 'value' in parts.counters ? parts.counters.value : []
    expect(counters).toMatchObject([
      { subject: 'key', id: 'kept-out', hash: hash.slice(0, 12), spend: 0, counted: 60, budget: 35 },
    ])
    const [finding] = counterFindings(counters)
    const { code } = await gateway.lab.exec(finding?.remedy.text ?? '')
    expect(code).toBe(0)
    expect((await chat({ ...gateway, key }, 'gpt-4')).status).toBe(200)
  })
})

it('a report has what was used while LiteLLM logs no request', async () => {
  const { key } = await admin<{ key: string }>(gateway, '/key/generate', { key_alias: 'not-logged' })
  const hash = createHash('sha256').update(key).digest('hex')
  await gateway.lab.exec(
    `file=$(readlink -f /etc/litellm/config.yaml); sed -i 's/general_settings: {/general_settings: {disable_spend_logs: true, /' "$file"; systemctl restart litellm`,
  )
  await expect
    .poll(
      () =>
        fetch(`${gateway.url}/health/readiness`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true)
  for (let count = 0; count < 3; count += 1)
    expect((await chat({ ...gateway, key }, 'gpt-4')).status).toBe(200)
  const sums = `SELECT coalesce(sum(api_requests), 0) FROM "LiteLLM_DailyUserSpend" WHERE api_key = '${hash}'`
  await expect.poll(() => sql(gateway, sums), { timeout: 90_000, interval: 2000 }).toBe('3')
  expect(await sql(gateway, `SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE api_key = '${hash}'`)).toBe('0')
  // As if there had been no log before either.
  await sql(gateway, 'TRUNCATE "LiteLLM_SpendLogs"')
  const day = (await sql(gateway, `SELECT (now() AT TIME ZONE 'UTC')::date`)).trim()
  const until = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
  const facts = await observeUsage(session, { since: day, until, zone: 'UTC' })
  expect(facts.source).toBe('daily')
  const used = facts.groups.find(({ by, id }) => by === 'key' && id === hash.slice(0, 12))
  expect(used).toMatchObject({ alias: 'not-logged', requests: 3, failures: 0, hits: null })
  expect(used?.spend).toBeGreaterThan(0)
  const [total] = facts.groups.filter(({ by }) => by === 'total')
  expect(total?.requests).toBe(
    Number(await sql(gateway, 'SELECT sum(api_requests) FROM "LiteLLM_DailyUserSpend"')),
  )
})

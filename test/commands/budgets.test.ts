import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { FULL } from '../lab/proof.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { declarations } from '../unit/plan/declarations.ts'

/** Budgets of every kind on a real gateway: made, read back, seen when somebody edits them, lifted, and in force. */
let deployed: DeployedLab
let folder: string
let key: string

type Entry = Readonly<Record<string, unknown>>

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'budgets-'))
  // As an admin makes them in the UI, before the repository knows of them.
  key = String((await admin('/key/generate', { key_alias: 'ci', metadata: { owner: 'alice' } })).key)
  await admin('/user/new', {
    user_id: 'alice',
    auto_create_key: false,
    models: ['gpt-4'],
    metadata: { floor: 3 },
  })
  await admin('/user/new', { user_id: 'carol', auto_create_key: false, max_budget: 7 })
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

// biome-ignore lint/suspicious/noExplicitAny: read field by field
async function admin(path: string, body?: object): Promise<any> {
  const answer = await fetch(`${deployed.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${deployed.masterKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

async function cli(command: 'plan' | 'sync', budgets: readonly Entry[], more: Entry = {}): Promise<CliRun> {
  writeFileSync(
    join(folder, 'gateway.yaml'),
    gatewayFile(deployed.lab, { more: { budget_config: budgets, ...more } }),
  )
  return await runCli(folder, [command], { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })
}

/** Syncs, and requires that every change is read back and the next plan empty. */
async function synced(budgets: readonly Entry[], more: Entry = {}): Promise<CliRun> {
  const run = await cli('sync', budgets, more)
  expect(run.code, run.stderr).toBe(0)
  expect(run.json.applied.filter(({ outcome }: { outcome: string }) => outcome !== 'done')).toEqual([])
  const plan = await cli('plan', budgets, more)
  expect(plan.json.changes).toEqual([])
  expect(plan.code).toBe(0)
  return run
}

const TEAM_DEV = { user_id: 'team-dev', max_budget: 100, time_period: 'monthly' }
const EVERY_KIND: readonly Entry[] = [
  TEAM_DEV,
  { user_id: 'bob', max_budget: 0, time_period: 'daily', tpm_limit: 1000, rpm_limit: 10, models: ['gpt-4'] },
  { user_id: 'dave', model_max_budget: { 'gpt-4': { max_budget: 5, time_period: 'weekly' } } },
  {
    team_id: 'data',
    max_budget: 300,
    time_period: 'monthly',
    soft_budget: 250,
    tpm_limit: 100_000,
    rpm_limit: 100,
    models: ['gpt-4', 'claude-3'],
    budget_limits: [
      { max_budget: 20, time_period: 'daily' },
      { max_budget: 80, time_period: 'weekly' },
    ],
  },
  {
    team_id: 'data',
    user_id: 'bob',
    max_budget: 30,
    time_period: 'monthly',
    rpm_limit: 5,
    models: ['gpt-4'],
  },
  { customer_id: 'acme', max_budget: 12.5, time_period: 'monthly', rpm_limit: 30, models: ['gpt-4'] },
  { customer_id: 'nothing', max_budget: 0 },
  {
    key_alias: 'ci',
    max_budget: 40,
    time_period: 'weekly',
    soft_budget: 30,
    tpm_limit: 5000,
    models: ['gpt-4'],
  },
  { tag: 'batch', max_budget: 15, time_period: 'daily', soft_budget: 10 },
  { user_id: 'alice', max_budget: 9.99 },
]

describe('budgets of every kind', () => {
  test('are planned in money and dates, made, and read back', async () => {
    const plan = await cli('plan', EVERY_KIND)
    expect(plan.code, plan.stderr).toBe(2)
    expect(plan.stderr).toMatch(
      /\+ budget of user bob\n.*new → 0\.00 USD a day; 1000 tokens a minute; 10 requests a minute; only the models gpt-4/,
    )
    expect(plan.stderr).toMatch(/\+ budget of member bob of team data\n.*new → 30\.00 USD a month/)
    expect(plan.stderr).toMatch(/~ budget of key ci\n.*no limit → 40\.00 USD a week/)
    // What the UI gave alice stays hers.
    expect(plan.stderr).toMatch(
      /~ budget of user alice\n.*no limit → 9\.99 USD, never reset; spent 0\.00 USD/,
    )
    const run = await synced(EVERY_KIND)
    expect(run.json.applied).toHaveLength(EVERY_KIND.length - 1)
    expect(run.json.unmanaged).toMatchObject([{ kind: 'user', id: 'carol' }])
  })

  test('stand in LiteLLM as declared, with what others wrote beside', async () => {
    const { user_info: alice } = await admin('/user/info?user_id=alice')
    expect(alice).toMatchObject({ max_budget: 9.99, models: ['gpt-4'], metadata: { floor: 3 } })
    const { info } = await admin(`/key/info?key=${key}`)
    expect(info).toMatchObject({ max_budget: 40, metadata: { owner: 'alice' } })
    const acme = await admin('/customer/info?end_user_id=acme')
    expect(acme.litellm_budget_table).toMatchObject({ max_budget: 12.5, rpm_limit: 30 })
    const nothing = await admin('/customer/info?end_user_id=nothing')
    expect(nothing.litellm_budget_table.max_budget).toBe(0)
  })

  test('that somebody edits or deletes are found and mended', async () => {
    await admin('/user/update', { user_id: 'bob', max_budget: 1000 })
    await admin('/team/update', { team_id: 'data', rpm_limit: 7 })
    await admin('/team/member_update', { team_id: 'data', user_id: 'bob', max_budget_in_team: 1 })
    await admin('/budget/update', { budget_id: 'litellm-gitops:customer:acme', max_budget: 999 })
    await admin('/customer/delete', { user_ids: ['nothing'] })
    await admin('/key/update', { key, max_budget: 4000 })
    await admin('/tag/delete', { name: 'batch' })
    const plan = await cli('plan', EVERY_KIND)
    expect(plan.json.changes.map(({ subject, id }: Entry) => `${subject} ${id}`).sort()).toEqual([
      'customer acme',
      'customer nothing',
      'key ci',
      'member bob',
      'tag batch',
      'team data',
      'user bob',
    ])
    await synced(EVERY_KIND)
  })

  test('lose the limits that are declared no more, and keep those of others', async () => {
    const fewer = EVERY_KIND.map(({ rpm_limit, models, budget_limits, soft_budget, ...rest }) => rest)
    const plan = await cli('plan', fewer)
    expect(plan.stderr).toMatch(
      /~ budget of user bob\n.*10 requests a minute → any number of requests a minute; only the models gpt-4 → all models/,
    )
    expect(plan.json.changes.map(({ id }: Entry) => id)).not.toContain('alice')
    await synced(fewer)
    const { user_info: alice } = await admin('/user/info?user_id=alice')
    expect(alice.models).toEqual(['gpt-4'])
    await synced(EVERY_KIND)
  })

  test('are left in force when they are declared no more, and lifted with prune', async () => {
    const left = await cli('plan', [TEAM_DEV])
    expect(left.json.changes).toEqual([])
    expect(left.json.unmanaged).toHaveLength(EVERY_KIND.length)
    const pruned = await cli('plan', [TEAM_DEV], { prune: true })
    expect(pruned.stderr).toMatch(/- budget of customer acme\n.*12\.50 USD a month → no limit/)
    expect(pruned.json.changes).toHaveLength(EVERY_KIND.length - 1)
    await synced([TEAM_DEV], { prune: true })
    const { user_info: carol } = await admin('/user/info?user_id=carol')
    expect(carol.max_budget).toBe(7)
    const { user_info: bob } = await admin('/user/info?user_id=bob')
    expect(bob).toMatchObject({ max_budget: null, rpm_limit: null })
    const { info } = await admin(`/key/info?key=${key}`)
    expect(info).toMatchObject({ max_budget: null, metadata: { owner: 'alice' } })
    expect(info.metadata).not.toHaveProperty('managed_by')
  })
})

describe('for generated budgets', () => {
  // Those of providers are part of the configuration, and a key is made by hand: both have their tests.
  const generated = fc
    .sample(declarations(), { seed: 5, numRuns: FULL ? 6 : 3 })
    .map(({ budget_config }) => inOneTeam(budget_config))
    .filter((entries) => entries.length > 0)

  /** Members of teams that nobody declared are refused by LiteLLM: here all are members of one. */
  function inOneTeam(entries: readonly Entry[]): Entry[] {
    const possible = entries.filter((entry) => !('provider' in entry || 'key_alias' in entry))
    const team = possible.find((entry) => 'team_id' in entry && !('user_id' in entry))?.team_id
    const moved: Entry[] = []
    for (const entry of possible) {
      if (!('team_id' in entry && 'user_id' in entry)) moved.push(entry)
      else if (team !== undefined) moved.push({ ...entry, team_id: team })
    }
    const owner = ({ team_id, user_id, customer_id, tag }: Entry) =>
      JSON.stringify([team_id, user_id, customer_id, tag])
    return [...new Map(moved.map((entry) => [owner(entry), entry])).values()]
  }

  test.each(generated.map((entries, index) => [index, entries] as const))(
    'number %i the plan after a sync is empty, and import writes them as they were',
    async (_, entries) => {
      await synced(entries, { prune: true })
      const run = await runCli(folder, ['import', '--force'], {
        ...KEYS,
        SSH_KEY: deployed.lab.host.privateKey,
      })
      expect(run.code, run.stderr).toBe(0)
      const { budget_config } = parse(readFileSync(join(folder, 'gateway.yaml'), 'utf8'))
      const comparable = (list: readonly Entry[]) =>
        list.map((entry) => stringify(entry, { sortMapEntries: true })).sort()
      const written = budget_config.filter(
        ({ user_id }: Entry) => !['alice', 'carol'].includes(String(user_id)),
      )
      expect(comparable(written)).toEqual(comparable(entries))
    },
  )
})

describe('a budget is in force', () => {
  const ask = (body: Entry) =>
    fetch(`${deployed.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: `${Math.random()}` }], ...body }),
    })

  async function untilRefused(body: Entry): Promise<string> {
    for (let turn = 0; turn < 60; turn += 1) {
      const answer = await ask(body)
      if (!answer.ok) return await answer.text()
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    return 'never refused'
  }

  test('for customers, tags and providers', async () => {
    await synced([
      TEAM_DEV,
      { customer_id: 'small', max_budget: 0.000001 },
      { tag: 'tiny', max_budget: 0.000001, time_period: 'daily' },
      { provider: 'openai', max_budget: 0.01, time_period: 'daily' },
    ])
    expect(await untilRefused({ model: 'gpt-4', user: 'small' })).toMatch(/budget/i)
    expect(await untilRefused({ model: 'gpt-4', metadata: { tags: ['tiny'] } })).toMatch(/budget/i)
    expect(await untilRefused({ model: 'gpt-4' })).toMatch(/budget/i)
    expect((await ask({ model: 'claude-3' })).status).toBe(200)
    const plan = await cli('plan', [TEAM_DEV, { provider: 'openai', max_budget: 5, time_period: 'daily' }])
    expect(plan.stderr).toMatch(/~ budget of provider openai\n.*0\.01 USD a day → 5\.00 USD a day; spent/)
  })
})

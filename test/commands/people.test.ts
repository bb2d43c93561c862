import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FULL } from '../lab/proof.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { peopleDeclarations } from '../unit/plan/people-declarations.ts'

/** Teams, users, keys and the like on a real gateway: made, read back, seen when somebody edits them, adopted, and removed in order. */
let deployed: DeployedLab
let folder: string

type Entry = Readonly<Record<string, unknown>>

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'people-'))
  // As an admin makes them in the UI, before the repository knows of them.
  await admin('/key/generate', { key_alias: 'ci', metadata: { owner: 'alice' } })
  await admin('/team/new', { team_id: 'old', team_alias: 'Old', metadata: { cost: 7 } })
  await admin('/user/new', {
    user_id: 'sso-1',
    user_email: 'Carol@example.com',
    auto_create_key: false,
  })
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

async function admin(
  path: string,
  body?: object,
  method = body === undefined ? 'GET' : 'POST',
  // biome-ignore lint/suspicious/noExplicitAny: read field by field
): Promise<any> {
  const answer = await fetch(`${deployed.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${deployed.masterKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function cli(command: 'plan' | 'sync', sections: Entry): Promise<CliRun> {
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(deployed.lab, { more: sections }))
  return await runCli(folder, [command], { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })
}

/** Syncs, and requires that every change is read back and the next plan empty. */
async function synced(sections: Entry): Promise<CliRun> {
  const run = await cli('sync', sections)
  expect(run.json?.applied?.filter(({ outcome }: { outcome: string }) => outcome !== 'done')).toEqual([])
  expect(run.code, run.stderr).toBe(0)
  const plan = await cli('plan', sections)
  expect([plan.json.changes, plan.json.adoptions]).toEqual([[], []])
  expect(plan.code).toBe(0)
  return run
}

const PEOPLE = {
  users: [
    {
      user_id: 'alice',
      user_email: 'alice@example.com',
      user_alias: 'Alice',
      user_role: 'internal_user',
      max_budget: 50,
      budget_duration: 'monthly',
    },
    { user_id: 'bob@example.com', metadata: { office: 'Bern', floor: 3 } },
    { user_id: 'carol@example.com', user_alias: 'Carol' },
  ],
  teams: [
    {
      team_id: 'data',
      team_alias: 'Data',
      max_budget: 300,
      budget_duration: 'monthly',
      soft_budget: 250,
      models: ['gpt-4', 'claude-3'],
      model_aliases: { fast: 'gpt-4' },
      team_member_permissions: ['/key/info', '/key/health'],
      team_member_budget: 9,
      model_rpm_limit: { 'gpt-4': 10 },
      metadata: { cost_centre: 'A7' },
      members: [
        { user_id: 'alice', max_budget_in_team: 30, budget_duration: 'weekly', rpm_limit: 5 },
        { user_id: 'bob@example.com' },
        { user_id: 'carol@example.com' },
      ],
    },
    { team_id: 'ops', blocked: true, object_permission: { vector_stores: ['manuals'] } },
  ],
  keys: [
    {
      key_alias: 'ci',
      team_id: 'data',
      max_budget: 40,
      budget_duration: 'daily',
      aliases: { quick: 'gpt-4' },
      metadata: { use: 'tests' },
    },
  ],
  access_groups: [
    {
      access_group_name: 'all-of-it',
      description: 'for data',
      access_model_names: ['gpt-4'],
      assigned_team_ids: ['data'],
    },
  ],
  tags: [{ name: 'batch', description: 'nightly', max_budget: 15, budget_duration: 'daily' }],
  customers: [
    {
      user_id: 'acme',
      alias: 'ACME',
      allowed_model_region: 'eu',
      default_model: 'gpt-4',
      max_budget: 12.5,
      rpm_limit: 30,
    },
  ],
}

const KINDS = { users: [], teams: [], keys: [], access_groups: [], tags: [], customers: [] }

describe('people, teams and keys', () => {
  test('are planned, made in order, and read back', async () => {
    const plan = await cli('plan', PEOPLE)
    expect(plan.code, plan.stderr).toBe(2)
    expect(plan.stderr).toMatch(/\+ team data\n.*team_alias: Data\n/)
    // Whom SSO knows by the address, in another case.
    expect(plan.stderr).toMatch(/~ user sso-1\n.*user_alias: Carol\n.*adopted/)
    // What the host had before is listed too.
    expect(plan.json.unmanaged).toContainEqual(expect.objectContaining({ kind: 'team', id: 'old' }))
    const run = await synced(PEOPLE)
    expect(run.json.applied.length).toBeGreaterThan(12)
  })

  test('are in LiteLLM as declared, with what others wrote beside', async () => {
    const { team_info: team } = await admin('/team/info?team_id=data')
    expect(team).toMatchObject({
      team_alias: 'Data',
      max_budget: 300,
      metadata: { cost_centre: 'A7' },
      litellm_model_table: { model_aliases: { fast: 'gpt-4' } },
    })
    const roster = team.members_with_roles.map(({ user_id }: Entry) => user_id)
    expect(roster).toEqual(expect.arrayContaining(['alice', 'bob@example.com', 'sso-1']))
    const key = (await admin('/key/list?key_alias=ci&return_full_object=true')).keys[0]
    expect(key).toMatchObject({ team_id: 'data', max_budget: 40, metadata: { owner: 'alice', use: 'tests' } })
  })

  test('that somebody edits or deletes are found and fixed', async () => {
    const { team_info: team } = await admin('/team/info?team_id=data')
    await admin('/team/update', {
      team_id: 'data',
      team_alias: 'X',
      metadata: { ...team.metadata, cost_centre: 'B', theirs: 1 },
    })
    await admin('/team/member_delete', { team_id: 'data', user_id: 'bob@example.com' })
    await admin('/user/delete', { user_ids: ['alice'] })
    await admin('/team/delete', { team_ids: ['ops'] })
    await admin('/customer/delete', { user_ids: ['acme'] })
    await admin('/tag/delete', { name: 'batch' })
    const [group] = await admin('/v1/access_group')
    await admin(`/v1/access_group/${group.access_group_id}`, {}, 'DELETE')
    const plan = await cli('plan', PEOPLE)
    const entities = plan.json.changes.filter(({ kind }: Entry) => kind === 'entity')
    expect(entities.map(({ action, entity, id }: Entry) => `${action} ${entity} ${id}`)).toEqual([
      'update team data',
      'create team ops',
      'create user alice',
      'create access_group all-of-it',
      'create tag batch',
      'create customer acme',
    ])
    await synced(PEOPLE)
    const { team_info: after } = await admin('/team/info?team_id=data')
    expect(after.metadata).toMatchObject({ cost_centre: 'A7', theirs: 1 })
  })

  test('that cannot be made or found are refused before anything changes', async () => {
    const run = await cli('sync', { ...PEOPLE, keys: [{ key_alias: 'nobody-has-it' }] })
    expect(run.code).not.toBe(0)
    expect(run.stderr).toContain('no key has the alias nobody-has-it')
  })

  test('are listed when they are declared no more, and deleted with prune', async () => {
    const left = await cli('plan', KINDS)
    expect(left.json.changes).toEqual([])
    expect(
      left.json.unmanaged.filter(({ detail }: Entry) => /prune: true deletes/.test(String(detail))),
    ).toHaveLength(9)
    const pruned = await cli('plan', { ...KINDS, prune: true })
    expect(pruned.stderr).toMatch(
      /- key ci\n.*it is deleted\n.*requests with sk-\.\.\.\S+ are refused from then on/,
    )
    await synced({ ...KINDS, prune: true })
    const { team_info: old } = await admin('/team/info?team_id=old')
    expect(old.metadata).toEqual({ cost: 7 })
    expect(
      (await admin('/budget/list')).filter(({ budget_id: id }: Entry) => /^litellm-gitops/.test(String(id))),
    ).toEqual([])
  })
})

describe('for generated people and teams', () => {
  const generated = fc.sample(peopleDeclarations(), { seed: 5, numRuns: FULL ? 25 : 2 })

  test.each(generated.map((sections, index) => [index, sections] as const))(
    'number %i the plan after a sync is empty, and import writes them as they were',
    async (_, sections) => {
      await synced({ ...KINDS, ...sections, prune: true })
      const run = await runCli(folder, ['import', '--force'], {
        ...KEYS,
        SSH_KEY: deployed.lab.host.privateKey,
      })
      expect(run.code, run.stderr).toBe(0)
      const imported = parse(readFileSync(join(folder, 'gateway.yaml'), 'utf8'))
      expect(comparable(imported)).toEqual(comparable(sections))
    },
  )

  /** Without LiteLLM's own id of a group, and without order. */
  function comparable(sections: Entry) {
    const plain = (value: unknown): unknown => {
      if (Array.isArray(value))
        return value.map(plain).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      if (typeof value !== 'object' || value === null) return value
      const pairs = Object.entries(value).filter(([name]) => name !== 'access_group_id')
      return Object.fromEntries(pairs.map(([name, one]) => [name, plain(one)]).toSorted())
    }
    return Object.keys(KINDS).map((name) => [name, plain(sections[name] ?? [])])
  }
})

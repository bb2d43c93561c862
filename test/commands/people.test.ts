import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

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

describe('people, teams and keys', () => {
  test('are planned, made in order, and read back', async () => {
    const plan = await cli('plan', PEOPLE)
    expect(plan.code, plan.stderr).toBe(2)
    console.log(plan.stderr)
    const run = await synced(PEOPLE)
    console.log(run.stderr)
  })
})

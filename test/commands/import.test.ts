import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { exposedIn } from '../story/canary.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

/** `import` from a gateway that runs: what it writes is what runs, so the next plan is empty. */
let deployed: DeployedLab
let folder: string
const file = () => join(folder, 'gateway.yaml')

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'import-'))
  // What an admin made in the UI.
  await admin('/user/new', {
    user_id: 'alice',
    auto_create_key: false,
    max_budget: 5,
    budget_duration: '30d',
  })
  await admin('/team/new', { team_id: 'data', team_alias: 'Data', tpm_limit: 1000, models: ['gpt-4'] })
  await admin('/team/member_add', {
    team_id: 'data',
    member: { role: 'user', user_id: 'alice' },
    max_budget_in_team: 2,
  })
  await admin('/customer/new', { user_id: 'acme', max_budget: 3 })
  await admin('/key/generate', { key_alias: 'ci', max_budget: 4, budget_duration: '7d' })
  await admin('/tag/new', { name: 'batch', max_budget: 6, budget_duration: '1d' })
  // LiteLLM makes a tag's budget without a day of its reset, which its job adds within ten minutes.
  const query = `UPDATE "LiteLLM_BudgetTable" SET budget_reset_at = now() AT TIME ZONE 'UTC' + interval '1 day'
    WHERE budget_duration IS NOT NULL AND budget_reset_at IS NULL`
  const { code, stderr } = await deployed.lab.exec('runuser -u postgres -- psql -X -q -d litellm', {
    stdin: query,
  })
  expect(code, stderr).toBe(0)
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

async function admin(path: string, body: object): Promise<void> {
  const answer = await fetch(`${deployed.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${deployed.masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}

async function cli(...args: string[]): Promise<CliRun> {
  const env = { SSH_KEY: deployed.lab.host.privateKey, LITELLM_MASTER_KEY: deployed.masterKey }
  return await runCli(folder, args, { ...KEYS, ...env })
}

/** What nobody but the owner knows: the machine and the image. */
function ownPart(): string {
  const { model_list, router_settings, litellm_settings, environment_variables, budget_config, ...own } =
    parse(gatewayFile(deployed.lab))
  return stringify({ ...own, model_list: [] })
}

const BUDGETS = [
  { user_id: 'alice', max_budget: 5, time_period: 'monthly' },
  { user_id: 'team-dev', max_budget: 100, time_period: 'monthly' },
  { team_id: 'data', tpm_limit: 1000, models: ['gpt-4'] },
  { team_id: 'data', user_id: 'alice', max_budget: 2 },
  { customer_id: 'acme', max_budget: 3 },
  { key_alias: 'ci', max_budget: 4, time_period: 'weekly' },
  { tag: 'batch', max_budget: 6, time_period: 'daily' },
]

describe.each([
  ['the host of gateway.yaml', []],
  ['its config.yaml and its API', ['--from', 'config.yaml', '--url', 'URL']],
])('from %s', (_, args) => {
  test('what runs is written, and the next plan is empty', async () => {
    writeFileSync(file(), ownPart())
    writeFileSync(
      join(folder, 'config.yaml'),
      (await deployed.lab.exec('cat /etc/litellm/config.yaml')).stdout,
    )
    const run = await cli('import', ...args.map((arg) => (arg === 'URL' ? deployed.url : arg)))
    expect(run.code, run.stderr).toBe(0)
    const written = parse(readFileSync(file(), 'utf8'))
    const declared = parse(gatewayFile(deployed.lab))
    for (const section of ['model_list', 'router_settings', 'environment_variables', 'vm', 'litellm'])
      expect(written[section]).toEqual(declared[section])
    expect(written.budget_config).toEqual(expect.arrayContaining(BUDGETS))
    expect(written.budget_config).toHaveLength(BUDGETS.length)
    expect(exposedIn(run.stdout + run.stderr + readFileSync(file(), 'utf8'), Object.values(KEYS))).toEqual([])
    const plan = await cli('plan')
    expect(plan.json.changes).toEqual([])
    expect(plan.code).toBe(0)
    expect(plan.json.unmanaged).toEqual([])
  })
})

test('what is declared already is not replaced without --force', async () => {
  const run = await cli('import')
  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(/gateway\.yaml:1:1: .*declares .*model_list.* Fix: give --force/)
})

test('the API alone tells models and budgets, and the report says what it keeps to itself', async () => {
  writeFileSync(file(), ownPart())
  const run = await cli('import', '--url', deployed.url)
  expect(run.code, run.stderr).toBe(0)
  const { model_list, budget_config } = parse(readFileSync(file(), 'utf8'))
  expect(model_list.map(({ model_name }: { model_name: string }) => model_name)).toEqual([
    'gpt-4',
    'claude-3',
    'local-llama',
  ])
  expect(budget_config).toHaveLength(BUDGETS.length)
  expect(run.stderr).toMatch(/left-out: litellm_settings/)
  expect(run.stderr).toMatch(/reference: model_list\[0\]\.litellm_params\.api_key/)
  const wrong = await runCli(folder, ['import', '--force', '--url', deployed.url], {
    LITELLM_MASTER_KEY: 'sk-wrong',
  })
  expect(wrong.stderr).toContain('is not an admin key')
})

test('sync takes over what was imported, and changes no limit', async () => {
  writeFileSync(file(), ownPart())
  await cli('import')
  const run = await cli('sync')
  expect(run.code, run.stderr).toBe(0)
  expect(run.json.changes).toEqual([])
  expect(run.json.applied.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
    Array(BUDGETS.length - 1).fill('done'),
  )
  const plan = await cli('plan')
  expect([plan.json.changes, plan.json.adoptions]).toEqual([[], []])
})

import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../src/contract/programs/keys.ts'
import type { CommandName, Inputs } from '../../../src/steps/inputs.ts'
import type { Failure } from '../../github/failures.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import { startLoad } from '../../lab/load/load.ts'
import { counted, FULL } from '../../lab/proof.ts'
import { exposedIn, exposedOn } from '../../story/canary.ts'
import { chat } from '../../story/chat.ts'
import { type CliRun, runCli } from '../../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../../story/deployed-lab.ts'
import { gatewayFile } from '../../story/gateway-file.ts'
import type { CallOrder } from './dying-call.ts'

/** Keys that are made and delivered into GitHub's secrets: who has which, whatever dies or is refused. */
let deployed: DeployedLab
let github: LocalGitHub
let token: string
let folder: string
/** All that a runner said. */
let said = ''
/** Every value that a secret ever had. */
const values = new Set<string>()

type Entry = Readonly<Record<string, unknown>>

const app = { repository: 'example/app', name: 'LITELLM_API_KEY' }
const ci = (more: Entry = {}) => ({
  key_alias: 'ci',
  team_id: 'data',
  max_budget: 40,
  budget_duration: 'daily',
  models: ['gpt-4'],
  metadata: { use: 'tests' },
  deliver: [app, { repository: 'example/app', environment: 'production', name: 'LITELLM_API_KEY' }],
  rotate: '30d',
  grace: '1h',
  ...more,
})
/** Many in the proof. */
const MANY = Array.from({ length: FULL ? 49 : 3 }, (_, index) => ({
  key_alias: `job-${index}`,
  max_budget: 5,
  deliver: [{ repository: 'example/jobs', name: `KEY_${index}` }],
}))
const sections = (keys: readonly Entry[] = [ci(), ...MANY]) => ({ teams: [{ team_id: 'data' }], keys })

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'keys-'))
  github = await startGitHub({
    repositories: ['gateway', 'app', 'jobs'].map((name) => ({ owner: 'example', name })),
  })
  github.state.repository('example/app').createEnvironment('production')
  token = github.issueToken({
    kind: 'app',
    login: 'keys[bot]',
    permissions: { secrets: 'write', environments: 'write' },
  })
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await github?.close()
  await deployed?.lab.stop()
  expect(github.violations).toEqual([])
})

// biome-ignore lint/suspicious/noExplicitAny: read field by field
async function admin(path: string): Promise<any> {
  const answer = await fetch(`${deployed.url}${path}`, {
    headers: { authorization: `Bearer ${deployed.masterKey}` },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json()
}

async function cli(
  args: readonly string[],
  declared: Entry = sections(),
  secretsToken: string | null = token,
): Promise<CliRun> {
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(deployed.lab, { more: declared }))
  const access = secretsToken === null ? {} : { SECRETS_TOKEN: secretsToken, GITHUB_API_URL: github.url }
  const run = await runCli(folder, args, { ...KEYS, ...access, SSH_KEY: deployed.lab.host.privateKey })
  said += run.stdout + run.stderr
  inSecrets()
  return run
}

/** The values that secrets have, by where they are. */
function inSecrets(): Readonly<Record<string, string>> {
  const held: Record<string, string> = {}
  for (const name of ['example/app', 'example/jobs']) {
    const { secrets, environments } = github.state.repository(name)
    for (const [secret, { value }] of secrets.secrets) held[`${name} ${secret}`] = value
    for (const [environment, { secrets: own }] of environments)
      for (const [secret, { value }] of own.secrets) held[`${name} (${environment}) ${secret}`] = value
  }
  for (const value of Object.values(held)) values.add(value)
  return held
}

const held = (secret = 'example/app LITELLM_API_KEY'): string => inSecrets()[secret] ?? expect.fail('none')
const hash = (value: string) => createHash('sha256').update(value).digest('hex')
const asks = async (value: string) => (await chat(deployed.url, value, 'gpt-4')).status

async function keysIn(): Promise<{ key_alias: string; token: string }[]> {
  const found = []
  for (let page = 1; ; page += 1) {
    const { keys, total_pages: total } = await admin(
      `/key/list?page=${page}&size=100&return_full_object=true`,
    )
    found.push(...keys.filter(({ key_alias: alias }: Entry) => alias !== null))
    if (page >= total) return found
  }
}

async function records(): Promise<KeyRecord[]> {
  const { stdout } = await deployed.lab.exec(
    'cat /etc/litellm/key_records.json; stat -c %a /etc/litellm/key_records.json',
  )
  expect(stdout.trim().endsWith('600')).toBe(true)
  return JSON.parse(stdout.slice(0, stdout.lastIndexOf('}') + 1)).records
}

/** Of each declared key one has its alias, and every secret of it holds that one; of before none is left. */
async function expectOneEach(): Promise<void> {
  const all = inSecrets()
  const keys = await keysIn()
  const declared = [ci(), ...MANY]
  expect(keys.map(({ key_alias: alias }) => alias).toSorted()).toEqual(
    declared.map(({ key_alias: alias }) => alias).toSorted(),
  )
  for (const { key_alias: alias, deliver } of declared)
    for (const { repository, name, ...in_ } of deliver as {
      repository: string
      name: string
      environment?: string
    }[]) {
      const place = in_.environment === undefined ? '' : ` (${in_.environment})`
      const value = all[`${repository}${place} ${name}`] ?? ''
      expect(keys.find(({ token }) => token === hash(value))?.key_alias).toBe(alias)
    }
}

/** Runs a command in a process of its own that is killed at a point; answers where, or undefined when it did not come to it. */
async function dying(command: CommandName, inputs: Inputs, atPoint: number): Promise<string | undefined> {
  const runner = fork(join(import.meta.dirname, 'dying-call.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let last = ''
  runner.on('message', (text) => {
    last = String(text)
  })
  const { privateKey: sshKey } = deployed.lab.host
  const order: CallOrder = {
    command,
    inputs,
    folder,
    sshKey,
    env: KEYS,
    github: { token, url: github.url },
    atPoint,
  }
  runner.send(order)
  const [, signal] = (await once(runner, 'close')) as [number | null, string | null]
  inSecrets()
  return signal === 'SIGKILL' ? last : undefined
}

/** The lease of a run that died is over. */
async function endLease(): Promise<void> {
  const file = '/var/lib/litellm-gitops/lease.json'
  const expires = new Date().toISOString().replace('Z', '+00:00')
  await deployed.lab.exec(
    `[ ! -e ${file} ] || sed -i 's/"expires": "[^"]*"/"expires": "${expires}"/' ${file}`,
  )
}

describe('a key that is declared with secrets', () => {
  test('is in the plan, and what the token lacks is an error with what to grant', async () => {
    const plan = await cli(['plan'], sections(), null)
    expect(plan.code, plan.stderr).toBe(2)
    expect(plan.stderr).toMatch(
      /\+ key ci\n[\s\S]*a key is made; its value goes to example\/app LITELLM_API_KEY, /,
    )
    expect(plan.stderr).toContain('was not looked at: this run has no secrets-token')
    const none = await cli(['sync'], sections(), null)
    expect(none.code).toBe(1)
    expect(none.stderr).toMatch(
      /gateway\.yaml:\d+:\d+: no token was given that may write [\s\S]*Secrets: write/,
    )
    const weak = github.issueToken({ kind: 'app', login: 'weak[bot]', permissions: { actions: 'read' } })
    for (const command of ['plan', 'sync']) {
      const refused = await cli([command], sections(), weak)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toMatch(
        /LITELLM_API_KEY cannot get its key: [\s\S]*needs the permission "Secrets: write"/,
      )
    }
    expect(await keysIn()).toEqual([])
  })

  test('is made within its limits, delivered and read back; nothing is left to do then', async () => {
    const run = await cli(['sync'])
    expect(run.code, run.stderr).toBe(0)
    await expectOneEach()
    const plan = await cli(['plan'])
    expect([plan.json.changes, plan.json.adoptions, plan.json.unmanaged]).toEqual([[], [], []])
    expect(await asks(held())).toBe(200)
    const [key] = (await admin('/key/list?key_alias=ci&return_full_object=true')).keys
    expect(key).toMatchObject({
      team_id: 'data',
      max_budget: 40,
      models: ['gpt-4'],
      metadata: { use: 'tests' },
    })
  })

  test('that gets one more secret is replaced, and the one of before works on', async () => {
    const old = held()
    const one = [...ci().deliver, { repository: 'example/jobs', name: 'CI_KEY' }]
    const plan = await cli(['plan'], sections([ci({ deliver: one }), ...MANY]))
    expect(plan.stderr).toMatch(
      /~ key ci\n[\s\S]*not every secret has it: a new one goes to .*example\/jobs CI_KEY/,
    )
    const run = await cli(['sync'], sections([ci({ deliver: one }), ...MANY]))
    expect(run.code, run.stderr).toBe(0)
    expect(held('example/jobs CI_KEY')).toBe(held())
    expect(held()).not.toBe(old)
    expect([await asks(old), await asks(held())]).toEqual([200, 200])
    const after = await cli(['plan'], sections([ci({ deliver: one }), ...MANY]))
    github.state.repository('example/jobs').secrets.secrets.delete('CI_KEY')
    expect([after.json.changes, after.json.adoptions, after.json.unmanaged]).toEqual([[], [], []])
    expect(after.stderr).toMatch(
      /key ci: the one that was replaced .* works until .*; (last used|LiteLLM knows of no use)/,
    )
  })
})

describe('a rotation', () => {
  test('refuses nobody: both keys work, and what was spent is taken over', async ({ task }) => {
    const old = held()
    const load = await startLoad({
      url: deployed.url,
      key: old,
      clients: 4,
      plain: { model: 'gpt-4', pauseMs: 200 },
    })
    const run = await cli(['rotate', '--keys', 'ci'])
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result.replaced).toEqual(['ci'])
    expect([await asks(held()), await asks(old)]).toEqual([200, 200])
    const report = await load.stop()
    counted(task, `${report.requests} requests with the key of before, ${report.failed} failed`)
    expect(report.failures).toEqual([])
    const [key] = (await admin('/key/list?key_alias=ci&return_full_object=true')).keys
    expect(key).toMatchObject({
      team_id: 'data',
      max_budget: 40,
      models: ['gpt-4'],
      metadata: { use: 'tests' },
    })
    const plan = await cli(['plan'])
    expect([plan.json.changes, plan.json.adoptions, plan.json.unmanaged]).toEqual([[], [], []])
  })

  test('is made when it is due, and ends what was not used for its grace', async () => {
    const before = held()
    expect((await cli(['rotate', '--keys', 'due'])).json.result.replaced).toEqual([])
    const file = '/etc/litellm/key_records.json'
    // As after two months in which nobody used the one of before.
    await deployed.lab.exec(`sed -i 's/"since": "[^"]*"/"since": "2026-01-01T00:00:00+00:00"/' ${file}`)
    expect((await cli(['plan'])).stderr).toMatch(
      /key ci was delivered 2026-01-01 00:00 UTC and is due \(rotate: 30d\)/,
    )
    const finished = await cli(['rotate', '--keys', 'due', '--phase', 'finish'], sections(), null)
    expect(finished.code, finished.stderr).toBe(0)
    expect(finished.json.result.ended.join()).toMatch(
      /is ended \(it was overdue\); (last used|LiteLLM knows of no use)/,
    )
    expect(finished.json.result.replaced).toEqual([])
    const run = await cli(['rotate', '--keys', 'due'])
    expect(run.json.result.replaced).toEqual(['ci'])
    expect(held()).not.toBe(before)
    const forced = await cli(['rotate', '--keys', 'due', '--force'])
    expect(forced.code, forced.stderr).toBe(0)
    await expectOneEach()
  })
})

describe('while GitHub answers a write by', () => {
  const put = 'actions/create-or-update-repo-secret'
  const faults: readonly (Failure & { readonly once: boolean })[] = [
    { route: put, with: 403, times: 1, once: true },
    ...(FULL
      ? ([
          { route: put, with: 404, times: 1, once: true },
          { route: put, with: 422, times: 2, once: true },
          { route: put, with: 500, times: 4, once: true },
          { route: put, with: 429, times: 1, headers: { 'retry-after': '3600' }, once: true },
        ] as const)
      : []),
    { route: put, with: 'lost', times: 1, once: false },
  ]

  test.for(faults)(
    '%o, whoever reads the secret is served, and one key each is left in the end',
    async ({ once: fails, ...fault }) => {
      const old = held()
      github.fail({ ...fault, repository: 'example/app' })
      const run = await cli(['rotate', '--keys', 'ci'])
      expect(run.code).toBe(fails ? 1 : 0)
      for (const value of [old, ...Object.values(inSecrets())]) expect(await asks(value)).toBe(200)
      const next = await cli(['rotate', '--keys', 'ci'])
      expect(next.code, next.stderr).toBe(0)
      expect(await asks(old)).toBe(200)
      expect((await cli(['rotate', '--keys', 'all', '--force'])).code).toBe(0)
      await expectOneEach()
    },
  )
})

describe('a runner that is killed', () => {
  test('leaves a state from which the next one ends with one key each, and nobody is refused', async ({
    task,
  }) => {
    const which = FULL ? 'all' : 'ci'
    let died = 0
    const step = FULL ? 1 : 8
    for (let point = FULL ? 1 : 9; ; point += died > 80 ? 23 : step) {
      const old = inSecrets()
      const where = await dying('rotate', { keys: which }, point)
      if (where === undefined) break
      died += 1
      console.log(`killed at ${point}, ${where}`)
      for (const value of new Set([...Object.values(old), ...Object.values(inSecrets())]))
        expect(await asks(value), where).toBe(200)
      await endLease()
      const run = await cli(['rotate', '--keys', 'due'])
      expect(run.code, run.stderr).toBe(0)
      const plan = await cli(['plan'])
      expect([plan.json.changes, plan.json.unmanaged], where).toEqual([[], []])
      const ended = await cli(['rotate', '--keys', 'all', '--force'])
      expect(ended.code, ended.stderr).toBe(0)
      await expectOneEach()
    }
    expect(died).toBeGreaterThan(2)
    counted(task, `killed at ${died} points, then one key each`)
  })

  test('while it makes the first one leaves what the next sync finishes', async () => {
    const fresh = { key_alias: 'fresh', deliver: [{ repository: 'example/jobs', name: 'FRESH' }] }
    writeFileSync(
      join(folder, 'gateway.yaml'),
      gatewayFile(deployed.lab, { more: sections([ci(), ...MANY, fresh]) }),
    )
    const where = await dying('sync', {}, 24)
    console.log(`killed ${where}`)
    expect(where).toBeDefined()
    await endLease()
    const run = await cli(['sync'], sections([ci(), ...MANY, fresh]))
    expect(run.code, run.stderr).toBe(0)
    expect(await asks(held('example/jobs FRESH'))).toBe(200)
    const plan = await cli(['plan'], sections([ci(), ...MANY, fresh]))
    expect([plan.json.changes, plan.json.unmanaged]).toEqual([[], []])
  })
})

describe('a key that has leaked', () => {
  test('is refused at the end of one run; the new one works', async () => {
    const leaked = held()
    const run = await cli(['rotate', '--keys', 'ci', '--revoke'])
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result.ended).toEqual(['key ci: every one of before is ended'])
    expect(await asks(held())).toBe(200)
    // A worker remembers for a minute which keys it has seen.
    await expect.poll(() => asks(leaked), { timeout: 90_000, interval: 2_000 }).toBe(401)
  })
})

test('no value was seen by anybody', async () => {
  expect(values.size).toBeGreaterThan(8)
  expect(exposedIn(said, [...values])).toEqual([])
  expect(await exposedOn(deployed.lab, [...values])).toEqual([])
  expect(exposedIn(JSON.stringify(github.requests), [...values])).toEqual([])
  expect(exposedIn(JSON.stringify(await records()), [...values])).toEqual([])
})

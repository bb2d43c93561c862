import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { exposedIn } from '../story/canary.ts'
import { chat } from '../story/chat.ts'
import { runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { CLAUDE_3, gatewayFile, type Model } from '../story/gateway-file.ts'

/** What is declared of routing is what the providers see, and what somebody changes elsewhere is found. */
const SECOND_KEY = 'sk-canary-openai-second-5e8b2d'
const ENV = { ...KEYS, OPENAI_SECOND_API_KEY: SECOND_KEY }
const FIRST = {
  model_name: 'shared',
  litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY', temperature: 0.1 },
}
const SECOND = {
  model_name: 'shared',
  litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_SECOND_API_KEY' },
}
/** Its key is looked up with each request. */
const KEYLESS = { model_name: 'keyless', litellm_params: { model: 'openai/gpt-4' } }
const MODELS = [FIRST, SECOND, CLAUDE_3, KEYLESS]
const ROUTER = {
  routing_strategy: 'simple-shuffle',
  num_retries: 2,
  allowed_fails: 0,
  cooldown_time: 60,
  fallbacks: [{ shared: ['claude-3'] }],
}
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'routing-'))
})
afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})
beforeEach(() => deployed.lab.upstream.reset())

async function cli(
  command: 'plan' | 'sync',
  models: readonly Model[],
  env: Record<string, string> = ENV,
  further: object = {},
) {
  // So that somebody can add models in the UI; what is changed there is looked for every 30 s by default.
  const general_settings = { store_model_in_db: true, proxy_config_reload_interval_seconds: 3 }
  const more = { router_settings: ROUTER, general_settings, ...further }
  const text = gatewayFile(deployed.lab, { models, more })
  writeFileSync(join(folder, 'gateway.yaml'), text)
  return await runCli(folder, [command], { ...env, SSH_KEY: deployed.lab.host.privateKey })
}

const ask = () => chat(deployed.url, deployed.masterKey, 'shared')
const reached = (key: string) => deployed.lab.upstream.count({ provider: 'openai', kind: 'generate', key })

async function admin(path: string, body?: object): Promise<Response> {
  return await fetch(`${deployed.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${deployed.masterKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

test('two deployments under one name share the load', async () => {
  const sync = await cli('sync', MODELS)
  expect(sync.code, sync.stderr).toBe(0)
  for (let turn = 0; turn < 40; turn += 1) expect((await ask()).status).toBe(200)
  const shares = [await reached(KEYS.OPENAI_API_KEY), await reached(SECOND_KEY)]
  expect(shares[0]).toBeGreaterThan(5)
  expect(shares[1]).toBeGreaterThan(5)
  expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBe(40)
})

test('one that fails is left out, and the other answers', async () => {
  await deployed.lab.upstream.behave({ provider: 'openai', refuseKey: SECOND_KEY })
  for (let turn = 0; turn < 40; turn += 1) expect((await ask()).status).toBe(200)
  // Each of the workers may find out for itself.
  expect(await reached(SECOND_KEY)).toBeLessThanOrEqual(12)
  expect(await reached(KEYS.OPENAI_API_KEY)).toBe(40)
})

test('when both fail, the declared fallback answers', async () => {
  await deployed.lab.upstream.behave({ provider: 'openai', status: 500 })
  for (let turn = 0; turn < 8; turn += 1) expect((await ask()).status).toBe(200)
  expect(await deployed.lab.upstream.count({ provider: 'anthropic', kind: 'generate' })).toBe(8)
})

test('what somebody adds in the UI is told; a key that changed in the repository is found, and its value seen nowhere', async () => {
  const added = await admin('/model/new', {
    model_name: 'by-hand',
    litellm_params: { model: 'openai/gpt-4', api_key: 'sk-by-hand' },
    model_info: { id: 'by-hand' },
  })
  expect(added.status, await added.text()).toBe(200)
  const renewed = { ...ENV, OPENAI_SECOND_API_KEY: 'sk-canary-openai-third-9a1c' }
  const plan = await cli('plan', MODELS, renewed)
  expect(plan.json.changes).toEqual([
    expect.objectContaining({ kind: 'secret', action: 'update', name: 'OPENAI_SECOND_API_KEY' }),
  ])
  expect(plan.json.unmanaged).toContainEqual({
    kind: 'model',
    id: 'by-hand',
    detail: 'by-hand, added in the UI or by the API',
  })
  expect(exposedIn(plan.stdout + plan.stderr, [SECOND_KEY, renewed.OPENAI_SECOND_API_KEY])).toEqual([])
})

/** Asks often enough for each worker to answer; how often the provider was reached with each key. */
async function keysSeen(...keys: readonly string[]): Promise<number[]> {
  await deployed.lab.upstream.reset()
  for (let turn = 0; turn < 24; turn += 1)
    expect((await chat(deployed.url, deployed.masterKey, 'keyless')).status).toBe(200)
  return await Promise.all(keys.map(reached))
}

test('a key and a model changed in the UI are found, and the declared ones are served again', async () => {
  const UI_KEY = 'sk-canary-openai-by-hand-77c1'
  const ROW_KEY = 'sk-canary-openai-row-31fe'
  expect(await keysSeen(KEYS.OPENAI_API_KEY)).toEqual([24])
  const changed = await admin('/config/update', {
    environment_variables: { OPENAI_API_KEY: UI_KEY, SLACK_WEBHOOK_URL: 'https://hooks.example.com/T/B/x' },
    router_settings: { timeout: 123 },
  })
  expect(changed.status, await changed.text()).toBe(200)
  const { data } = (await (await admin('/model/info')).json()) as {
    data: { model_name: string; model_info: { id: string } }[]
  }
  const id = data.find(({ model_name }) => model_name === 'claude-3')?.model_info.id ?? ''
  const over = await admin('/model/new', {
    model_name: 'claude-3',
    litellm_params: { model: 'openai/gpt-4', api_key: ROW_KEY },
    model_info: { id },
  })
  expect(over.status, await over.text()).toBe(200)
  // Every worker takes it with its next look into the database.
  await expect
    .poll(() => keysSeen(UI_KEY, KEYS.OPENAI_API_KEY), { timeout: 90_000, interval: 2_000 })
    .toEqual([24, 0])

  const found = await cli('plan', MODELS)
  expect(found.code).toBe(2)
  const key = { kind: 'override', action: 'delete', section: 'environment_variables', name: 'OPENAI_API_KEY' }
  const model = { kind: 'override', action: 'delete', section: 'model_list', name: id }
  expect(found.json.changes).toEqual([expect.objectContaining(model), expect.objectContaining(key)])
  expect(found.json.unmanaged).toContainEqual({
    kind: 'setting',
    id: 'router_settings.timeout',
    detail: '123, set in the UI or by the API',
  })
  const env = { ...ENV, SSH_KEY: deployed.lab.host.privateKey }
  const imported = await runCli(folder, ['import', '--force'], env)
  expect(imported.json.imported).toContainEqual(
    expect.objectContaining({ path: 'router_settings.timeout', outcome: 'left-out' }),
  )
  // What serves the old list goes on while the new one is refused; the change is told until it has been made.
  const refused = { litellm_settings: { callbacks: 'no_such_module.handler' } }
  const failed = await cli('sync', MODELS, ENV, refused)
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('no_such_module')
  expect((await cli('plan', MODELS)).json.changes).toMatchObject([model, key])

  // Nor is a key put back that is dead by now.
  await deployed.lab.upstream.behave({ provider: 'openai', refuseKey: KEYS.OPENAI_API_KEY })
  const dead = await cli('sync', MODELS)
  expect(dead.code).toBe(1)
  expect(dead.stderr).toMatch(/refuses the new value of OPENAI_API_KEY \(openai\)/)
  await deployed.lab.upstream.reset()

  const sync = await cli('sync', MODELS)
  expect(sync.code, sync.stderr).toBe(0)
  expect(sync.json.applied).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
  expect(await keysSeen(UI_KEY, KEYS.OPENAI_API_KEY)).toEqual([0, 24])
  expect((await chat(deployed.url, deployed.masterKey, 'claude-3')).status).toBe(200)
  expect(await reached(ROW_KEY)).toBe(0)
  expect(await deployed.lab.upstream.count({ provider: 'anthropic', kind: 'generate' })).toBe(1)
  const after = await cli('plan', MODELS)
  expect(after.json.changes).toEqual([])
  expect(after.json.unmanaged).toContainEqual(expect.objectContaining({ id: 'value of SLACK_WEBHOOK_URL' }))
  const said = [found, failed, dead, sync, after].map(({ stdout, stderr }) => stdout + stderr).join()
  expect(exposedIn(said, [UI_KEY, ROW_KEY, KEYS.OPENAI_API_KEY])).toEqual([])
})

test('removing a parameter removes it from what is served', async () => {
  const served = async () => {
    const answer = await admin('/model/info')
    const { data } = (await answer.json()) as {
      data: { model_name: string; litellm_params: Record<string, unknown> }[]
    }
    return data
      .filter(({ model_name }) => model_name === 'shared')
      .map((one) => one.litellm_params.temperature)
  }
  expect(await served()).toContain(0.1)
  const { temperature: _, ...without } = FIRST.litellm_params
  const sync = await cli('sync', [{ ...FIRST, litellm_params: without }, SECOND, CLAUDE_3, KEYLESS])
  expect(sync.code, sync.stderr).toBe(0)
  expect((await served()).filter((value) => value !== undefined && value !== null)).toEqual([])
  const plan = await cli('plan', [{ ...FIRST, litellm_params: without }, SECOND, CLAUDE_3, KEYLESS])
  expect(plan.json.changes).toEqual([])
})

test('while every deployment is in cooldown, a corrected key is rolled out and serves at once', async () => {
  const wrong = {
    ...ENV,
    OPENAI_API_KEY: 'sk-canary-openai-wrong-21d0',
    OPENAI_SECOND_API_KEY: 'sk-canary-openai-wrong-8c4f',
  }
  // For longer than the test: only a rollout ends it.
  const router = { router_settings: { ...ROUTER, cooldown_time: 3_600, fallbacks: [] } }
  const broken = await cli('sync', MODELS, wrong, router)
  expect(broken.code, broken.stderr).toBe(0)
  await deployed.lab.upstream.behave({ provider: 'openai', status: 401 })
  for (let turn = 0; turn < 8; turn += 1) expect((await ask()).status).not.toBe(200)
  expect((await ask()).status).toBe(429)

  // It changes none of them: the probe meets what is in cooldown.
  const other = { ...CLAUDE_3, model_name: 'claude-other' }
  const beside = await cli('sync', [...MODELS, other], wrong, router)
  expect(beside.code, beside.stderr).toBe(0)
  expect((await ask()).status).toBe(429)

  await deployed.lab.upstream.reset()
  expect((await ask()).status).toBe(429)
  const corrected = await cli('sync', [...MODELS, other], ENV, router)
  expect(corrected.code, corrected.stderr).toBe(0)
  for (let turn = 0; turn < 8; turn += 1) expect((await ask()).status).toBe(200)
})

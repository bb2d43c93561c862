// Records what the programs on a lab host are asked and answer, which both sides of the contract then have to read. As root, when an
// answer has changed: npm run record
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BOOTSTRAP, BOOTSTRAP_UNIT } from '../../src/contract/wire.ts'
import { agentModules } from '../../src/host/agent-modules.ts'
import { hostBackupSettings } from '../../src/host/render.ts'
import {
  canary,
  chat,
  type DeployedGateway,
  deployInput,
  manifestFor,
  release,
  startGateway,
} from '../host/gateway.ts'

const FOLDER = join(import.meta.dirname, 'recorded')
const DOMAIN = 'llm.example.com'
const run = 'record'

/** How one start of a program went: its last line is the answer, those before it are events. */
interface Recorded {
  readonly program: string
  readonly question: unknown
  readonly answer: unknown
}

export async function record(): Promise<void> {
  const gateway = await startGateway()
  try {
    await use(gateway)
    rmSync(FOLDER, { recursive: true, force: true })
    mkdirSync(FOLDER)
    const counts = new Map<string, number>()
    for await (const recorded of all(gateway)) {
      const count = (counts.get(recorded.program) ?? 0) + 1
      counts.set(recorded.program, count)
      const name = count === 1 ? recorded.program : `${recorded.program}-${count}`
      writeFileSync(join(FOLDER, `${name}.json`), scrubbed(recorded, gateway))
      console.log(name)
    }
  } finally {
    await gateway.lab.stop()
  }
}

/** Something of all that the programs tell of: budgets of each kind, requests, a failure, a setting in the database. */
async function use(gateway: DeployedGateway): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) console.log(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
  }
  const budget = { max_budget: 5, budget_duration: '1mo' }
  const mark = { managed_by: 'litellm-gitops', managed_limits: ['max_budget', 'budget_duration'] }
  await post('/user/new', {
    user_id: 'alice',
    ...budget,
    tpm_limit: 100,
    metadata: mark,
    auto_create_key: false,
  })
  await post('/team/new', {
    team_id: 'data',
    team_alias: 'Data',
    ...budget,
    models: ['gpt-4'],
    rpm_limit: 60,
  })
  await post('/team/member_add', {
    team_id: 'data',
    member: { role: 'user', user_id: 'alice' },
    max_budget_in_team: 2,
  })
  await post('/customer/new', { user_id: 'customer-1', ...budget })
  await post('/key/generate', { key_alias: 'batch', user_id: 'alice', ...budget })
  await post('/tag/new', { name: 'research', models: [], ...budget })
  for (let count = 0; count < 3; count += 1) await chat(gateway, 'gpt-4')
  await chat(gateway, 'missing')
  // LiteLLM writes its log of requests in turns.
  await new Promise((resolve) => setTimeout(resolve, 15_000))
}

async function* all(gateway: DeployedGateway): AsyncGenerator<Recorded> {
  const { lab } = gateway
  const start = async (bootstrap: string, program: string, question: object, parts: readonly string[]) => {
    const head = JSON.stringify({ modules: agentModules(...parts), main: program })
    const { stdout, stderr } = await lab.exec(`python3 -I -B -c '${bootstrap}'`, {
      stdin: `${head}\n${JSON.stringify(question)}\n`,
      timeoutMs: 900_000,
    })
    const lines = stdout.trim().split('\n')
    if (lines[0] === '') throw new Error(`${program} answered nothing: ${stderr}`)
    return { program, question, answer: JSON.parse(lines.at(-1) ?? '') as unknown }
  }
  const ask = (program: string, question: object) => start(BOOTSTRAP, program, question, [program])
  const manifest = manifestFor(lab)
  const paths = ['/etc/caddy/Caddyfile', '/etc/postgresql/*/main/pg_hba.conf']
  const few = Object.fromEntries(Object.entries(manifest.files).filter(([path]) => paths.includes(path)))
  const question = {
    files: Object.fromEntries(
      paths.map((path) => [path, { sha256: '0'.repeat(64), mode: '0644', owner: 'root:root' }]),
    ),
    packages: manifest.packages,
    units: manifest.units,
    image: lab.image,
    secrets: { OPENAI_API_KEY: canary },
    budgets: { user: ['alice', 'bob'], member: [['data', 'alice']] },
    prices: ['openai/gpt-4', 'openai/unknown-to-litellm'],
    gateway: true,
  }
  const lease = { holder: 'somebody', run, ttlSeconds: 120 }
  yield await ask('observe', question)
  yield await ask('doctor', { ...question, doctor: true })
  const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)
  yield await ask('report', {
    ...question,
    gateway: false,
    report: { since: day(-1), until: day(1), zone: 'Europe/Berlin' },
  })
  yield await ask('lease', { action: 'acquire', ...lease })
  yield await ask('lease', { action: 'renew', ...lease })
  yield await ask('lease', { action: 'acquire', ...lease, run: 'another' })
  yield await ask('master_key', {})
  yield await ask('budget_metadata', { user: ['alice'], team: ['data'], tag: ['research'], key: [] })
  const { release: content, manifest: _, ...rest } = deployInput(lab)
  yield await ask('deploy', { ...rest, ...content, files: few, packages: manifest.packages, run })
  yield await ask('rollout', { release: content, probe: { models: ['gpt-4'] }, run })
  yield await ask('rollout', { release: release('gpt-4o'), probe: { models: ['gpt-4o'] }, run })
  yield await ask('rollback', { run })
  yield await ask('recover', { run })
  yield await ask('autofix', { run, close: ['/etc/litellm/salt_key'], start: ['caddy.service'] })
  yield await ask('autofix', { run, close: ['/etc/shadow'], start: [] })
  yield await ask('backup', { run, kind: 'manual' })
  yield await ask('verify', { run })
  yield await ask('drill', { run, targets: { rtoSeconds: 1800, rpoSeconds: 93_600 } })
  yield await ask('rehearse', { run, image: lab.image, prices: ['openai/gpt-4'] })
  yield await ask('export', { run })
  // Asked by people on the host, and by a deploy before migrations.
  const listing = { program: 'backups', input: {} }
  const listed = await start(BOOTSTRAP_UNIT, 'job_unit', listing, ['job_unit', 'backups'])
  yield { ...listed, program: 'backups', question: {} }
  const upgrade = { program: 'upgrade_backup', input: { run } }
  const taken = await start(BOOTSTRAP_UNIT, 'job_unit', upgrade, ['job_unit', 'upgrade_backup'])
  yield { ...taken, program: 'upgrade_backup', question: upgrade.input }
  yield await ask('restore', { run, scope: 'database', settings: hostBackupSettings(manifest) })
  yield await ask('restore', { run, scope: 'database', confirm: DOMAIN })
  yield await ask('restore', { run, undo: true })
  yield await ask('restore', { run, undo: true, confirm: DOMAIN })
  yield await ask('doctor', { ...question, doctor: true })
  yield await ask('key_records', {
    action: 'change',
    run,
    put: [
      {
        id: '0a1b2c3d',
        of: 'ci',
        alias: 'ci.new-0a1b2c3d',
        token: null,
        state: 'making',
        since: '2026-11-30T12:00:00Z',
        receivers: [{ name: 'example/app LITELLM_API_KEY', updatedAt: null }],
        graceSeconds: 86_400,
      },
    ],
    drop: [],
  })
  yield await ask('key_records', { action: 'read' })
  yield await ask('rotation_status', {})
  yield await ask('rotation', {
    action: 'begin',
    run,
    graceSeconds: 3600,
    distribute: 'virtual-key',
    limits: { models: ['gpt-4'] },
  })
  const targets = [{ name: 'example/consumer LITELLM_KEY', updatedAt: '2026-11-29T12:00:00Z' }]
  yield await ask('rotation', { action: 'noted', run, targets })
  yield await ask('rotation', { action: 'swap', run, targets: [] })
  yield await ask('rotation', { action: 'finish', run })
  yield await ask('rotation', { action: 'finish', run, now: true })
  yield await ask('rotation_status', {})
  yield await ask('rotation_made', { since: null })
  yield await ask('observe', { ...question, gateway: false, image: null })
  yield await ask('lease', { action: 'release', holder: 'somebody', run })
}

/** The text without any key. */
function scrubbed({ program, question, answer }: Recorded, { key }: DeployedGateway): string {
  return `${JSON.stringify({ program, question, answer }, undefined, 1)}\n`
    .replaceAll(key, 'sk-master')
    .replaceAll(canary, 'sk-provider')
    .replaceAll(/sk-[0-9a-f]{64}/g, 'sk-new')
}

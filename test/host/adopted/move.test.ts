import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from '../../lab/load/load.ts'
import { counted, FULL } from '../../lab/proof.ts'
import { until } from '../../lab/waiting.ts'
import { type CliRun, runCli } from '../../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../../story/deployed-lab.ts'
import { gatewayFile } from '../../story/gateway-file.ts'
import {
  FOLDER,
  GATEWAY,
  type OldGateway,
  oldKey,
  oldSql,
  oldState,
  startOldCompose,
  told,
} from './old-compose.ts'

// An old gateway of compose on one machine, the new one on another; only SSH leads to both.

const DOMAIN = 'llm.example.com'
const SIZE = FULL ? { keys: 200, teams: 20, rows: 100_000 } : { keys: 12, teams: 3, rows: 3000 }

let fresh: DeployedLab
let old: OldGateway
let folder: string
let way: Server
/** The new gateway, as the old machine reaches it. */
let target: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'move-'))
  fresh = await startDeployedLab()
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(fresh.lab, { budgets: [] }))
  old = await startOldCompose(SIZE)
  // The lab's machines reach nobody but this one.
  way = createServer((socket) => {
    const onward = connect(4000, fresh.lab.host.address)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((listening) => way.listen(0, old.lab.runnerAddress, listening))
  target = `http://${old.lab.runnerAddress}:${(way.address() as AddressInfo).port}`
}, 900_000)
afterAll(async () => {
  way?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await old?.lab.stop()
  await fresh?.lab.stop()
})

const at = (path = '', user = 'debian') => `ssh://${user}@${old.lab.host.address}:${old.lab.host.port}${path}`
/** What a person sees on a terminal. */
async function shown(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const { host } = old.lab
  const known = {
    OLD_SSH_KEY: host.privateKey,
    OLD_HOST_KEY: host.hostKey,
    SSH_KEY: fresh.lab.host.privateKey,
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../dist/cli.js'), ...args], {
    cwd: folder,
    env: { ...KEYS, ...known, ...env, PATH: process.env.PATH ?? '' },
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await new Promise((ended) => child.on('close', ended))
  for (const secret of old.secrets) expect(said).not.toContain(secret)
  console.log(said)
}
const seen = (run: CliRun) => `${run.stdout}${run.stderr}`

async function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliRun> {
  const { host } = old.lab
  const known = { OLD_SSH_KEY: host.privateKey, OLD_HOST_KEY: host.hostKey }
  const run = await runCli(folder, args, { ...KEYS, SSH_KEY: fresh.lab.host.privateKey, ...known, ...env })
  for (const secret of old.secrets) expect(seen(run)).not.toContain(secret)
  return run
}

describe('import --data ssh://', () => {
  test('says what would come, and changes nothing', async () => {
    const before = await oldState(old)
    await shown(['import', '--data', at()])
    const run = await cli(['import', '--data', at()])
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result).toMatchObject({
      outcome: 'planned',
      content: {
        keys: { count: SIZE.keys },
        teams: { count: SIZE.teams },
        credentials: { names: ['stored'] },
      },
      secrets: { role: 'salted', total: 1, dead: [] },
      master: 'taken',
    })
    const spend = Number(await oldSql(old, 'SELECT sum(spend) FROM "LiteLLM_SpendLogs"'))
    expect(run.json.result.content.spend).toBeCloseTo(spend, 6)
    expect(await oldState(old)).toBe(before)
  })

  test('is a backup that is proven like any other', async () => {
    const before = await oldState(old)
    const run = await cli(['import', '--data', at(`${FOLDER}/`), '--confirm', DOMAIN])
    expect(run.code, run.stderr).toBe(0)
    console.log(run.stderr)
    const { snapshot } = run.json.result
    expect(await oldState(old)).toBe(before)
    const proof = await cli(['verify', '--backup', snapshot])
    expect(proof.json.result, proof.stderr).toMatchObject({ ok: true, level: 'L6' })
  })

  test('names every error, and what to do', async () => {
    const on = told(old.lab)
    const said = async (args: readonly string[], env: Record<string, string> = {}) => {
      const run = await cli(['import', '--data', ...args], env)
      expect(run.code).not.toBe(0)
      console.log(run.stderr.trim())
      return run.stderr
    }
    expect(await said([at()], { OLD_HOST_KEY: '' })).toContain('No host key was given')
    expect(await said([at()], { OLD_HOST_KEY: fresh.lab.host.hostKey })).toContain('shows the host key')
    expect(await said([at('/opt/other')])).toMatch(
      /No LiteLLM of a compose project in \/opt\/other.*Found: litellm in \/opt\/llm/,
    )
    await on(
      'useradd -m -s /bin/sh guest; install -d -m 700 -o guest ~guest/.ssh; install -m 600 -o guest ~debian/.ssh/authorized_keys ~guest/.ssh/',
    )
    expect(await said([at('', 'guest')])).toMatch(/sudo -n podman.*Connect as root/)
    const image = await on(`podman inspect --format '{{.ImageName}}' litellm_redis_1`)
    await on(
      `podman run -d --name second --label com.docker.compose.project=second --label com.docker.compose.project.working_dir=/opt/second -e LITELLM_MASTER_KEY=sk-x --entrypoint sleep ${image} 999`,
    )
    expect(await said([at()])).toMatch(/Several.*litellm in \/opt\/llm.*second in \/opt\/second/)
    expect(await said([at('/opt/second')])).toContain('has no DATABASE_URL')
    await on('podman rm -f -t 0 second; userdel -rf guest >/dev/null 2>&1 || true')
    expect(await on(`podman inspect --format '{{.State.Running}}' ${GATEWAY}`)).toBe('true')
  })
})

const newSql = (text: string) => told(fresh.lab)('runuser -u postgres -- psql -X -qAt -d litellm', text)

async function chat(url: string, key: string): Promise<number> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: `hello ${Math.random()}` }] }),
  })
  await answer.text()
  return answer.status
}

/** Of somebody's program: requests in the log, what they cost, and what its key has spent. */
const SPENT = `SELECT count(*) || ' ' || coalesce(sum(l.spend), 0)::numeric(12, 6) || ' ' || max(v.spend)::numeric(12, 6)
  FROM "LiteLLM_VerificationToken" v JOIN "LiteLLM_SpendLogs" l ON l.api_key = v.token WHERE v.key_alias = 'program 1'`
const SUMS = `SELECT count(*) || ' ' || sum(spend)::numeric(12, 6) FROM "LiteLLM_SpendLogs" WHERE request_id LIKE 'old-%'`

describe('move', () => {
  const args = () => ['move', '--data', at(), '--url', target]
  const KEY = { OLD_VIRTUAL_KEY: oldKey(1) }

  test('says before how long the gap will be, and refuses what could not work, while the old gateway serves', async () => {
    const before = await oldState(old)
    await shown(args(), KEY)
    const run = await cli(args(), KEY)
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result).toMatchObject({ outcome: 'planned', forwards: true })
    const nowhere = await cli(['move', '--data', at(), '--url', 'http://192.0.2.1:9'], KEY)
    expect(nowhere.stderr).toContain('The new gateway is not reached from')
    const wrong = await cli(args(), { OLD_VIRTUAL_KEY: 'sk-of-nobody' })
    expect(wrong.stderr).toContain('does not serve the key in OLD_VIRTUAL_KEY (401)')
    expect((await cli([...args(), '--undo'])).stderr).toContain('no move to this host to undo')
    expect(await oldState(old)).toBe(before)
  })

  test('under load: every key goes on, nothing that was spent is lost, the plan is empty', async ({
    task,
  }) => {
    const load = await startLoad({
      url: old.url,
      key: oldKey(1),
      plain: { model: 'gpt-4', pauseMs: 200 },
      timeoutMs: 60_000,
    })
    await until('No request was served', async () => (await load.progress()).requests > 30, {
      withinMs: 60_000,
    })
    const run = await cli([...args(), '--confirm', DOMAIN], KEY)
    console.log(run.stderr)
    expect(run.code, run.stderr).toBe(0)
    const after = (await load.progress()).requests
    const through = async () => (await load.progress()).requests > after + 30
    await until('No request came through', through, { withinMs: 60_000 })
    const report = await load.stop()
    const { gapSeconds, estimatedSeconds, steps } = run.json.result
    const reasons = Object.entries(report.reasons)
    const times = reasons.flatMap(([, { first, last }]) => [first, last])
    const refusedFor = times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000
    const silent = report.silenceMs / 1000
    counted(
      task,
      `gap ${gapSeconds} s (said ${estimatedSeconds}); clients: ${silent.toFixed(1)} s without an answer, ${report.failed} of ${report.requests} requests failed within ${refusedFor.toFixed(1)} s; ${JSON.stringify(steps)}`,
    )
    console.log(JSON.stringify({ ...report, failures: report.failures.slice(0, 3) }))
    // Refused while the old container ends, and never cut: nothing but connections that were not made, and none of them later.
    expect(reasons.map(([reason]) => reason.split(' ')[0])).toEqual(reasons.map(() => 'connection'))
    expect(refusedFor).toBeLessThan(steps.hold + 1)
    expect(silent).toBeLessThan(gapSeconds + 5)
    for (let number = 1; number <= SIZE.keys; number++) expect(await chat(old.url, oldKey(number))).toBe(200)
    expect(await chat(fresh.url, old.master)).toBe(200)
    expect(await newSql(SUMS)).toBe(await oldSql(old, SUMS))
    const served = report.requests - report.failed + 1
    const logged = async () => Number((await newSql(SPENT)).split(' ')[0])
    await until('Spend is missing', async () => (await logged()) >= served, { withinMs: 90_000 }).catch(
      async (cause) => {
        throw new Error(`${served} served; old: ${await oldSql(old, SPENT)}, new: ${await newSql(SPENT)}`, {
          cause,
        })
      },
    )
    await until('A key and its log differ', async () => /^\d+ (\S+) \1$/.test(await newSql(SPENT)), {
      withinMs: 60_000,
    })
    expect(await logged()).toBe(served)
    const plan = await cli(['plan'])
    expect(plan.json.changes, plan.stderr).toEqual([])
    expect((await cli([...args(), '--confirm', DOMAIN])).stderr).toContain('was moved here already')
  })

  test('goes back: the old gateway is as it was, and what it does not know of is said', async () => {
    const asked = await cli([...args(), '--undo'])
    expect(asked.json.result).toMatchObject({ outcome: 'planned' })
    await shown([...args(), '--undo'])
    const run = await cli([...args(), '--undo', '--confirm', DOMAIN])
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result.live.requests).toBeGreaterThan(SIZE.keys)
    expect(await chat(old.url, oldKey(2))).toBe(200)
    expect(await told(old.lab)('podman ps --all --format "{{.Names}}"')).not.toContain('forward')
  })

  test.runIf(FULL).each(['hold …', 'copy …', 'restore …', 'open …'])(
    'that is killed at "%s" is finished by the next run',
    async (line) => {
      await killedAt(line)
      const run = await cli([...args(), '--confirm', DOMAIN], KEY)
      expect(run.code, run.stderr).toBe(0)
      expect(await chat(old.url, oldKey(3))).toBe(200)
      expect((await cli([...args(), '--undo', '--confirm', DOMAIN])).code).toBe(0)
      expect(await chat(old.url, oldKey(3))).toBe(200)
    },
    900_000,
  )

  async function killedAt(line: string): Promise<void> {
    const { host } = old.lab
    const env = { ...KEYS, ...KEY, PATH: process.env.PATH ?? '', SSH_KEY: fresh.lab.host.privateKey }
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../../dist/cli.js'), ...args(), '--confirm', DOMAIN],
      { cwd: folder, env: { ...env, OLD_SSH_KEY: host.privateKey, OLD_HOST_KEY: host.hostKey } },
    )
    let said = ''
    await new Promise<void>((resolve) => {
      const heard = (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes(line)) child.kill('SIGKILL')
      }
      child.stderr.on('data', heard)
      child.stderr.on('data', heard)
      child.on('close', () => resolve())
    })
    expect(said).toContain(line)
  }
})

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PLAN_USER } from '../../src/contract/names.ts'
import { deploy } from '../../src/host/deploy.ts'
import { observe, observeForDoctor } from '../../src/host/observe.ts'
import { connect, type Session } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/** Whoever has the key of pull requests asks as much, as slowly and as badly as they can: the gateway serves on, and others are answered. */
let gateway: DeployedGateway
let keyFile: string
let uid: string

beforeAll(async () => {
  gateway = await startGateway()
  const { lab } = gateway
  keyFile = join(lab.dir, 'plan-key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile])
  writeFileSync(join(lab.dir, 'known_hosts'), `${lab.host.address} ${lab.host.hostKey}\n`)
  const own = await open(lab)
  const manifest = manifestFor(lab, { planKey: readFileSync(`${keyFile}.pub`, 'utf8') })
  await deploy(own, { ...deployInput(lab), manifest })
  own.close()
  uid = await said(`id -u ${PLAN_USER}`)
})
afterAll(async () => await gateway?.lab.stop())

async function said(command: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command)
  expect(code, stderr).toBe(0)
  return stdout.trim()
}

async function readOnly(): Promise<Session> {
  const { host } = gateway.lab
  return await connect({
    ...host,
    host: host.address,
    user: PLAN_USER,
    privateKey: readFileSync(keyFile, 'utf8'),
    readOnly: true,
    logger: createRecordingLogger(),
  })
}

function ssh(): ChildProcess {
  const child = spawn('ssh', [
    ...[
      '-F',
      'none',
      '-i',
      keyFile,
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'BatchMode=yes',
      '-o',
      'LogLevel=ERROR',
    ],
    ...['-o', `UserKnownHostsFile=${join(gateway.lab.dir, 'known_hosts')}`, '-o', 'ControlPath=none'],
    `${PLAN_USER}@${gateway.lab.host.address}`,
    'observe',
  ])
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {})
  return child
}

/** Prints what has not ended of what the key's program began. */
const LEFT = `pgrep -f '[l]itellm-gitops/observe'; systemctl list-units --no-legend --plain 'run-*.scope'; true`

interface Answer {
  readonly result?: Record<string, unknown>
  readonly error?: { code: string; message: string; data: Record<string, unknown> }
}

/** What the host answers to the bytes; the input ends only when the answer is there. */
async function ask(bytes: string): Promise<Answer> {
  const child = ssh()
  child.stdin?.write(bytes)
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  await new Promise((resolve) => child.once('close', resolve))
  return JSON.parse(text) as Answer
}

const question = (more: object = {}) =>
  `${JSON.stringify({ files: {}, packages: [], units: [], image: null, secrets: {}, budgets: {}, prices: [], gateway: false, ...more })}\n`

describe('what the read-only key may take', () => {
  // A lab's kernel may lack the controllers: what is asserted is what systemd was told, and where the processes are.
  it('is limited for all of its connections, and for the one answer that is made', async () => {
    const shown = async (unit: string) =>
      (await said(`systemctl show -p MemoryMax,MemorySwapMax,TasksMax,CPUWeight,CPUQuotaPerSecUSec ${unit}`))
        .split('\n')
        .sort()
    const open = await readOnly()
    await observe(open, { gateway: false })
    expect(await shown(`user-${uid}.slice`)).toEqual([
      'CPUQuotaPerSecUSec=1s',
      'CPUWeight=20',
      `MemoryMax=${384 * 1024 ** 2}`,
      'MemorySwapMax=0',
      'TasksMax=256',
    ])
    open.close()
    expect(await shown('litellmplan.slice')).toEqual([
      'CPUQuotaPerSecUSec=infinity',
      'CPUWeight=20',
      `MemoryMax=${512 * 1024 ** 2}`,
      'MemorySwapMax=0',
      'TasksMax=160',
    ])
  })

  it('is one session a connection, and nothing else changed for other accounts', async () => {
    const of = async (user: string) => await said(`sshd -T -C user=${user},host=x,addr=127.0.0.1 | sort`)
    expect(await of(PLAN_USER)).toMatch(/^maxsessions 1$/m)
    const changed = async () => (await of('debian')).split('\n')
    const now = await changed()
    await said('mv /etc/ssh/sshd_config.d/00-litellm-plan.conf /root/')
    expect(await changed()).toEqual(now)
    await said('mv /root/00-litellm-plan.conf /etc/ssh/sshd_config.d/')
  })

  it('is answered by a process in a slice of its own, which holds what the answer starts', async () => {
    const asked = ask(question({ gateway: true }))
    const found = await gateway.lab.exec(
      `for turn in $(seq 200); do
         for pid in $(pgrep -u root -f '^/usr/bin/python3 -IB /usr/local/lib/litellm-gitops/observe answer$'); do
           grep ^0:: /proc/$pid/cgroup && exit
         done; sleep 0.05
       done; exit 1`,
    )
    expect(found.stdout).toMatch(/^0::\/litellmplan\.slice\/run-.*\.scope$/m)
    expect(await asked).toHaveProperty('result.gateway.healthy', true)
  })

  it('is enough for 10,000 budgets, and for members of teams with long ids', async () => {
    const user = Array.from({ length: 5_000 }, (_, n) => `somebody.with.a.long.name.${n}@example.com`)
    const member = user.map((id) => ['8d8b2c3e-7a51-4d6b-9b1f-0c5a6a1f2e3d', id])
    const answer = await ask(question({ gateway: true, budgets: { user, member } }))
    expect(answer).toHaveProperty('result.gateway.healthy', true)
  })

  it('is a question that comes within seconds, and no longer than it may be', async () => {
    expect(await ask('{"files": ')).toMatchObject({ error: { code: 'slow' } })
    expect(await ask(`[${'{},'.repeat(2_800_000)}{}]\n`)).toMatchObject({ error: { code: 'request' } })
  })

  it('is doctor and report twice a minute; a client waits that long', async () => {
    const first = await readOnly()
    const began = performance.now()
    await observeForDoctor(first, { gateway: false })
    first.close()
    const refused = await ask(question({ doctor: true }))
    expect(refused).toMatchObject({ error: { code: 'busy' } })
    expect(refused.error?.data.seconds).toBeGreaterThan(15)
    expect(
      await ask(question({ report: { since: '2026-01-01', until: '2026-01-02', zone: 'UTC' } })),
    ).toHaveProperty('result.groups')
    // What a plan asks is answered all the time.
    expect(await ask(question())).toHaveProperty('result.differs')
    const second = await readOnly()
    await observeForDoctor(second, { gateway: false })
    second.close()
    expect(performance.now() - began).toBeGreaterThan(30_000)
  })
})

describe('an answer that takes too long', () => {
  const OBSERVER = '/usr/local/lib/litellm-gitops/observe'
  const LOCK = `runuser -u postgres -- psql -q -d litellm -c 'BEGIN; LOCK TABLE "LiteLLM_Config"; SELECT pg_sleep(60)' >/dev/null 2>&1 &`
  afterEach(async () => await said(`pkill -u postgres -f '[L]OCK TABLE' || true; sleep 1`))
  afterAll(async () => await said(`mv /root/observe ${OBSERVER} || true`))

  it('leaves no statement behind in the server: each has its time', async () => {
    await said(LOCK)
    await sleep(1_000)
    const began = performance.now()
    await ask(question({ gateway: true }))
    expect(performance.now() - began).toBeLessThan(35_000)
    // LiteLLM itself, which comes by TCP, may wait there.
    const waiting = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND client_addr IS NULL`
    expect(await said(`runuser -u postgres -- psql -At -c "${waiting}"`)).toBe('0')
  })

  it('is ended with every process that was started for it', async () => {
    await said(`cp -p ${OBSERVER} /root/observe; sed -i 's/^MOST_SECONDS = .*/MOST_SECONDS = 4/' ${OBSERVER}`)
    await said(LOCK)
    await sleep(1_000)
    const began = performance.now()
    expect(await ask(question({ gateway: true }))).toMatchObject({ error: { code: 'too-long' } })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(await said(LEFT)).toBe('')
  })
})

describe('a flood by the read-only key', () => {
  const SECONDS = 45
  const BOMB = `[${'{},'.repeat(2_796_000)}{}]\n`
  /** What each of the clients does again and again. */
  const CLIENTS: readonly (() => Promise<unknown>)[] = [
    ...Array.from({ length: 6 }, () => () => ask(BOMB)),
    // Under what is taken as it comes, and so it is parsed.
    ...Array.from({ length: 6 }, () => () => ask(`[${'{},'.repeat(690_000)}{}]\n`)),
    ...Array.from({ length: 6 }, () => () => ask('{"files": {}, "packages"')),
    ...Array.from({ length: 4 }, () => () => ask(question({ doctor: true }))),
    ...Array.from({ length: 4 }, () => () => ask(question({ gateway: true }))),
  ]

  /** sshd itself drops connections at random while many are being opened (MaxStartups), which takes no key at all. */
  async function patiently(): Promise<Session> {
    for (;;) {
      const session = await readOnly().catch(() => undefined)
      if (session !== undefined) return session
      await sleep(500)
    }
  }

  it('costs no request, memory within its limits, and others are answered', async ({ task }) => {
    const { lab, url, key } = gateway
    const load = await startLoad({ url, key, clients: 2, plain: { model: 'gpt-4', pauseMs: 500 } })
    const peak = lab.exec(memoryOf(uid, SECONDS), { timeoutMs: (SECONDS + 60) * 1000 })
    const until = performance.now() + SECONDS * 1000
    let asked = 0
    const flood = CLIENTS.map(async (client) => {
      while (performance.now() < until) {
        await client().catch(() => {})
        asked += 1
      }
    })
    const seen: number[] = []
    while (performance.now() < until - 5_000) {
      const began = performance.now()
      const other = await patiently()
      const { gateway: found } = await observe(other, {})
      other.close()
      expect(found?.healthy).toBe(true)
      seen.push((performance.now() - began) / 1000)
    }
    await Promise.all(flood)
    const report = await load.stop()
    const { waiting, answering } = JSON.parse((await peak).stdout) as { waiting: number; answering: number }
    counted(
      task,
      `${asked} questions of ${CLIENTS.length} clients in ${SECONDS} s, at most ${waiting} MiB waiting and ${answering} MiB answering; ` +
        `another client was answered ${seen.length} times, after ${Math.max(...seen).toFixed(1)} s at most; ` +
        `${report.requests} requests, ${report.failed} failed`,
    )
    expect(report.failures).toEqual([])
    expect(report.requests).toBeGreaterThan(20)
    expect(seen.length).toBeGreaterThan(0)
    expect(waiting).toBeLessThan(384)
    expect(answering).toBeLessThan(512)
  })

  it('leaves nothing behind', async () => {
    await expect.poll(async () => await said(LEFT), { timeout: 60_000, interval: 1_000 }).toBe('')
  })
})

/** Prints the most MiB (PSS) that the account's processes had together, those that wait and those that answer. */
function memoryOf(account: string, seconds: number): string {
  return `python3 - <<'END'
import json, os, time
peak = {"waiting": 0, "answering": 0}
until = time.monotonic() + ${seconds}
while time.monotonic() < until:
    now = {"waiting": 0, "answering": 0}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            group = next(line for line in open(f"/proc/{pid}/cgroup") if line.startswith("0::"))
            who = "waiting" if "/user-${account}.slice" in group else "answering" if "/litellmplan.slice" in group else None
            if who:
                now[who] += next(int(line.split()[1]) for line in open(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    peak = {who: max(peak[who], now[who]) for who in peak}
    time.sleep(0.2)
print(json.dumps({who: kib // 1024 for who, kib in peak.items()}))
END`
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drillBackup, restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import type { HostEvent } from '../../src/contract/wire.ts'
import { HostProgramError } from '../../src/host/errors.ts'
import { observe, observeForDoctor, observeUsage } from '../../src/host/observe.ts'
import { beginRotation, finishRotation, swapKeys } from '../../src/host/rotation.ts'
import { connect, type RunOptions, type Session } from '../../src/host/session.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { leftovers } from './backup-data.ts'
import { chat, type DeployedGateway, manifestFor, startGateway } from './gateway.ts'

/**
 * Somebody who runs code in LiteLLM's container, with its database password and its environment, does there what they can while the host
 * does the work of a day. What runs there is test/host/intruder. Nothing outside of the container may come of it, no program may break
 * by it in a way that nobody foresaw, none may wait for ever, and no secret of the host may get in.
 */
const run = 'test'
const PLACE = '/run/intruder'
const INVENTORY = readFileSync(join(import.meta.dirname, 'intruder/inventory.py'), 'utf8')
let gateway: DeployedGateway
let session: Session
const logger = createRecordingLogger()
/** What a day's work of the host makes and changes, and a rotation. */
const EXPECTED = new RegExp(
  `^(${[
    '/etc/litellm/(env|master_key|config\\.yaml|(slots|releases|rotation)(/.*)?)',
    '/var/lib/litellm-gitops(/.*)?',
    '/var/(backups/litellm|cache/litellm-gitops-restic)(/.*)?',
    // Who owns the servers' own files, which come and go; before the first backup Redis had written none of a kind.
    '(postgresql|redis): (?<server>\\d+):\\k<server> [d-]rw.------?-?-?',
  ].join('|')})$`,
)
/** What systemd starts when it is asked, and the test's own connection. */
const OWN = /\/usr\/lib\/systemd\/systemd-|\/user-1000\.slice\/|intruder/
/** What the runner has seen and could print. */
const seen: string[] = []
const table: { readonly what: string; readonly seconds: string; readonly how: string }[] = []
let canaries: Record<string, string>
let before: Inventory

interface Inventory {
  readonly files: Readonly<Record<string, string>>
  readonly processes: readonly string[]
  readonly sockets: readonly string[]
}

async function must(command: string, stdin?: string): Promise<string> {
  const options = stdin === undefined ? {} : { stdin }
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000, ...options })
  expect(code, `${command}\n${stdout}\n${stderr}`).toBe(0)
  return stdout.trim()
}

beforeAll(async () => {
  gateway = await startGateway()
  const { host } = gateway.lab
  session = await connect({ ...host, host: host.address, logger })
  const archive = join(gateway.lab.dir, 'i.pyz')
  execFileSync('python3', ['-m', 'zipapp', join(import.meta.dirname, 'intruder'), '-o', archive])
  await must(`mkdir -m 700 ${PLACE}; base64 -d > ${PLACE}/i.pyz`, readFileSync(archive, 'base64'))
  // By systemd, and so beside all that the test itself starts: enters each container of LiteLLM's that runs, again when it was replaced.
  await must(`cat > ${PLACE}/enter`, ENTER)
  await must(
    `install -m 600 /dev/stdin /root/canary <<< canary-of-root-$RANDOM$RANDOM; install -m 640 -g shadow /root/canary /etc/canary-shadow
     install -d -m 755 /etc/cron.d /etc/sudoers.d /etc/systemd/system /root/.ssh`,
  )
  canaries = JSON.parse(
    await must(`python3 -c '
import json, pathlib
places = ["/root/canary", "/etc/canary-shadow", "/etc/litellm/backup_password", "/etc/litellm/postgres_owner_password",
  "/var/lib/litellm-gitops/fingerprint.key", "/etc/ssh/ssh_host_ed25519_key"]
texts = {place: pathlib.Path(place).read_bytes() for place in places}
print(json.dumps({place: (text.hex() if b"\\0" in text or max(text) > 127 else text.decode().strip().split("\\n")[-2 if b"\\n-----END" in text else 0]) for place, text in texts.items()}))'`),
  ) as Record<string, string>
  before = await inventory()
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const ENTER = `#!/bin/bash
# PHASE SECONDS: until the time is over, in every container of LiteLLM's.
end=$((SECONDS + $2))
while [ $SECONDS -lt $end ] && [ ! -e ${PLACE}/stop ]; do
  for name in $(podman ps --format '{{.Names}}' | grep -x -e litellm -e litellm-standby); do
    if ! [ -e ${PLACE}/in-$name ]; then
      touch ${PLACE}/in-$name
      (podman exec -i $name sh -c 'cat > /tmp/i.pyz; rm -f /tmp/stop; exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" /tmp/i.pyz "$@"' i \\
        $1 $((end - SECONDS)) < ${PLACE}/i.pyz >> ${PLACE}/loot 2>&1; sleep 0.5; rm -f ${PLACE}/in-$name) &
    fi
  done
  sleep 0.3
done
wait
`

/** Does `work` while the intruder is in that phase. */
async function during(phase: string, seconds: number, work: () => Promise<void>): Promise<void> {
  await must(
    `rm -f ${PLACE}/stop ${PLACE}/in-*; systemd-run -q --collect --unit=intruder bash ${PLACE}/enter ${phase} ${seconds}
     for turn in $(seq 300); do grep -qsa 'at work: ${phase}' ${PLACE}/loot && exit 0; sleep 0.1; done; tail -n 20 ${PLACE}/loot; exit 1`,
  )
  try {
    await work()
  } finally {
    await must(
      `touch ${PLACE}/stop; for name in litellm litellm-standby; do podman exec $name touch /tmp/stop 2>/dev/null || true; done
       for turn in $(seq 150); do systemctl is-active -q intruder || break; sleep 0.1; done; systemctl stop intruder 2>/dev/null || true`,
    )
  }
}

async function inventory(): Promise<Inventory> {
  return JSON.parse(await must('python3 -IB -', INVENTORY)) as Inventory
}

/**
 * Runs one program of the host to its end: a result, or an error that was foreseen, within its time. The limits are for a machine that
 * does much else; on a quiet one a fifth is enough.
 */
async function ends(
  what: string,
  limit: number,
  work: (options: RunOptions) => Promise<unknown>,
): Promise<unknown> {
  const began = performance.now()
  const options: RunOptions = {
    timeoutMs: limit * 1500,
    onEvent: (event) => {
      seen.push(JSON.stringify(event))
      if (event.event === 'step' && event.state !== 'start' && (event.seconds ?? 0) > 5) slow.push(event)
    },
  }
  const slow: HostEvent[] = []
  let how = 'done'
  let result: unknown
  try {
    result = await work(options)
    seen.push(JSON.stringify(result))
  } catch (error) {
    if (!(error instanceof HostProgramError)) throw new Error(`${what} broke`, { cause: error })
    seen.push(JSON.stringify([error.code, error.message, error.log, error.data]))
    how = `${error.code}: ${error.message}`
    expect(error.code, `${what}: ${how}\n${error.log.join('\n')}`).not.toBe('bug')
    expect(error.log.join('\n'), what).not.toContain('Traceback')
  }
  const seconds = (performance.now() - began) / 1000
  table.push({ what, seconds: seconds.toFixed(1), how: how.slice(0, 300) })
  console.log(what, seconds.toFixed(1), how.slice(0, 500), ...slow.map((event) => JSON.stringify(event)))
  expect(seconds, what).toBeLessThan(limit)
  // A part of an answer that could not be read for a reason that nobody foresaw.
  expect(JSON.stringify(result ?? null), what).not.toMatch(/[A-Z]\w+(Error|Exception) in [\w/.<>-]+:\d+/)
  return result
}

const looks = {
  plan: (options: RunOptions) =>
    observe(
      session,
      {
        manifest: manifestFor(gateway.lab),
        image: gateway.lab.image,
        secrets: {},
        prices: ['openai/gpt-4'],
        owners: [{ subject: 'user', id: '::stop-commands::x' }],
      },
      options,
    ),
  doctor: (options: RunOptions) =>
    observeForDoctor(session, { manifest: manifestFor(gateway.lab), image: gateway.lab.image }, options),
  report: (options: RunOptions) =>
    observeUsage(session, { since: '2026-01-01', until: '2027-01-01', zone: 'Europe/Berlin' }, options),
}

async function look(phase: string, limit: number): Promise<void> {
  await Promise.all(Object.entries(looks).map(([name, work]) => ends(`${phase}: ${name}`, limit, work)))
}

const targets = { rtoSeconds: 600, rpoSeconds: 86_400 }

describe('an intruder in the container, for a day', () => {
  it('writes what it likes where it may, and the day goes on', async () => {
    await during('rows', 550, async () => {
      await look('rows', 90)
      await ends('rows: backup', 120, (options) => takeBackup(session, { run }, options))
      await ends('rows: verify', 240, (options) => verifyBackup(session, { run }, options))
      await ends('rows: drill', 240, (options) => drillBackup(session, { run, targets }, options))
      await ends('rows: restore plan', 90, (options) => restoreBackup(session, { run }, options))
      const begun = await ends('rows: rotate', 60, (options) =>
        beginRotation(session, { run, graceSeconds: 60, distribute: 'master-key', limits: {} }, options).then(
          ({ rotation }) => rotation,
        ),
      )
      if (begun !== undefined) {
        await ends('rows: swap', 240, (options) => swapKeys(session, { run, targets: [] }, options))
        await ends('rows: finish', 60, (options) => finishRotation(session, { run, now: true }, options))
      }
    })
  })

  it('holds locks', async () => {
    await during('locks', 200, async () => {
      await Promise.all([
        look('locks', 90),
        ends('locks: backup', 90, (options) => takeBackup(session, { run }, options)),
        ends('locks: restore plan', 90, (options) => restoreBackup(session, { run }, options)),
      ])
    })
  })

  it('holds connections', async () => {
    await during('connections', 200, async () => {
      await look('connections', 40)
      await ends('connections: backup', 40, (options) => takeBackup(session, { run }, options))
    })
  })

  it('answers in the place of Redis', async () => {
    await during('redis', 200, async () => {
      for (let turn = 0; turn < 2; turn++) await ends(`redis ${turn}: doctor`, 60, looks.doctor)
      await ends('redis: backup', 60, (options) => takeBackup(session, { run }, options))
    })
  })

  it('answers in the place of LiteLLM', async () => {
    await must(
      `nft -f - <<< 'table ip intruder { chain out { type nat hook output priority -100; ip daddr 127.0.0.1 tcp dport 4001 redirect to :4999; }; }'`,
    )
    await during('http', 300, async () => {
      for (let turn = 0; turn < 4; turn++) await ends(`http ${turn}: plan`, 70, looks.plan)
      await ends('http: rotate', 60, (options) =>
        beginRotation(session, { run, graceSeconds: 60, distribute: 'master-key', limits: {} }, options).then(
          ({ rotation }) => rotation,
        ),
      )
    })
    await must('nft delete table ip intruder')
  })

  it('stores settings of its own', async () => {
    await during('late', 10, async () => {
      await look('late', 40)
      await ends('late: rotate', 60, (options) =>
        beginRotation(session, { run, graceSeconds: 60, distribute: 'master-key', limits: {} }, options).then(
          ({ rotation }) => rotation,
        ),
      )
    })
  })

  it('has gained nothing outside', async () => {
    console.table(table)
    const loot = await must(`cat ${PLACE}/loot`)
    console.log(
      loot
        .split('\n')
        .filter((line) => /^(done|rows|locks|connections|redis|http): /.test(line))
        .join('\n')
        .slice(0, 5000),
    )
    expect([...new Set(loot.split('\n').filter((line) => line.startsWith('done: ')))]).toEqual([])
    const printed = [...seen, logger.text].join('\n')
    for (const [place, secret] of Object.entries(canaries)) {
      expect(secret.length, place).toBeGreaterThan(15)
      expect(loot.includes(secret), `the intruder has ${place}`).toBe(false)
      expect(printed.includes(secret), `the runner has ${place}`).toBe(false)
    }
    const after = await inventory()
    const changed = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].filter(
      (path) => before.files[path] !== after.files[path],
    )
    expect(changed.filter((path) => !EXPECTED.test(path))).toEqual([])
    // What the day left is root's, and nobody else writes there.
    const foreign = ([, facts]: [string, string]) =>
      !/^0:\d+ .(?!.{4}w|.{7}w)/.test(facts) && !/^0:\d+ l/.test(facts)
    expect(
      Object.entries(after.files)
        .filter(([path]) => changed.includes(path) && !path.includes(': '))
        .filter(foreign),
    ).toEqual([])
    const others = after.processes.filter((one) => !before.processes.includes(one) && !OWN.test(one))
    expect(others).toEqual([])
    expect(after.sockets).toEqual(before.sockets)
    expect(await leftovers(gateway)).toEqual([])
  })

  it('is gone when the container is started anew, which serves', async () => {
    await must('systemctl restart litellm')
    const key = await must('cat /etc/litellm/master_key')
    const answers = async () => (await chat({ ...gateway, key }, 'gpt-4').catch(() => undefined))?.status
    await expect.poll(answers, { timeout: 60_000, interval: 500 }).toBe(200)
  })
})

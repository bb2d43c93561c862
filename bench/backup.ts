// A backup, its proof and a restore of a million rows, against PostgreSQL's own programs and restic by hand.

import { setTimeout as sleep } from 'node:timers/promises'
import { restoreBackup, takeBackup, verifyBackup } from '../src/backup/programs.ts'
import type { HostEvent } from '../src/contract/wire.ts'
import type { Session } from '../src/host/session.ts'
import { fill, sql } from '../test/host/backup-data.ts'
import { type DeployedGateway, open, startGateway } from '../test/host/gateway.ts'
import { startLoad } from '../test/lab/load/load.ts'
import { inTurn, keep, type Measured, secondsOf } from './results.ts'

const ROWS = 1_000_000
const TIMES = 3
const LOAD_MS = 60_000
const DOMAIN = 'llm.example.com'
const run = 'bench'
const RAW = `set -e; cd /
export RESTIC_PASSWORD_FILE=/etc/litellm/backup_password RESTIC_REPOSITORY=/root/raw RESTIC_CACHE_DIR=/root/raw-cache
bin=/usr/lib/postgresql/17/bin`
const BACKUP_BY_HAND = `${RAW}
restic init -q
$bin/pg_dump -U litellm -h /var/run/postgresql -Fd -Z0 -j2 -f /root/dump litellm
restic backup -q /root/dump`
const RESTORE_BY_HAND = `${RAW}
runuser -u postgres -- createdb -O litellm by_hand
restic restore -q latest --target /root/out
$bin/pg_restore -U litellm -h /var/run/postgresql -j2 -d by_hand /root/out/root/dump`

/** Prints and keeps bench/results/backup.json. */
export async function benchBackup(): Promise<void> {
  const gateway = await startGateway()
  const session = await open(gateway.lab)
  try {
    await fill(gateway, ROWS)
    const must = (command: string) => mustRun(gateway, command)
    /** Nothing that was written before is still to be written: to drop a database does that too, and only one way drops one. */
    const settle = () => must('cd /; runuser -u postgres -- psql -qc CHECKPOINT; sync')
    const backups = await inTurn(
      TIMES,
      {
        name: 'litellm-gitops backup',
        run: async () => {
          await must('rm -rf /var/backups/litellm')
          await settle()
          return await secondsOf(() => takeBackup(session, { run }))
        },
      },
      {
        name: 'pg_dump -Fd and restic backup',
        run: async () => {
          await must('rm -rf /root/raw /root/dump')
          await settle()
          return await secondsOf(() => must(BACKUP_BY_HAND))
        },
      },
    )
    const restores: number[] = []
    const loads = await inTurn(
      TIMES,
      {
        name: 'litellm-gitops restore, before its check',
        run: async () => {
          await settle()
          const { loaded, checked } = await dataOfRestore(session)
          restores.push(loaded + checked)
          return loaded
        },
      },
      {
        name: 'restic restore and pg_restore',
        run: async () => {
          await must('rm -rf /root/out; cd /; runuser -u postgres -- dropdb --if-exists by_hand')
          await settle()
          return await secondsOf(() => must(RESTORE_BY_HAND))
        },
      },
    )
    await must('rm -rf /root/out; cd /; runuser -u postgres -- dropdb by_hand')
    const restore: Measured = { name: 'litellm-gitops restore', samples: restores }
    const proofs: number[] = []
    for (let count = 0; count < TIMES; count += 1) {
      const { ok, reason, levels } = await verifyBackup(session, { run })
      if (!ok) throw new Error(reason ?? 'not proven')
      proofs.push(levels.filter(({ level }) => level !== 'L5').reduce((sum, { seconds }) => sum + seconds, 0))
    }
    const proof: Measured = { name: 'litellm-gitops verify, all but the boot of LiteLLM', samples: proofs }
    await settle()
    const requests = { during: 0, failed: 0 }
    const p99 = await inTurn(
      TIMES,
      {
        name: 'one backup of a million rows after the other',
        run: async () => {
          const until = performance.now() + LOAD_MS
          const found = await underLoad(gateway, async () => {
            do await takeBackup(session, { run })
            while (performance.now() < until)
          })
          requests.during += found.requests
          requests.failed += found.failed
          return found.p99Ms / 1000
        },
      },
      {
        name: 'without',
        run: async () => (await underLoad(gateway, () => sleep(LOAD_MS))).p99Ms / 1000,
      },
    )
    await settle()
    const restored = await underLoad(gateway, () => dataOfRestore(session))
    const rows = Number(
      await sql(gateway, `SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE request_id LIKE 'request-%'`),
    )
    keep('backup', {
      command: 'npm run bench -- backup',
      ratios: [
        { what: 'the first backup of a million rows', ...backups },
        { what: 'the data of a restore, fetched and loaded', ...loads },
        {
          what: 'the same, and every row checked, which by hand nobody does',
          ours: restore,
          against: loads.against,
        },
        { what: 'a proof without the boot of LiteLLM', ours: proof, against: restore },
        { what: 'p99 of the requests during backups', ...p99 },
      ],
      figures: {
        'rows restored': rows,
        'requests during the backups': requests.during,
        'failed requests during the backups': requests.failed,
        'requests during a restore': restored.requests,
        'failed requests during a restore': restored.failed,
        'p99 of the requests during a restore, ms': restored.p99Ms,
        'longest time without an answer during a restore, s': restored.silenceMs / 1000,
      },
    })
  } finally {
    session.close()
    await gateway.lab.stop()
  }
}

function loadOf({ url, key }: DeployedGateway) {
  return { url, key, clients: 2, plain: { model: 'gpt-4', pauseMs: 100 } }
}

/** Restores the newest backup; answers how many seconds its data took to be fetched and loaded, and then to be checked. */
async function dataOfRestore(session: Session): Promise<{ loaded: number; checked: number }> {
  const steps: HostEvent[] = []
  await restoreBackup(session, { run, confirm: DOMAIN }, { onEvent: (event) => steps.push(event) })
  const spent = (...names: string[]) =>
    steps
      .filter((event) => event.event === 'step' && event.state === 'done' && names.includes(event.name))
      .reduce((sum, event) => sum + ('seconds' in event ? (event.seconds ?? 0) : 0), 0)
  return { loaded: spent('fetch', 'database'), checked: spent('check') }
}

async function underLoad(gateway: DeployedGateway, work: () => Promise<unknown>) {
  const load = await startLoad(loadOf(gateway))
  await work()
  return await load.stop()
}

async function mustRun({ lab }: DeployedGateway, command: string): Promise<void> {
  const { code, stderr } = await lab.exec(command, { timeoutMs: 300_000 })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
}

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { drillBackup, restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { backupOf } from '../../src/config/backup.ts'
import type { HostEvent, OnEvent } from '../../src/contract/wire.ts'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { counted } from '../lab/proof.ts'
import { type Contents, contents, fill, lastGood, leftovers, works } from './backup-data.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/** What is killed is proven by backup-crash.test.ts; here the disk, the database and the network are gone for a while. */
const OUTAGE_MS = 10_000
const DOMAIN = 'llm.example.com'
const COPY = '/home/debian/off-site'
const run = 'test'
let gateway: DeployedGateway
let session: Session
let before: Contents

/** All that grows lies on one small disk, so that no other one has to be filled. */
const SMALL_DISK = `set -e
systemctl stop litellm caddy redis-server postgresql postgresql@17-main
mkdir /srv/disk; mount -t tmpfs -o size=3g,mode=755 tmpfs /srv/disk
for folder in /var/lib/postgresql /var/lib/redis /var/lib/litellm-gitops /var/backups /etc/litellm; do
  mkdir -p /srv/disk$folder; cp -a $folder/. /srv/disk$folder/; mount --bind /srv/disk$folder $folder
done
systemctl start postgresql redis-server caddy litellm`

const HARMS = {
  'a full disk': {
    // To the last byte: its error is what is wanted.
    harm: 'cat /dev/zero > /srv/disk/filler 2>/dev/null || true',
    heal: 'rm -f /srv/disk/filler',
  },
  'PostgreSQL gone': {
    harm: 'systemctl kill -s KILL postgresql@17-main; systemctl stop postgresql@17-main',
    heal: 'systemctl start postgresql@17-main',
  },
  'the network cut': {
    harm: `mv /home/debian/.ssh/authorized_keys /root/; pkill -9 -u debian sshd; pkill -9 -f '^sshd-session: debian'; true`,
    heal: 'mv /root/authorized_keys /home/debian/.ssh/',
  },
} as const

/** Each program as people run it, and what says that it did its work. */
const PROGRAMS = {
  backup: (onEvent: OnEvent) =>
    takeBackup(session, { run }, { onEvent }).then(({ copied }) => (copied ? 'well' : 'not copied')),
  verify: (onEvent: OnEvent) =>
    verifyBackup(session, { run }, { onEvent }).then(({ reason }) => reason ?? 'well'),
  drill: (onEvent: OnEvent) =>
    drillBackup(session, { run, targets: { rtoSeconds: 1800, rpoSeconds: 93_600 } }, { onEvent }).then(
      ({ missed, cleanedUp }) => (missed.length === 0 && cleanedUp ? 'well' : missed.join()),
    ),
  restore: (onEvent: OnEvent) =>
    restoreBackup(session, { run, confirm: DOMAIN }, { onEvent }).then(({ outcome }) =>
      outcome === 'planned' ? outcome : 'well',
    ),
} as const

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  before = await fill(gateway, 20_000)
  await must(SMALL_DISK)
  await served()
  const backup = backupOf({
    backup: {
      keep: '1d',
      copy_to: `sftp:debian@127.0.0.1:${COPY}`,
      copy_host_key: gateway.lab.host.hostKey,
    },
  })
  await deploy(session, { ...deployInput(gateway.lab), manifest: manifestFor(gateway.lab, { backup }) })
  await must('cat /etc/litellm/backup_ssh_key.pub >> /home/debian/.ssh/authorized_keys')
  const { snapshot } = await takeBackup(session, { run })
  expect(await verifyBackup(session, { run })).toMatchObject({ ok: true, snapshot })
  // Now it is older than what is kept, and the only one that was proven. The copy knows it by the first name that it had here.
  await must(`set -e
export RESTIC_PASSWORD_FILE=/etc/litellm/backup_password RESTIC_FROM_PASSWORD_FILE=/etc/litellm/backup_password
restic -r /var/backups/litellm rewrite --forget --new-time "$(date -d '3 days ago' '+%F %T')" latest
restic -r ${COPY} forget --prune latest
restic -r ${COPY} copy --from-repo /var/backups/litellm
chown -R debian: ${COPY}`)
  expect(await lastGood(gateway, COPY)).toEqual({ here: true, offSite: true })
  // A proof asks for one of the last day.
  await takeBackup(session, { run })
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(command: string): Promise<void> {
  const { code, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
}

/** LiteLLM takes a while to find a database again that was gone. */
async function served(): Promise<void> {
  await vi.waitFor(async () => expect(await works(gateway, before)).toBe(200), {
    timeout: 120_000,
    interval: 1_000,
  })
}

/** Runs the program; the harm is done when the step begins, and is over ten seconds later. Answers how the program ended. */
async function harmed(
  name: keyof typeof PROGRAMS,
  step: string,
  { harm, heal }: (typeof HARMS)[keyof typeof HARMS],
): Promise<string> {
  let outage: Promise<void> | undefined
  const ended = await PROGRAMS[name]((event: HostEvent) => {
    if (outage || event.event !== 'step' || event.state !== 'start' || event.name !== step) return
    outage = must(harm)
      .then(() => sleep(OUTAGE_MS))
      .then(() => must(heal))
  }).catch((error: Error) => error.message)
  await outage
  // Without its runner the program goes on by itself.
  session.close()
  session = await open(gateway.lab)
  const state = `systemctl is-active litellm-gitops-${name} litellm-gitops-rollout | grep -c '^inactive'`
  const idle = async () => (await gateway.lab.exec(state)).stdout.trim()
  await vi.waitFor(async () => expect(await idle()).toBe('2'), { timeout: 600_000, interval: 500 })
  return ended
}

describe.each(Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[])('%s', (name) => {
  it.for(Object.entries(HARMS))(
    'with %s at each of its steps: the gateway serves, the next one works, nothing is left',
    async ([what, harm], { task }) => {
      const steps: string[] = []
      const whole = await PROGRAMS[name]((event) => {
        if (event.event === 'step' && event.state === 'start') steps.push(event.name)
      })
      expect(whole).toBe('well')
      for (const step of new Set(steps)) {
        const ended = await harmed(name, step, harm)
        console.log(`${name}, ${what} in "${step}": ${ended}`)
        await served()
        // A restore past its swap keeps what the next one needs.
        if (name !== 'restore') expect(await leftovers(gateway), step).toEqual([])
        expect(await lastGood(gateway, COPY), step).toEqual({ here: true, offSite: true })
        expect(await PROGRAMS[name](() => {}), step).toBe('well')
        expect(await leftovers(gateway), step).toEqual([])
        expect((await contents(gateway)).startsWith('20000 '), step).toBe(true)
        await served()
      }
      expect(steps.length).toBeGreaterThan(3)
      counted(task, `${new Set(steps).size} steps`)
    },
  )
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drillBackup, restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { backupOf } from '../../src/config/backup.ts'
import type { ProofResult } from '../../src/contract/programs/backup.ts'
import type { RestoreInput } from '../../src/contract/programs/restore.ts'
import type { HostEvent, OnEvent } from '../../src/contract/wire.ts'
import { deploy } from '../../src/host/deploy.ts'
import { hostBackupSettings } from '../../src/host/render.ts'
import type { Session } from '../../src/host/session.ts'
import { startLoad } from '../lab/load/load.ts'
import { counted, FULL } from '../lab/proof.ts'
import { type Contents, contents, cutOff, fill, leftovers, redis, sql, works } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

const ROWS = 20_000
const DOMAIN = 'llm.example.com'
const run = 'test'
let gateway: DeployedGateway
let session: Session
let before: Contents

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  before = await fill(gateway, ROWS)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const shown: OnEvent = (event) => {
  if (event.event === 'step' && event.state !== 'start')
    console.log(`${event.seconds} s ${event.name}: ${event.detail ?? ''}`)
}

/** Off-site is the same machine by SFTP: another account, its own folder, our key and a pinned host. */
function withCopy() {
  const backup = backupOf({
    backup: {
      copy_to: 'sftp:debian@127.0.0.1:/home/debian/off-site',
      copy_host_key: gateway.lab.host.hostKey,
    },
  })
  return manifestFor(gateway.lab, { backup })
}

async function restore(more: Partial<RestoreInput> = {}, onEvent: OnEvent = shown) {
  return await restoreBackup(session, { run, confirm: DOMAIN, ...more }, { onEvent })
}

describe('a backup', () => {
  it('is taken by the host alone when its time has come, and leaves nothing in clear behind', async () => {
    const { code, stderr } = await gateway.lab.exec('systemctl start litellm-backup.service', {
      timeoutMs: 120_000,
    })
    expect(code, stderr).toBe(0)
    const list = await gateway.lab.exec('litellm-gitops backups; systemctl is-active litellm-backup.timer')
    expect(list.stdout).toMatch(/^backups: [0-9a-f]{8} .* scheduled\n[\s\S]*active$/m)
    expect(await leftovers(gateway)).toEqual([])
  })

  it('goes off-site by SFTP, to a pinned host with a key of its own', async () => {
    const notes: HostEvent[] = []
    const input = { ...deployInput(gateway.lab), manifest: withCopy() }
    const deployed = await deploy(session, input, { onEvent: (event) => notes.push(event) })
    expect(deployed.changed).toContain('/etc/litellm/backup_ssh_key made')
    await expect(takeBackup(session, { run })).rejects.toMatchObject({ code: 'copy' })
    await gateway.lab.exec(
      'cat /etc/litellm/backup_ssh_key.pub >> /home/debian/.ssh/authorized_keys; chown debian: /home/debian/.ssh/authorized_keys; chmod 600 /home/debian/.ssh/authorized_keys',
    )
    const taken = await takeBackup(session, { run }, { onEvent: shown })
    expect(taken).toMatchObject({ copied: true, kind: 'manual' })
    expect(taken.rows).toBeGreaterThan(ROWS)
    expect(JSON.stringify(notes)).toContain('ssh-ed25519')
  })

  it('answers the keys of the gateway, encrypted to the people who keep them', async () => {
    const identity = '/root/somebody'
    await gateway.lab.exec(`ssh-keygen -q -t ed25519 -N '' -f ${identity}`)
    const recipient = (await gateway.lab.exec(`cut -d' ' -f1,2 ${identity}.pub`)).stdout.trim()
    const settings = '/etc/litellm/backup.json'
    await gateway.lab.exec(
      `cp ${settings} /root/; sed -i 's|"domain"|"escrow": ["${recipient}"], "domain"|' ${settings}`,
    )
    const { escrow } = await takeBackup(session, { run })
    await gateway.lab.exec(`cp /root/backup.json ${settings}`)
    const opened = await gateway.lab.exec(`age --decrypt --identity ${identity}`, { stdin: escrow ?? '' })
    const password = (await gateway.lab.exec('cat /etc/litellm/backup_password')).stdout.trim()
    expect(JSON.parse(opened.stdout)).toMatchObject({ domain: DOMAIN, backup_password: password })
  })

  it('holds no secret where others can read it', async () => {
    const { stdout } = await gateway.lab.exec(
      'find /var/backups/litellm /var/lib/litellm-gitops /etc/litellm -type f -perm /077 -newer /etc/litellm/salt_key -size +0 -exec grep -lFf /etc/litellm/salt_key {} +; stat -c %a /etc/litellm/backup_password',
    )
    expect(stdout.trim()).toBe('600')
  })
})

describe('a proof', () => {
  const verify = async (full = false): Promise<ProofResult> =>
    await verifyBackup(session, { run, full }, { onEvent: shown })

  it('restores the off-site copy and reaches the last level', async () => {
    expect(await verify()).toMatchObject({ ok: true, level: 'L6', source: 'off-site copy', reason: null })
    expect(await leftovers(gateway)).toEqual([])
  })

  it.each([
    [
      'a flipped byte in the data',
      'f=$(find /home/debian/off-site/data -type f -size +50k | sort | head -1); cp -p $f /root/kept; chmod u+w $f; printf "\\x00\\xff\\x00" | dd of=$f bs=1 seek=20000 conv=notrunc',
      'chmod u+w $f; f=$(find /home/debian/off-site/data -type f -size +50k | sort | head -1); cat /root/kept > $f',
      // The blob that is hit may be the manifest's, which is read first.
      /^L([12] |0 .*ciphertext verification failed)/,
    ],
    [
      'backups that are too old',
      // As the declaration `rpo` would have it written; a backup of this minute is older than that.
      `sed -i 's/"oldestHours": 26/"oldestHours": 0/' /etc/litellm/backup.json`,
      `sed -i 's/"oldestHours": 0/"oldestHours": 26/' /etc/litellm/backup.json`,
      /^L0 presence: The newest backup is .* old/,
    ],
    [
      'no backup at all',
      'mv /home/debian/off-site/snapshots /home/debian/kept; install -d -o debian /home/debian/off-site/snapshots',
      'rm -r /home/debian/off-site/snapshots; mv /home/debian/kept /home/debian/off-site/snapshots',
      /^L0 presence: There is no backup/,
    ],
    [
      'a backup that somebody removed from it',
      'mkdir /root/lost; mv "$(find /home/debian/off-site/snapshots -type f | head -1)" /root/lost/',
      'mv /root/lost/* /home/debian/off-site/snapshots/',
      /^L1 repository: 1 of the host's backups are missing in the off-site copy/,
    ],
    [
      'a storage that cannot be reached',
      'mv /home/debian/.ssh/authorized_keys /root/',
      'mv /root/authorized_keys /home/debian/.ssh/',
      /^L0 presence: The off-site copy/,
    ],
  ])('is red for %s, and names it', async (_, harm, mend, reason) => {
    expect((await gateway.lab.exec(harm)).code).toBe(0)
    try {
      // The file may be of an older backup alone, and a day reads a thirtieth.
      const { ok, reason: said } = await verify(true)
      expect({ ok, said }).toEqual({ ok: false, said: expect.stringMatching(reason) })
    } finally {
      await gateway.lab.exec(mend)
    }
    expect(await leftovers(gateway)).toEqual([])
  })
})

describe('a restore', () => {
  it('says first what it would change, and does nothing', async () => {
    await sql(gateway, `DELETE FROM "LiteLLM_SpendLogs" WHERE request_id LIKE 'request-1%';`)
    const plan = await restoreBackup(session, { run })
    expect(plan).toMatchObject({ outcome: 'planned', scope: 'database' })
    expect(plan).toHaveProperty(['tables', 'public."LiteLLM_SpendLogs"', 1], expect.any(Number))
    expect(await works(gateway, before)).toBe(200)
  })

  it('is refused, before anything is touched, when the host has another salt key', async () => {
    const salt = '/etc/litellm/salt_key'
    await gateway.lab.exec(`cp -p ${salt} /root/; echo 0123456789abcdef > ${salt}`)
    try {
      await expect(restore()).rejects.toMatchObject({ code: 'salt-key' })
    } finally {
      await gateway.lab.exec(`cp -p /root/salt_key ${salt}`)
    }
    expect(await leftovers(gateway)).toEqual([])
  })

  it('that was cut off, with what cleans up behind it, changes nothing', async () => {
    const then = await contents(gateway)
    const dying = restore({}, (event) => {
      if (event.event === 'step' && event.name === 'fetch')
        void cutOff(gateway, 'litellm-gitops-restore.service')
    })
    await expect(dying).rejects.toMatchObject({ code: 'interrupted' })
    expect(await contents(gateway)).toBe(then)
    expect(await works(gateway, before)).toBe(200)
  })

  // And after one that was cut off.
  it('brings every row back under load without a failed request', async ({ task }) => {
    const load = await startLoad({
      url: gateway.url,
      key: gateway.key,
      clients: 3,
      plain: { model: 'gpt-4', pauseMs: FULL ? 50 : 500 },
    })
    expect(await restore()).toMatchObject({ outcome: 'restored' })
    expect((await contents(gateway)).startsWith(`${ROWS} `)).toBe(true)
    expect(await redis(gateway, 'get kept')).toBe('yes')
    expect(await redis(gateway, 'get spend:key:somebody')).toBe('')
    expect(await works(gateway, before)).toBe(200)
    const { failures, requests } = await load.stop()
    counted(task, `${requests} requests, ${failures.length} failed`)
    expect(failures).toEqual([])
    expect(await leftovers(gateway)).toEqual([])
  })

  it('rebuilds it all from the off-site copy and the escrowed password', async () => {
    const then = await contents(gateway)
    const password = (await gateway.lab.exec('cat /etc/litellm/backup_password')).stdout.trim()
    // What escrow keeps beside the password: who may fetch the copy.
    const ssh = 'tar -C /etc/litellm -c backup_ssh_key backup_known_hosts'
    await gateway.lab.exec(
      `${ssh} > /root/ssh.tar; redis-cli --no-auth-warning -a "$(cat /etc/litellm/redis_password)" flushall
       cd /; runuser -u postgres -- psql -c 'DROP DATABASE litellm WITH (FORCE)'
       rm -rf /etc/litellm /var/backups/litellm; mkdir -m 755 /etc/litellm; tar -C /etc/litellm -xf /root/ssh.tar`,
    )
    const settings = hostBackupSettings(withCopy())
    const done = await restore({ scope: 'all', password, settings })
    expect(done).toMatchObject({ outcome: 'restored', scope: 'all' })
    console.log(`rebuilt in ${'seconds' in done ? done.seconds : 'unknown'} s`)
    expect(await contents(gateway)).toBe(then)
    expect(await works(gateway, before)).toBe(200)
    await gateway.lab.exec('systemctl restart redis-server')
    await expect.poll(() => redis(gateway, 'get kept')).toBe('yes')
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    const drill = { run, targets: { rtoSeconds: 1800, rpoSeconds: 93_600 }, password }
    const report = await drillBackup(session, drill, { onEvent: shown })
    expect(report).toMatchObject({ met: true, offSite: true, escrow: true, cleanedUp: true, missed: [] })
    expect(await deploy(session, { ...deployInput(gateway.lab), manifest: withCopy() })).not.toMatchObject({
      changed: expect.arrayContaining(['/etc/litellm/salt_key made']),
    })
    await takeBackup(session, { run })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drillBackup, restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { backupOf } from '../../src/config/backup.ts'
import type { HostEvent, OnEvent } from '../../src/contract/wire.ts'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import {
  type Contents,
  contents,
  cutOff,
  fill,
  kill,
  lastGood,
  leftovers,
  sql,
  works,
} from './backup-data.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

const DOMAIN = 'llm.example.com'
const COPY = '/srv/off-site'
const run = 'test'
let gateway: DeployedGateway
let session: Session
let before: Contents
let load: LoadHandle

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  before = await fill(gateway, 20_000)
  const manifest = manifestFor(gateway.lab, { backup: backupOf({ backup: { copy_to: COPY, keep: '1d' } }) })
  await deploy(session, { ...deployInput(gateway.lab), manifest })
  await takeBackup(session, { run })
  expect(await verifyBackup(session, { run })).toMatchObject({ ok: true })
  load = await startLoad({
    url: gateway.url,
    key: gateway.key,
    clients: 2,
    plain: { model: 'gpt-4', pauseMs: 250 },
  })
})
afterAll(async () => {
  await load?.stop()
  session?.close()
  await gateway?.lab.stop()
})

/** Kills the unit when the step begins, a moment later so that it is in the middle of it. */
function killAt(unit: string, step: string, afterMs = 150, end = kill): OnEvent {
  let done = false
  return (event: HostEvent) => {
    if (done || event.event !== 'step' || event.state !== 'start' || event.name !== step) return
    done = true
    setTimeout(() => void end(gateway, `litellm-gitops-${unit}.service`), afterMs)
  }
}

async function nothingLost(): Promise<void> {
  expect((await load.progress()).failures).toEqual([])
  expect(await works(gateway, before)).toBe(200)
  expect(await lastGood(gateway, COPY)).toEqual({ here: true, offSite: true })
}

describe('a backup that is killed', () => {
  it.each(['database', 'redis', 'files', 'repository', 'copy', 'retention'])(
    'in the step %s leaves nothing, and the next one works',
    async (step) => {
      const dying = takeBackup(session, { run }, { onEvent: killAt('backup', step, 20) })
      await dying.catch((error) => expect(error).toMatchObject({ code: 'interrupted' }))
      expect(await leftovers(gateway)).toEqual([])
      expect(await takeBackup(session, { run })).toMatchObject({ kind: 'manual' })
      await nothingLost()
    },
  )
})

describe('a proof that is killed', () => {
  it.each([
    'L0 presence',
    'L1 repository',
    'L2 files',
    'L3 load',
    'L4 content',
    'L5 application',
    'L6 negative control',
  ])('in %s leaves no scratch', async (step) => {
    const dying = verifyBackup(
      session,
      { run },
      { onEvent: killAt('verify', step, step.startsWith('L5') ? 5000 : 20) },
    )
    await dying.catch((error) => expect(error).toMatchObject({ code: 'interrupted' }))
    expect(await leftovers(gateway)).toEqual([])
    await nothingLost()
  })

  it('is followed by one that works', async () => {
    expect(await verifyBackup(session, { run })).toMatchObject({ ok: true })
  })
})

describe('a drill that is killed', () => {
  const drill = (onEvent?: OnEvent) =>
    drillBackup(
      session,
      { run, targets: { rtoSeconds: 1800, rpoSeconds: 93_600 } },
      onEvent ? { onEvent } : {},
    )
  it.each(['L0 presence', 'L2 files', 'L3 load', 'L4 content', 'L5 application'])(
    'in %s leaves no scratch',
    async (step) => {
      await drill(killAt('drill', step, step.startsWith('L5') ? 5000 : 20)).catch((error) =>
        expect(error).toMatchObject({ code: 'interrupted' }),
      )
      expect(await leftovers(gateway)).toEqual([])
      await nothingLost()
    },
  )

  it('is followed by one that works', async () => {
    expect(await drill()).toMatchObject({ met: true, cleanedUp: true })
  })
})

describe('a restore that is killed', () => {
  it.each(['safety backup', 'fetch', 'database', 'check'])('in the step %s changes nothing', async (step) => {
    const then = await contents(gateway)
    const dying = restoreBackup(session, { run, confirm: DOMAIN }, { onEvent: killAt('restore', step, 20) })
    await expect(dying).rejects.toMatchObject({ code: 'interrupted' })
    expect(await leftovers(gateway)).toEqual([])
    expect(await contents(gateway)).toBe(then)
    await nothingLost()
  })

  it.each<[string, 'database' | 'all']>([
    ['swap', 'database'],
    ['counters', 'database'],
    ['release', 'database'],
    ['standby', 'database'],
    ['switch', 'database'],
    ['main', 'database'],
    ['drain standby', 'database'],
    ['finish', 'database'],
    ['keep', 'database'],
    ['keys', 'all'],
    ['files', 'all'],
    ['redis', 'all'],
  ])('in the step %s of the scope %s ends as before or is brought to its end', async (step, scope) => {
    const dying = restoreBackup(
      session,
      { run, confirm: DOMAIN, scope },
      { onEvent: killAt('restore', step, step === 'keep' ? 20 : 100) },
    )
    await dying.catch((error) => expect(error).toMatchObject({ code: 'interrupted' }))
    await nothingLost()
    expect(await restoreBackup(session, { run, confirm: DOMAIN, scope })).toMatchObject({
      outcome: expect.stringMatching(/^(restored|resumed)$/),
    })
    expect((await contents(gateway)).startsWith('20000 ')).toBe(true)
    expect(await leftovers(gateway)).toEqual([])
    await nothingLost()
  })

  it('costs nobody a request', async ({ task }) => {
    const { requests, failed } = await load.progress()
    counted(task, `${requests} requests, ${failed} failed`)
    expect(failed).toBe(0)
  })
})

describe('on a host that loses power', () => {
  const lost = (unit: string, step: string) => ({ onEvent: killAt(unit, step, 100, cutOff) })

  it('in the middle of a backup the next one works, and leaves nothing', async () => {
    const dying = takeBackup(session, { run }, lost('backup', 'database'))
    await expect(dying).rejects.toMatchObject({ code: 'interrupted' })
    expect(await takeBackup(session, { run })).toMatchObject({ kind: 'manual' })
    expect(await leftovers(gateway)).toEqual([])
    await nothingLost()
  })

  it('in the middle of a proof the next one works, and leaves nothing', async () => {
    const dying = verifyBackup(session, { run }, lost('verify', 'L4 content'))
    await expect(dying).rejects.toMatchObject({ code: 'interrupted' })
    expect(await verifyBackup(session, { run })).toMatchObject({ ok: true })
    expect(await leftovers(gateway)).toEqual([])
    await nothingLost()
  })

  it.each(['safety backup', 'fetch', 'database', 'check', 'swap', 'main'])(
    'in the step %s of a restore the next one works, and leaves nothing',
    async (step) => {
      const dying = restoreBackup(session, { run, confirm: DOMAIN }, lost('restore', step))
      await dying.catch((error) => expect(error).toMatchObject({ code: 'interrupted' }))
      await nothingLost()
      expect(await restoreBackup(session, { run, confirm: DOMAIN })).toMatchObject({
        outcome: expect.stringMatching(/^(restored|resumed)$/),
      })
      expect((await contents(gateway)).startsWith('20000 ')).toBe(true)
      expect(await leftovers(gateway)).toEqual([])
      await nothingLost()
    },
  )
})

describe('a restore that nobody interrupts', () => {
  const done = (more: object) => restoreBackup(session, { run, confirm: DOMAIN, ...more })

  it('is undone, and the undo too', async () => {
    await sql(gateway, `DELETE FROM "LiteLLM_SpendLogs" WHERE request_id LIKE 'request-1%';`)
    const now = await contents(gateway)
    expect(await done({})).toMatchObject({ outcome: 'restored' })
    const then = await contents(gateway)
    expect(await done({ undo: true })).toMatchObject({ outcome: 'undone' })
    expect(await contents(gateway)).toBe(now)
    expect(await done({ undo: true })).toMatchObject({ outcome: 'undone' })
    expect(await contents(gateway)).toBe(then)
    await nothingLost()
  })

  it('leaves the spend logs as they are with the scope configuration', async () => {
    await sql(
      gateway,
      `UPDATE "LiteLLM_SpendLogs" SET spend = 5 WHERE request_id = 'request-1'; DELETE FROM "LiteLLM_CredentialsTable";`,
    )
    expect(await done({ scope: 'configuration' })).toMatchObject({ outcome: 'restored' })
    const kept = `SELECT (SELECT spend FROM "LiteLLM_SpendLogs" WHERE request_id = 'request-1'), (SELECT count(*) FROM "LiteLLM_CredentialsTable")`
    expect(await sql(gateway, kept)).toBe('5|1')
    await nothingLost()
  })
})

describe('a full disk', () => {
  it('is noticed before a backup or a proof begins, and the gateway serves on', async () => {
    // A disk of its own, so that no other one has to be filled.
    const folder = '/var/lib/litellm-gitops/backups'
    await gateway.lab.exec(`mount -t tmpfs -o size=400m,mode=700 tmpfs ${folder}`)
    try {
      await expect(takeBackup(session, { run })).rejects.toMatchObject({ code: 'disk-full' })
      expect((await verifyBackup(session, { run })).reason).toMatch(/MiB are free/)
      expect(await works(gateway, before)).toBe(200)
    } finally {
      await gateway.lab.exec(`umount ${folder}`)
    }
    // What was proven last is written down on the disk that this one hid.
    await nothingLost()
  })
})

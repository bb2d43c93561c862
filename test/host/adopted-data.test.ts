import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup, verifyBackup } from '../../src/backup/programs.ts'
import type { AdoptDone, AdoptInput, AdoptPlan } from '../../src/contract/programs/adopt.ts'
import type { OnEvent } from '../../src/contract/wire.ts'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { adoptMarkdown } from '../../src/import/adopted.ts'
import { counted, FULL } from '../lab/proof.ts'
import { leftovers, sql } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, open, startGateway } from './gateway.ts'
import {
  fillOld,
  OLD,
  type OldSize,
  oldKey,
  oldSql,
  oldState,
  oldUrl,
  SUMS,
  startOldServer,
} from './old-gateway.ts'

const DOMAIN = 'llm.example.com'
const SIZE: OldSize = FULL ? { keys: 200, teams: 20, rows: 100_000 } : { keys: 40, teams: 5, rows: 3000 }
const run = 'test'
const postgres = { run, source: { kind: 'postgres' } } as const
const KEYS = { salt: OLD.salt, master: OLD.master }

let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  await startOldServer(gateway)
  await fillOld(gateway, SIZE, ['salt'])
}, 600_000)
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const shown: OnEvent = (event) => {
  if (event.event === 'step' && event.state !== 'start')
    console.log(`${event.seconds} s ${event.name}: ${event.detail ?? ''}`)
}
const adopt = (given: AdoptInput, body?: AsyncIterable<Uint8Array>) =>
  session.run('adopt', given, { onEvent: shown, ...(body === undefined ? {} : { body }) })
const planned = async (given: AdoptInput, body?: AsyncIterable<Uint8Array>) =>
  (await adopt(given, body)) as AdoptPlan
const adopted = async (given: AdoptInput, body?: AsyncIterable<Uint8Array>) =>
  (await adopt({ ...given, confirm: DOMAIN }, body)) as AdoptDone
const refusal = async (given: AdoptInput) =>
  await adopt(given).then(
    () => expect.fail('it was not refused'),
    ({ code, message }: { code: string; message: string }) => {
      console.log(`${code}: ${message}`)
      return code
    },
  )

describe('the database of an old gateway', () => {
  let before: string
  let done: AdoptDone

  it('is looked at first, by a role that may only read, and nothing is kept', async () => {
    before = await oldState(gateway)
    const plan = await planned({ ...postgres, url: oldUrl(), ...KEYS })
    console.log(adoptMarkdown(plan, DOMAIN))
    expect(plan).toMatchObject({
      outcome: 'planned',
      content: {
        keys: { count: SIZE.keys },
        teams: { count: SIZE.teams },
        credentials: { names: ['of-salt'] },
      },
      secrets: { role: 'salted', total: 4, opened: { OLD_SALT_KEY: 4, OLD_MASTER_KEY: 0 }, dead: [] },
      master: 'taken',
      pending: 0,
    })
    expect(JSON.stringify(plan)).not.toMatch(/sk-old-key|sk-provider|p@ss|salt-of-the-old/)
    expect(await leftovers(gateway)).toEqual([])
  })

  it('becomes a backup, and is as it was', async ({ task }) => {
    done = await adopted({ ...postgres, url: oldUrl(), ...KEYS })
    console.log(adoptMarkdown(done, DOMAIN))
    expect(done).toMatchObject({ outcome: 'adopted', secrets: { role: 'salted' } })
    expect(await oldState(gateway)).toBe(before)
    expect(await leftovers(gateway)).toEqual([])
    counted(task, `${done.content.rows} rows in ${done.seconds} s: ${JSON.stringify(done.took)}`)
  })

  it('is proven like any other backup', async () => {
    const proof = await verifyBackup(session, { run, backup: done.snapshot }, { onEvent: shown })
    expect(proof).toMatchObject({ ok: true, level: 'L6', reason: null })
  })

  it('is restored: every key works, sums are equal, its models are served with its salt key', async ({
    task,
  }) => {
    await deploy(session, { ...deployInput(gateway.lab), settings: { storeModelInDb: true } })
    const again = await adopted({ ...postgres, url: oldUrl(), ...KEYS })
    expect((await chat({ ...gateway, key: oldKey(1) }, 'gpt-4')).status).toBe(401)
    await restoreBackup(
      session,
      { run, backup: again.snapshot, scope: 'all', confirm: DOMAIN },
      { onEvent: shown },
    )
    const statuses = new Map<number, number>()
    for (let number = 1; number <= SIZE.keys; number++) {
      const { status } = await chat({ ...gateway, key: oldKey(number) }, 'gpt-4')
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect([...statuses]).toEqual([[200, SIZE.keys]])
    expect(await chat({ ...gateway, key: oldKey(2) }, 'old-model')).toMatchObject({ status: 200 })
    // The old master key goes on.
    expect((await chat({ ...gateway, key: OLD.master }, 'gpt-4')).status).toBe(200)
    expect((await sql(gateway, SUMS)).split('|')[2]).toBe((await oldSql(gateway, SUMS)).split('|')[2])
    counted(task, `${SIZE.keys} keys, ${SIZE.rows} rows of spend`)
  })
})

describe('one clear error', () => {
  it.each([
    ['no keys', { url: oldUrl() }, 'old-key'],
    ['a wrong salt key', { url: oldUrl(), salt: 'another', master: OLD.master }, 'old-key'],
    ['a wrong password', { url: oldUrl().replace('%40ss', 'xx'), ...KEYS }, 'old-database-login'],
    ['no such database', { url: oldUrl().replace('/llmproxy', '/nothing'), ...KEYS }, 'old-database-login'],
    ['nobody there', { url: oldUrl().replace('5544', '5999'), ...KEYS }, 'old-database-unreachable'],
    ['another product', { url: oldUrl().replace('/llmproxy', '/postgres'), ...KEYS }, 'not-litellm'],
  ])('for %s', async (_, given, code) => {
    expect(await refusal({ ...postgres, ...given, confirm: DOMAIN })).toBe(code)
    expect(await leftovers(gateway)).toEqual([])
  })
})

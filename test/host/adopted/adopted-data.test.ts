import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup, verifyBackup } from '../../../src/backup/programs.ts'
import type { AdoptDone, AdoptInput, AdoptPlan } from '../../../src/contract/programs/adopt.ts'
import { BOOTSTRAP, type OnEvent } from '../../../src/contract/wire.ts'
import { agentModules } from '../../../src/host/agent-modules.ts'
import { deploy } from '../../../src/host/deploy.ts'
import type { Session } from '../../../src/host/session.ts'
import { adoptMarkdown } from '../../../src/import/adopted.ts'
import { counted, FULL } from '../../lab/proof.ts'
import { cutOff, leftovers, sql } from '../backup-data.ts'
import { chat, type DeployedGateway, deployInput, open, startGateway } from '../gateway.ts'
import { withExtras } from '../schema/litellm-of.ts'
import {
  encryptOld,
  fillOld,
  makeOlder,
  OLD,
  type OldSize,
  oldDump,
  oldKey,
  oldSql,
  oldState,
  oldUrl,
  SUMS,
  startOldServer,
} from './old-gateway.ts'

const DOMAIN = 'llm.example.com'
const SIZE: OldSize = FULL ? { keys: 200, teams: 20, rows: 100_000 } : { keys: 40, teams: 5, rows: 3000 }
/** The package of migrations of LiteLLM 1.85.0. */
const OLDER = '0.4.72'
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

async function* bytesOf(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content
}
const fromFile = async (content: Buffer, keys: Partial<AdoptInput>) =>
  await adopted(
    { run, source: { kind: 'files', files: [{ name: 'dump', bytes: content.length }] }, ...keys },
    bytesOf(content),
  )

/** Runs the migrations of an image on a database, as the agent does. */
async function migrateBy(image: string, url: string): Promise<void> {
  const script =
    'from agent.gateway import images, migration\ndef main(given):\n    images.make_ready(given["image"])\n    migration.run_on(given["image"], {}, migration.Place(given["url"]))\n'
  const modules = agentModules('deploy')
  const entry = { module: 'script', by: ['runner'], starts: [], modules: ['script'] }
  const table = JSON.stringify({ ...JSON.parse(modules['programs.json'] ?? ''), script: entry })
  const request = {
    modules: { ...modules, script, 'programs.json': table },
    main: 'script',
    input: { image, url },
  }
  const { stdout, stderr } = await gateway.lab.exec(`python3 -I -B -c '${BOOTSTRAP}'`, {
    stdin: `${JSON.stringify(request)}\n`,
    timeoutMs: 900_000,
  })
  expect(stdout, stderr).toContain('"result"')
}

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

const FORMATS = ['custom', 'plain', 'plain, packed'] as const

describe('a dump of it', () => {
  beforeAll(() => fillOld(gateway, SIZE, ['master']))

  it.each(FULL ? FORMATS : FORMATS.slice(2))(
    'in the format %s is taken over; without a salt key the master key sealed what is stored',
    async (format) => {
      const done = await fromFile(await oldDump(gateway, format), { master: OLD.master })
      expect(done).toMatchObject({
        outcome: 'adopted',
        server: expect.stringMatching(/^\d+\.\d+$/),
        content: { keys: { count: SIZE.keys } },
        secrets: { role: 'unsalted', total: 4, again: 0, dead: [] },
      })
      expect(await leftovers(gateway)).toEqual([])
      if (format !== 'plain')
        expect(await verifyBackup(session, { run, backup: done.snapshot })).toMatchObject({
          ok: true,
          level: 'L6',
        })
    },
  )

  it('that is cut short is refused, in any format', async () => {
    for (const format of FULL ? FORMATS : FORMATS.slice(0, 1)) {
      const whole = await oldDump(gateway, format)
      const cut = whole.subarray(0, Math.floor(whole.length * 0.7))
      await expect(fromFile(cut, KEYS)).rejects.toMatchObject({ code: 'dump-file' })
    }
    expect(await leftovers(gateway)).toEqual([])
  })

  it('that is a program runs nothing on the host, and as nobody that matters', async () => {
    const hostile = [
      '\\! touch /tmp/was-here /root/was-here /var/lib/postgresql/was-here; id > /dev/shm/was-here',
      "COPY (SELECT 1) TO PROGRAM 'touch /tmp/was-here';",
      "\\copy (SELECT 1) to program 'cat /etc/litellm/salt_key > /dev/shm/was-here'",
      'ALTER ROLE litellm_owner SUPERUSER;',
      '\\set ON_ERROR_STOP off',
      '',
    ].join('\n')
    const dump = Buffer.concat([Buffer.from(hostile), await oldDump(gateway, 'plain')])
    const outcome = await fromFile(dump, { master: OLD.master }).then(
      (done) => done.outcome,
      ({ code }: { code: string }) => code,
    )
    console.log(outcome)
    const { stdout } = await gateway.lab.exec(
      'ls /tmp/was-here /root/was-here /var/lib/postgresql/was-here 2>/dev/null; grep -c uid=0 /dev/shm/was-here; grep -Ff /etc/litellm/salt_key /dev/shm/was-here; rm -f /dev/shm/was-here',
    )
    expect(stdout.trim().replace(/^0$/, '')).toBe('')
    expect(await leftovers(gateway)).toEqual([])
  })
})

describe('a database with more in it, and with values of three keys, that is written to', () => {
  beforeAll(async () => {
    await fillOld(gateway, SIZE, ['salt', 'master', 'before'])
    await oldSql(
      gateway,
      `CREATE TABLE "my ""own""" (a int); CREATE SCHEMA grafana; CREATE TABLE grafana.boards (id int);
       CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''%'', 1; END';
       CREATE TRIGGER own AFTER DELETE ON "LiteLLM_TeamTable" FOR EACH ROW EXECUTE FUNCTION own();
       CREATE VIEW spend_by_office AS SELECT * FROM "LiteLLM_SpendLogs";`,
    )
  })

  it('is copied as of one moment, without what is of others, and all that is stored opens with one key', async () => {
    await gateway.lab.exec(
      `systemd-run --quiet --collect --unit=old-writer runuser -u postgres -- bash -c 'while :; do psql -p ${OLD.port} -d llmproxy -qc "UPDATE \\"LiteLLM_TeamTable\\" SET spend = spend + 1; UPDATE \\"LiteLLM_VerificationToken\\" SET spend = spend + 1"; done'`,
    )
    const done = await adopted({ ...postgres, url: oldUrl(), ...KEYS, before: OLD.before })
    await gateway.lab.exec('systemctl stop old-writer')
    expect(done.secrets).toMatchObject({ role: 'salted', total: 6, again: 2, dead: [] })
    const left = done.leftOut.map(({ name }) => name).join(' ')
    for (const name of ['my "own"', 'schema grafana', 'spend_by_office', 'function own()', 'own on'])
      expect(left).toContain(name)
    const proof = await verifyBackup(session, { run, backup: done.snapshot }, { onEvent: shown })
    expect(proof).toMatchObject({ ok: true, level: 'L6', reason: null })
    expect(proof.levels.find(({ level }) => level === 'L5')?.detail).toContain('6 stored values decrypt')
  })

  it.runIf(FULL).each(['look', 'copy', 'load', 'keys', 'migrations', 'keep', 'repository'])(
    'that is killed at the step %s leaves nothing after the next run',
    async (name) => {
      const before = await oldState(gateway)
      const dying = session.run(
        'adopt',
        { ...postgres, url: oldUrl(), ...KEYS, before: OLD.before, confirm: DOMAIN },
        {
          onEvent: (event) => {
            if (event.event === 'step' && event.name === name && event.state === 'start')
              void cutOff(gateway, 'litellm-gitops-adopt.service')
          },
        },
      )
      await expect(dying).rejects.toMatchObject({ code: 'interrupted' })
      expect((await chat(gateway, 'gpt-4').catch(() => ({ status: 0 }))).status).not.toBe(0)
      await planned({ ...postgres, url: oldUrl(), ...KEYS, before: OLD.before })
      expect(await leftovers(gateway)).toEqual([])
      expect(await oldState(gateway)).toBe(before)
    },
  )
})

describe('a database of an older LiteLLM', () => {
  it.runIf(FULL)(
    'is brought forward on the copy, with the time that it took',
    async ({ task }) => {
      const image = await withExtras(gateway.lab, OLDER)
      await makeOlder(gateway, 12, (url) => migrateBy(image, url))
      const plan = await planned({ ...postgres, url: oldUrl(), ...KEYS })
      expect(plan.pending).toBeGreaterThan(20)
      const done = await adopted({ ...postgres, url: oldUrl(), ...KEYS })
      expect(done.took.migrations).toBeGreaterThan(0)
      const proof = await verifyBackup(session, { run, backup: done.snapshot }, { onEvent: shown })
      expect(proof).toMatchObject({ ok: true, level: 'L6', reason: null })
      counted(task, `${plan.pending} migrations in ${done.took.migrations} s`)
    },
    900_000,
  )
})

describe('one clear error', () => {
  beforeAll(() => fillOld(gateway, { keys: 3, teams: 1, rows: 3 }, ['salt']))

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

  it('for a role that may not read all, with the names of the tables', async () => {
    await oldSql(gateway, `REVOKE SELECT ON "LiteLLM_Config", "LiteLLM_TagTable" FROM ${OLD.role}`)
    await expect(adopt({ ...postgres, url: oldUrl(), ...KEYS })).rejects.toMatchObject({
      code: 'old-database-rights',
      message: expect.stringMatching(/LiteLLM_Config.*LiteLLM_TagTable/),
    })
    await oldSql(gateway, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${OLD.role}`)
  })

  it('for TLS that does not verify; with its authority it does', async () => {
    const { address } = gateway.lab.host
    const authority = await encryptOld(gateway, `IP:${address}`)
    const asked = { ...postgres, ...KEYS, url: oldUrl(address) }
    await expect(adopt(asked)).rejects.toMatchObject({ code: 'old-database-tls' })
    await expect(adopt({ ...asked, url: oldUrl(address, '?sslmode=require') })).rejects.toMatchObject({
      code: 'old-database-tls',
    })
    expect(await planned({ ...asked, authority })).toMatchObject({ outcome: 'planned' })
    const other = await encryptOld(gateway, 'DNS:other.example.com')
    await expect(adopt({ ...asked, authority: other })).rejects.toMatchObject({ code: 'old-database-tls' })
  })
})

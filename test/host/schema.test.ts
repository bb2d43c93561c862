import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import programs from '../../src/agent/programs.json' with { type: 'json' }
import { restoreBackup, takeBackup } from '../../src/backup/programs.ts'
import { BOOTSTRAP } from '../../src/contract/wire.ts'
import { agentModules } from '../../src/host/agent-modules.ts'
import { deploy } from '../../src/host/deploy.ts'
import { HostProgramError } from '../../src/host/errors.ts'
import { observe } from '../../src/host/observe.ts'
import { rollback } from '../../src/host/rollout.ts'
import type { Session } from '../../src/host/session.ts'
import { startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { admin, leftovers, sql } from './backup-data.ts'
import { derivedImage } from './derived-image.ts'
import { chat, type DeployedGateway, deployInput, open, startGateway } from './gateway.ts'
import { withExtras, withMigration } from './schema/litellm-of.ts'

/** Real packages: of LiteLLM 1.80.5, whose only resolver compares and drops; 1.85.0 and 1.103.0, which have both. */
const [FIRST_RESOLVER_ONLY, BOTH, LAST_WITHOUT_JOB] = ['0.4.6', '0.4.72', '0.4.100'] as const
const LATER = '20990101000000_later'
const DOMAIN = 'llm.example.com'
const run = 'test'

let gateway: DeployedGateway
let session: Session
let newer: string
let older: string

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  newer = await withMigration(
    gateway.lab,
    LATER,
    'CREATE TABLE "LiteLLM_Later" (id text); ALTER TABLE "LiteLLM_VerificationToken" ADD COLUMN later text;',
  )
  older = await withExtras(gateway.lab, FIRST_RESOLVER_ONLY)
  await sql(gateway, `CREATE TABLE mine (note text); INSERT INTO mine VALUES ('kept')`)
}, 600_000)
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const to = (image: string) => deploy(session, { ...deployInput(gateway.lab), image, run })
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it was not refused'),
    (reason: HostProgramError) => {
      expect(reason).toBeInstanceOf(HostProgramError)
      return reason
    },
  )
const key = async (alias: string) =>
  (await admin<{ key: string }>(gateway, '/key/generate', { key_alias: alias })).key
const works = async (virtualKey: string) => (await chat({ ...gateway, key: virtualKey }, 'gpt-4')).status
const served = async () => (await observe(session, {})).gateway?.image
/** The database as text, but for what LiteLLM itself writes while it serves. */
const dumped = async () => {
  const { stdout } = await gateway.lab.exec(
    `pg_dump -U litellm_owner litellm --exclude-table-data='"LiteLLM_ProxyWorkerHeartbeat"' --exclude-table-data='"LiteLLM_*Log*"' --exclude-table-data='"LiteLLM_Daily*"' --exclude-table-data='"LiteLLM_CronJob"' --exclude-table-data='"LiteLLM_HealthCheckTable"' | grep -v '^.\\(un\\)\\?restrict '`,
    { timeoutMs: 60_000 },
  )
  expect(stdout).toContain('CREATE TABLE public."LiteLLM_VerificationToken"')
  return stdout
}

/** Runs one more program among the agent's on the host. */
async function onHost<Answer>(script: string, input: object = {}): Promise<Answer> {
  const modules = agentModules(...Object.keys(programs))
  const entry = { module: 'script', by: ['runner'], starts: [], modules: ['script'] }
  const table = JSON.stringify({ ...JSON.parse(modules['programs.json'] ?? ''), script: entry })
  const request = `${JSON.stringify({ modules: { ...modules, script, 'programs.json': table }, main: 'script', input })}\n`
  const command = `python3 -I -B -c '${BOOTSTRAP}'`
  const { stdout, stderr } = await gateway.lab.exec(command, { stdin: request, timeoutMs: 1_200_000 })
  const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { result?: Answer }
  return answer.result ?? expect.fail(`${stdout.slice(-2000)} ${stderr}`)
}

describe('an image that is older than the schema', () => {
  it('is refused by deploy, which names what it does not know, and the database is the same to the byte', async () => {
    const before = await dumped()
    const { code, message } = await refusal(to(older))
    expect(code).toBe('schema-moved')
    expect(message).toMatch(/The database has had \d{2,} migrations \(\d+\w+, .* …\) that .* does not know/)
    expect(await dumped()).toBe(before)
    expect(await served()).toBe(gateway.lab.image)
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })

  it('is told by the next plan, before anybody deploys', async () => {
    const { differs } = await observe(session, { image: older })
    expect(differs.image?.schema).toMatchObject({
      unknown: expect.arrayContaining([expect.stringMatching(/^2026/)]),
      backup: null,
    })
  })
})

describe('an upgrade, its undoing, and the way forward again', () => {
  let atNight: string
  let atNoon: string
  let afterwards: string
  let backup: string

  it('takes a backup first and reads it back; what people have of their own stays', async () => {
    await takeBackup(session, { run })
    atNoon = await key('at-noon')
    const { changed } = await to(newer)
    const line = changed.find((one) => one.startsWith('backup ')) ?? expect.fail(`no backup: ${changed}`)
    expect(line).toMatch(new RegExp(`^backup [0-9a-f]{8} taken before 1 migration \\(${LATER}\\)$`))
    backup = line.split(' ')[1] ?? ''
    expect(await sql(gateway, 'SELECT note FROM mine')).toBe('kept')
    expect(await sql(gateway, `SELECT to_regclass('"LiteLLM_Later"') IS NOT NULL`)).toBe('t')
    expect(await works(atNoon)).toBe(200)
    afterwards = await key('afterwards')
    expect(await leftovers(gateway)).toEqual([])
  })

  it('is not undone by a rollback, which names exactly that backup', async () => {
    const { code, message } = await refusal(rollback(session, { run }))
    expect(code).toBe('schema-moved')
    expect(message).toContain(`backup: ${backup} and scope: all`)
    expect(await refusal(to(gateway.lab.image))).toMatchObject({ code: 'schema-moved', message })
  })

  it('is undone by what the refusal says: the keys of the day are there, and the old image serves', async () => {
    const restored = await restoreBackup(session, { run, backup, scope: 'all', confirm: DOMAIN })
    expect(restored.outcome).toBe('restored')
    expect(await served()).toBe(gateway.lab.image)
    expect(await works(atNoon)).toBe(200)
    expect(await works(afterwards)).toBe(401)
    expect(await sql(gateway, `SELECT to_regclass('"LiteLLM_Later"') IS NULL`)).toBe('t')
  })

  it('runs its migrations again, although this host has met the image before', async () => {
    const { changed } = await to(newer)
    expect(changed).toEqual([expect.stringMatching(/^backup /), 'schema migrated', 'release'])
    expect(await sql(gateway, `SELECT to_regclass('"LiteLLM_Later"') IS NOT NULL`)).toBe('t')
    expect(await works(atNoon)).toBe(200)
    atNight = await key('at-night')
  })

  it('finds columns that somebody dropped, and leaves the gateway as it is', async () => {
    await sql(gateway, 'ALTER TABLE "LiteLLM_BudgetTable" DROP COLUMN soft_budget')
    const another = await derivedImage(gateway.lab, ['LABEL generation=3'])
    // It has all that the database has had but the one that `newer` brought.
    await sql(
      gateway,
      `DELETE FROM _prisma_migrations WHERE migration_name = '${LATER}'; DROP TABLE "LiteLLM_Later"; ALTER TABLE "LiteLLM_VerificationToken" DROP COLUMN later`,
    )
    const { code, message } = await refusal(to(another))
    expect(code).toBe('schema-incomplete')
    expect(message).toContain('LiteLLM_BudgetTable.soft_budget')
    await sql(gateway, 'ALTER TABLE "LiteLLM_BudgetTable" ADD COLUMN soft_budget double precision')
    expect(await works(atNight)).toBe(200)
  })
})

describe('what cannot be done safely is not begun', () => {
  it('migrations whose backup fails', async () => {
    const failing = await withMigration(
      gateway.lab,
      '20990102000000_unsafe',
      'CREATE TABLE unsafe (id text);',
    )
    const before = await served()
    await gateway.lab.exec('mv /etc/litellm/backup_password /root/; echo wrong >/etc/litellm/backup_password')
    const { code, message } = await refusal(to(failing))
    await gateway.lab.exec('mv /root/backup_password /etc/litellm/backup_password')
    expect(code).toBe('upgrade-backup')
    expect(message).toContain('20990102000000_unsafe')
    expect(message).toContain('Nothing was migrated; the gateway serves as before')
    expect(await sql(gateway, `SELECT to_regclass('unsafe') IS NULL`)).toBe('t')
    expect(await served()).toBe(before)
    expect(await leftovers(gateway)).toEqual([])
  })

  it('migrations of a database that no release serves, without a dump of it, kept until the next backup', async () => {
    const script =
      "from agent.backup import upgrade\nfrom agent.gateway import release\ndef main(given):\n    release.serving = lambda: None\n    return upgrade.before('1 migration', 'test')"
    const { name, snapshot } = await onHost<{ name: string; snapshot: null }>(script)
    expect(snapshot).toBeNull()
    const { stdout } = await gateway.lab.exec(
      `stat -c %a ${name}; pg_restore --list ${name} | grep 'TABLE DATA public mine'`,
    )
    expect(stdout).toMatch(/^600\n.*TABLE DATA public mine/)
    await takeBackup(session, { run })
    expect((await gateway.lab.exec(`test -e ${name}`)).code).toBe(1)
  })

  it('a pull without room on the disk, and no request is lost', async ({ task }) => {
    const large = await derivedImage(gateway.lab, ['COPY large /large'], {
      prepare: 'head -c 20000000 /dev/urandom >"$context/large"',
    })
    const load = await startLoad({
      url: gateway.url,
      key: gateway.key,
      plain: { model: 'gpt-4', pauseMs: 200 },
      stream: { model: 'streamed' },
    })
    await gateway.lab.exec(
      'mount -t tmpfs -o size=600m,mode=1777 none /var/tmp; head -c 80000000 /dev/zero >/var/tmp/full',
    )
    const { code, message } = await refusal(to(large))
    await gateway.lab.exec('umount /var/tmp')
    const report = await load.stop()
    expect(code).toBe('disk-full')
    expect(message).toMatch(
      /of which \d+ MiB are sent, needs \d+ MiB on the disk of \/var\/tmp, 512 MiB must stay free, and \d+ MiB are free/,
    )
    expect((await gateway.lab.exec(`podman image exists ${large}`)).code).toBe(1)
    expect(report.failures).toEqual([])
    counted(task, `${report.requests} requests, ${report.failed} failed while a pull was refused`)
  })
})

describe('migrations that have to wait', () => {
  /** Holds something in the database until it is let go, as a person at a terminal would. */
  async function holding(statement: string) {
    const script = `runuser -u postgres -- psql -X -q -A -t -d litellm -c "${statement}"`
    await gateway.lab.exec(`systemd-run --quiet --collect --unit=holder-of-test sh -c '${script}'`)
    return async () =>
      await gateway.lab.exec(
        `runuser -u postgres -- psql -X -q -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'psql' AND datname = 'litellm'"`,
      )
  }

  it.each([
    [
      "Prisma's own lock",
      'SELECT pg_advisory_lock(72707369), pg_sleep(600)',
      /Prisma's advisory lock 72707369, which has: pid \d+, postgres, psql, at SELECT/,
    ],
    [
      'a table',
      String.raw`BEGIN; LOCK TABLE \"LiteLLM_TagTable\" IN ACCESS SHARE MODE; SELECT pg_sleep(600)`,
      /ALTER TABLE waits for \d+ s for the table or index "LiteLLM_TagTable", which has: pid \d+, postgres, psql, at/,
    ],
  ])(
    'for %s say who has it within a minute, and go on when it is free',
    async (name, statement, expected) => {
      const image = await withMigration(
        gateway.lab,
        `2099010${name === 'a table' ? 5 : 4}000000_waits`,
        `ALTER TABLE "LiteLLM_TagTable" ADD COLUMN waits_${name === 'a table' ? 'b' : 'a'} text;`,
        // What the one before it has brought.
        name === 'a table' ? newer : gateway.lab.image,
      )
      newer = image
      const free = await holding(statement)
      let begun = 0
      let told: { readonly detail: string; readonly seconds: number } | undefined
      const input = { ...deployInput(gateway.lab), image, run }
      const { outcome } = await deploy(session, input, {
        onEvent: (event) => {
          if (event.event === 'step' && event.name === 'read back' && event.state === 'done')
            begun = Date.now()
          if (event.event !== 'note' || event.name !== 'migrations' || told !== undefined) return
          told = { detail: event.detail, seconds: (Date.now() - begun) / 1000 }
          void free()
        },
      })
      expect(outcome).toBe('rolled-out')
      expect(told?.detail).toMatch(expected)
      expect(told?.seconds).toBeLessThan(60)
      expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    },
  )
})

describe('whatever the versions', () => {
  it('nothing is gone that was not foreseen, and no table of people ever', async ({ task }) => {
    const images = [
      older,
      await withExtras(gateway.lab, BOTH),
      await withExtras(gateway.lab, LAST_WITHOUT_JOB),
      gateway.lab.image,
    ]
    const pairs = await onHost<
      { from: string; to: string; outcome: string; unknown: string[]; foreseen: string[]; lost: string[] }[]
    >(readFileSync(join(import.meta.dirname, 'schema/probe.py'), 'utf8'), { images })
    expect(pairs).toHaveLength(images.length ** 2)
    const names = [FIRST_RESOLVER_ONLY, BOTH, LAST_WITHOUT_JOB, 'the lab']
    for (const { from, to, outcome, unknown, lost, foreseen } of pairs) {
      const pair = `${names[images.indexOf(from)]} to ${names[images.indexOf(to)]}, unknown: ${unknown.join(', ') || 'none'}`
      // LiteLLM took some migrations out of later versions: also with a column of somebody's own beside them, those are no newer schema.
      const isRefused = images.indexOf(to) < images.indexOf(from)
      expect([pair, outcome]).toEqual([pair, isRefused ? 'refused' : 'migrated'])
      expect(lost.filter((name) => !foreseen.includes(name))).toEqual([])
      if (isRefused) expect(lost).toEqual([])
    }
    const migrated = pairs.filter(({ outcome }) => outcome === 'migrated').length
    expect(migrated).toBeGreaterThan(images.length)
    counted(task, `${pairs.length} pairs of versions, ${migrated} migrated, the others refused`)
  }, 1_200_000)
})

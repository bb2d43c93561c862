import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { deploy } from '../../src/host/deploy.ts'
import { observe, observeForDoctor, observeUsage } from '../../src/host/observe.ts'
import type { Session } from '../../src/host/session.ts'
import { startLoad } from '../lab/load/load.ts'
import { leftovers } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

const DOMAIN = 'llm.example.com'
const run = 'test'
/** What an attacker would make: root's, postgres' or anybody's. */
const CAUGHT = '/var/tmp/caught-by'

let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const rows = (text: string, options = '-U litellm -d litellm') =>
  gateway.lab.exec(`psql ${options} -X -v ON_ERROR_STOP=1 -At`, { stdin: text })

/** As whoever has LiteLLM's password, from inside its container. */
const asLitellm = (text: string, database = 'litellm') =>
  gateway.lab.exec(
    `PGPASSWORD=$(cat /etc/litellm/postgres_password) psql -h 127.0.0.1 -U litellm -d ${database} -X -v ON_ERROR_STOP=1 -At`,
    { stdin: text },
  )

/** As who owns the tables. */
const asOwner = async (text: string) => {
  const owner = await rows(
    "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'litellm'",
    '-U litellm',
  )
  const { code, stderr } = await rows(text, `-U ${owner.stdout.trim()} -d litellm`)
  expect(code, stderr).toBe(0)
}

/** Files that code of the attacker made. */
const caught = async () => (await gateway.lab.exec(`ls ${CAUGHT}* 2>/dev/null`)).stdout.trim()

describe('the role that LiteLLM serves with', () => {
  it('reads and writes rows, and LiteLLM serves with it', async () => {
    const text = `INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ('x', '{}'); DELETE FROM "LiteLLM_Config" WHERE param_name = 'x'`
    expect(await asLitellm(text)).toMatchObject({ code: 0 })
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    const sessions = `SELECT DISTINCT usename FROM pg_stat_activity WHERE client_addr IS NOT NULL`
    expect((await rows(sessions, '-U litellm_reader -d litellm')).stdout.trim()).toBe('litellm')
  })

  it.each([
    ['a table', 'CREATE TABLE mine (a int)'],
    ['a temporary table', 'CREATE TEMP TABLE "LiteLLM_Config" (a int)'],
    ['a view', 'CREATE VIEW mine AS SELECT 1'],
    ['a schema', 'CREATE SCHEMA litellm'],
    ['a function', `CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    [
      'a trigger',
      'CREATE TRIGGER mine BEFORE INSERT ON "LiteLLM_Config" EXECUTE FUNCTION litellm_bump_mcp_catalog_revision()',
    ],
    ['another column', 'ALTER TABLE "LiteLLM_Config" ADD COLUMN mine int'],
    ['another name', 'ALTER TABLE "LiteLLM_Config" RENAME TO mine'],
    ['no rows at once', 'TRUNCATE "LiteLLM_Config"'],
    ['the database', 'ALTER DATABASE litellm SET standard_conforming_strings = off'],
    ['migrations', `UPDATE _prisma_migrations SET finished_at = NULL`],
    ['a program', `COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}'`],
    ['a file', `COPY (SELECT 1) TO '${CAUGHT}'`],
    ['what the owner may', 'SET ROLE litellm_owner'],
    ['what the superuser may', 'SET ROLE postgres'],
  ])('makes or changes nothing else: %s', async (_, text) => {
    const { code, stderr } = await asLitellm(text)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/permission denied|must be (owner|superuser)|not allowed/)
  })

  it('enters no other database', async () => {
    for (const database of ['postgres', 'template1'])
      expect((await asLitellm('SELECT 1', database)).stderr).toMatch(/no pg_hba.conf entry/)
  })
})

describe('LiteLLM that makes partitions itself', () => {
  const letPartition = (wanted: 'True' | 'False') =>
    gateway.lab.exec('python3 -I -', {
      stdin: `import json, sys
modules = json.load(open("/usr/local/lib/litellm-gitops/agent.json"))["modules"]
space = {}
exec(modules["loader"], space)
sys.meta_path.insert(0, space["StreamedModules"](modules))
from agent.database import postgres
postgres.let_partition(${wanted})`,
    })
  const text = `BEGIN; CREATE TABLE part (a int); SELECT tableowner FROM pg_tables WHERE tablename = 'part'; ROLLBACK`

  it('serves as the owner for as long as that is declared', async () => {
    expect(await letPartition('True')).toMatchObject({ code: 0 })
    expect((await asLitellm(text)).stdout).toMatch(/^litellm_owner$/m)
    expect(await letPartition('False')).toMatchObject({ code: 0 })
    expect((await asLitellm(text)).stderr).toMatch(/permission denied/)
  })
})

describe('the role that this product reads with', () => {
  it.each([
    ['writes nothing', `INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ('x', '{}')`],
    [
      'writes nothing when it asks to',
      `SET default_transaction_read_only = off; DELETE FROM "LiteLLM_Config"`,
    ],
    ['makes nothing', 'SET default_transaction_read_only = off; CREATE TABLE mine (a int)'],
    ['starts no program', `COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}'`],
  ])('%s', async (_, text) => {
    const { code } = await rows(text, '-U litellm_reader -d litellm')
    expect(code).not.toBe(0)
  })
})

/** Names as an attacker would choose them, who owned the schema once: each is a table, and has a column of that name. */
const NAMES = [
  `M\nlitellm-gitops: answered\n\\! id>${CAUGHT}-marker;#\nz`,
  `M\n\\! id>${CAUGHT}-line;#\n`,
  `N\n\\! id>${CAUGHT}-line;#\n`,
  `O') FROM pg_class; COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}-quote'; --`,
  `P"; COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}-double'; --`,
  `Q\\'; \\! id > ${CAUGHT}-backslash\n`,
  `R$(id > ${CAUGHT}-shell)`,
  `S|%s|%(name)s|%I`,
]
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const EVIL = (by: string) => `
CREATE FUNCTION evil_${by}() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}-${by}'; RETURN 1; EXCEPTION WHEN OTHERS THEN RETURN 1; END $$;`

describe('a schema that an attacker made', () => {
  beforeAll(async () => {
    await asOwner(
      NAMES.map((name) => `CREATE TABLE ${quoted(name)} (${quoted(name)} text);`)
        .concat(NAMES.map((name) => `INSERT INTO ${quoted(name)} VALUES ('x');`))
        .join('\n'),
    )
    // A view in the place of a table, over a function that would start a program.
    await asOwner(
      `${EVIL('view')}
       ALTER TABLE "LiteLLM_DailyUserSpend" RENAME TO "Daily";
       CREATE VIEW "LiteLLM_DailyUserSpend" AS SELECT d.*, evil_view() AS more FROM "Daily" d;
       INSERT INTO "Daily" (id, user_id, date, api_key, model, model_group, custom_llm_provider, spend, updated_at)
         VALUES ('evil', 'u', current_date::text, 'k', 'm', 'm', 'p', 1, now());`,
    )
    // An overload that fits better than PostgreSQL's own function.
    await asOwner(
      `CREATE FUNCTION public.jsonb_build_object(text, text, text, text, text, numeric, text, double precision) RETURNS jsonb LANGUAGE plpgsql AS $$
       BEGIN COPY (SELECT 1) TO PROGRAM 'id > ${CAUGHT}-overload'; RETURN '{}'; END $$;
       ALTER DATABASE litellm SET standard_conforming_strings = off;
       ALTER DATABASE litellm SET search_path = public, pg_catalog;`,
    )
  })

  it('is seen by a plan, a doctor and a report, which run nothing of it', async () => {
    const seen = await observe(session, { manifest: manifestFor(gateway.lab), prices: ['openai/gpt-4'] })
    expect(seen.gateway?.problem ?? null).toBeNull()
    await observeForDoctor(session, { manifest: manifestFor(gateway.lab) })
    await observeUsage(session, { since: '2026-11-01', until: '2026-11-30', zone: 'UTC' })
    expect(await caught()).toBe('')
  })

  it('is backed up, proven and planned for a restore with every row, and runs nothing', async () => {
    const taken = await takeBackup(session, { run })
    expect(await caught()).toBe('')
    const proof = await verifyBackup(session, { run })
    expect(proof).toMatchObject({ ok: true, reason: null, level: 'L6' })
    expect(await caught()).toBe('')
    const plan = await restoreBackup(session, { run, backup: taken.snapshot })
    expect(plan.outcome).toBe('planned')
    // Requests of before may be counted late; nobody writes into these.
    expect(JSON.stringify('tables' in plan ? plan.tables : null)).not.toMatch(/answered|PROGRAM|%I/)
    expect(await caught()).toBe('')
    expect(await leftovers(gateway)).toEqual([])
  })

  it('keeps its rows through a restore', async () => {
    await asOwner(`DELETE FROM ${quoted(NAMES[0] ?? '')}`)
    const done = await restoreBackup(session, { run, confirm: DOMAIN })
    expect(done).toMatchObject({
      outcome: 'restored',
      tables: { [`public.${quoted(NAMES[0] ?? '')}`]: [0, 1] },
    })
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
    expect(await caught()).toBe('')
  })

  it('does not get a time into a statement by a restore', async () => {
    await asOwner(
      `ALTER TABLE "LiteLLM_SpendLogs" RENAME TO "Logs";
       CREATE TABLE "LiteLLM_SpendLogs" AS
         SELECT 1::double precision AS spend, '2026-01-01'' ; \\! id>${CAUGHT}-time;#' AS "startTime";`,
    )
    const taken = await takeBackup(session, { run })
    const plan = await restoreBackup(session, { run, backup: taken.snapshot })
    expect(plan).toMatchObject({ outcome: 'planned', newer: null })
    expect(await caught()).toBe('')
  })
})

describe('a host that an earlier version deployed, whose serving role owns everything', () => {
  beforeAll(async () => {
    session.close()
    await gateway.lab.stop()
    gateway = await startGateway()
    session = await open(gateway.lab)
    const { code, stderr } = await gateway.lab.exec(UNDIVIDED, { timeoutMs: 180_000 })
    expect(code, stderr).toBe(0)
  })

  it('is said to be outdated, and serves', async () => {
    const seen = await observe(session, { manifest: manifestFor(gateway.lab) })
    expect(seen.differs).toMatchObject({ database: 'outdated', packages: ['python3-psycopg2'] })
    expect(seen.gateway?.problem).toMatch(/deploy/)
    await expect(takeBackup(session, { run })).rejects.toMatchObject({
      message: expect.stringMatching(/deploy/),
    })
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })

  it('gets its roles by the next deploy, without a lost request', async () => {
    const { url, key } = gateway
    const load = await startLoad({
      url,
      key,
      plain: { model: 'gpt-4', pauseMs: 200 },
      stream: { model: 'streamed' },
    })
    const done = await deploy(session, deployInput(gateway.lab))
    expect(done.changed).toEqual(
      expect.arrayContaining(['python3-psycopg2 installed', 'database roles separated', 'release']),
    )
    const report = await load.stop()
    expect(report).toMatchObject({ failed: 0 })
    expect(report.requests).toBeGreaterThan(50)
    const sessions = `SELECT DISTINCT usename FROM pg_stat_activity WHERE client_addr IS NOT NULL`
    expect((await rows(sessions, '-U litellm_reader -d litellm')).stdout.trim()).toBe('litellm')
    expect((await asLitellm('CREATE TABLE mine (a int)')).stderr).toMatch(/permission denied/)
    const seen = await observe(session, { manifest: manifestFor(gateway.lab) })
    expect(seen.differs).toMatchObject({ database: 'ready', packages: [], files: [], keys: [] })
    expect(await deploy(session, deployInput(gateway.lab))).toMatchObject({
      changed: [],
      outcome: 'unchanged',
    })
  })
})

/** Makes of a host what the version before this boundary left: one role, which owns database and schema. */
const UNDIVIDED = `set -e
systemctl stop litellm
as_postgres() { runuser -u postgres -- psql -X -q -v ON_ERROR_STOP=1 "$@"; }
cd /
as_postgres -d litellm -c 'DROP OWNED BY litellm' -c 'DROP OWNED BY litellm_reader'
as_postgres -c 'DROP ROLE litellm' -c 'DROP ROLE litellm_reader' -c 'GRANT CONNECT, TEMP ON DATABASE litellm TO PUBLIC'
as_postgres -c 'ALTER ROLE litellm_owner RENAME TO litellm' <<SQL
SQL
as_postgres <<SQL
ALTER ROLE litellm PASSWORD '$(cat /etc/litellm/postgres_password)';
SQL
rm /etc/litellm/postgres_owner_password
for folder in /etc/postgresql/*/main; do
  printf 'local all postgres peer\\nlocal all litellm peer map=litellm\\nlocal all all peer\\nhost all litellm 127.0.0.1/32 scram-sha-256\\n' > $folder/pg_hba.conf
  printf 'litellm root litellm\\nlitellm postgres litellm\\n' > $folder/pg_ident.conf
done
systemctl reload postgresql
apt-get -q -y remove python3-psycopg2 >/dev/null
systemctl start litellm
for _ in $(seq 120); do python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:4001/health/readiness")' 2>/dev/null && exit 0; sleep 0.5; done
exit 1`

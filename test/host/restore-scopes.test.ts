import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup, takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { agentModules } from '../../src/host/agent-modules.ts'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { counted, FULL } from '../lab/proof.ts'
import { type Contents, fill, leftovers, sql, works } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, open, release, startGateway } from './gateway.ts'

const DOMAIN = 'llm.example.com'
const ROWS = 300
const SPEND = 'public."LiteLLM_SpendLogs"'
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

/** Runs `main(given)` of a Python text on the host, among the host's own programs. */
async function onHost<Answer>(script: string, given: object = {}): Promise<Answer> {
  const { code, stdout, stderr } = await gateway.lab.exec('python3 -I -', {
    stdin: `import json, sys
modules = json.loads(${JSON.stringify(JSON.stringify(agentModules('restore', 'doctor')))})
space = {}
exec(modules["loader"], space)
sys.meta_path.insert(0, space["StreamedModules"](modules))
script = {}
exec(${JSON.stringify(script)}, script)
print("\\n" + json.dumps(script["main"](json.loads(${JSON.stringify(JSON.stringify(given))}))))`,
    timeoutMs: 60 * 60_000,
  })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer
}

const must = async (command: string) => {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 300_000 })
  expect(code, stderr).toBe(0)
  return stdout.trim()
}
const number = async (query: string) => Number(await sql(gateway, query))

/** What LiteLLM wants for `use_spend_logs_partitioning`, with the rows moved along. */
const PARTITIONED = `
BEGIN;
ALTER TABLE ${SPEND} RENAME TO "LiteLLM_SpendLogs_legacy";
ALTER INDEX "LiteLLM_SpendLogs_pkey" RENAME TO "LiteLLM_SpendLogs_legacy_pkey";
CREATE TABLE ${SPEND} (LIKE "LiteLLM_SpendLogs_legacy" INCLUDING DEFAULTS) PARTITION BY RANGE ("startTime");
ALTER TABLE ${SPEND} ADD PRIMARY KEY (request_id, "startTime");
CREATE INDEX ON ${SPEND} ("startTime");
CREATE TABLE "LiteLLM_SpendLogs_pdefault" PARTITION OF ${SPEND} DEFAULT;
CREATE TABLE "LiteLLM_SpendLogs_p20250101" PARTITION OF ${SPEND} FOR VALUES FROM ('2025-01-01') TO ('2025-01-02');
INSERT INTO ${SPEND} SELECT * FROM "LiteLLM_SpendLogs_legacy";
COMMIT;`

/** Logs a request many times a second, and notes those that the database has acknowledged. */
const WRITER = `for n in $(seq 100000); do
  echo "INSERT INTO \\"LiteLLM_SpendLogs\\" (request_id, call_type, api_key, \\"startTime\\", \\"endTime\\") VALUES ('late-$n', 'x', 'x', now(), now());" |
    psql -X -q -v ON_ERROR_STOP=1 -U litellm_owner -d litellm 2>/dev/null && echo late-$n >> /root/acked
  sleep 0.05
done`

/** Writes requests of a day into the log. */
const log = (name: string, day: string, count = 100) =>
  sql(
    gateway,
    `INSERT INTO ${SPEND} (request_id, call_type, api_key, spend, "startTime", "endTime", model)
     SELECT '${name}-' || n, 'acompletion', 'key', 0.001, '${day}', '${day}', 'gpt-4' FROM generate_series(1, ${count}) n`,
  )

describe('the tables of the LiteLLM that serves', () => {
  it('are all known, as configuration or as usage', async () => {
    const script = `
from agent.database import postgres, tables as database_tables
from agent.litellm import tables as litellm_tables
def main(given):
    with postgres.reading() as asked:
        return sorted(set(database_tables.read(asked).parts) - litellm_tables.CONFIGURATION - litellm_tables.USAGE)`
    expect(await onHost(script)).toEqual([`public."somebody's own"`])
  })
})

describe('a spend log in partitions', () => {
  beforeAll(async () => {
    await sql(gateway, PARTITIONED)
    await log('old', '2025-01-01')
    const content = release()
    const config = content.config.replace(
      'general_settings: {',
      'general_settings: {use_spend_logs_partitioning: true, ',
    )
    await deploy(session, deployInput(gateway.lab, { ...content, config }))
    await takeBackup(session, { run })
  })

  it('is backed up and proven with each of its rows', async () => {
    expect(await verifyBackup(session, { run })).toMatchObject({ ok: true, level: 'L6', reason: null })
    expect(await leftovers(gateway)).toEqual([])
  })

  it('is forecast by the size of its partitions', async () => {
    const script =
      'from agent.facts import usage as usage_facts\ndef main(given):\n    return usage_facts.gather()["growth"]'
    const growth = await onHost<{ bytes: number; rows: number; recentRows: number }>(script)
    expect(growth.bytes).toBeGreaterThan(50_000)
    expect(growth.recentRows).toBeGreaterThanOrEqual(ROWS)
  })

  it('stays when the configuration is restored: with partitions and rows of after the backup, and of meanwhile', async () => {
    await sql(
      gateway,
      `CREATE TABLE "LiteLLM_SpendLogs_p20300101" PARTITION OF ${SPEND} FOR VALUES FROM ('2030-01-01') TO ('2030-01-02');
       DROP TABLE "LiteLLM_SpendLogs_p20250101";
       DELETE FROM "LiteLLM_CredentialsTable";`,
    )
    await log('new', '2030-01-01')
    await log('today', '2026-11-02')
    const rows = await number(`SELECT count(*) FROM ${SPEND}`)
    const plan = await restoreBackup(session, { run, scope: 'configuration' })
    expect(plan).toMatchObject({
      outcome: 'planned',
      tables: { 'public."LiteLLM_CredentialsTable"': [0, 1] },
      unknown: ['public."LiteLLM_SpendLogs_legacy"', `public."somebody's own"`],
      newer: { requests: 0 },
    })
    expect('kept' in plan && plan.kept?.[SPEND]).toBeGreaterThanOrEqual(rows)

    // Requests are logged all the time; those that the database has acknowledged must be there afterwards.
    await gateway.lab.exec('cat > /root/writer', { stdin: WRITER })
    await must('touch /root/acked; systemd-run --quiet --unit=writer --collect bash /root/writer')
    const done = await restoreBackup(session, { run, scope: 'configuration', confirm: DOMAIN })
    await must('systemctl stop writer')
    expect(done).toMatchObject({ outcome: 'restored', scope: 'configuration' })
    const acked = (await must('cat /root/acked')).split('\n')
    const there = new Set(
      (await sql(gateway, `SELECT request_id FROM ${SPEND} WHERE request_id LIKE 'late-%'`)).split('\n'),
    )
    expect(acked.length).toBeGreaterThan(20)
    expect(acked.filter((name) => !there.has(name))).toEqual([])

    const partitions = await sql(
      gateway,
      `SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = '${SPEND}'::regclass ORDER BY 1`,
    )
    expect(partitions).toContain('p20300101')
    expect(partitions).not.toContain('p20250101')
    const counts = `SELECT count(*) FILTER (WHERE request_id LIKE 'new-%') || ' ' || count(*) FILTER (WHERE request_id LIKE 'today-%')
      || ' ' || count(*) FILTER (WHERE request_id LIKE 'old-%') || ' ' || count(*) FILTER (WHERE request_id LIKE 'request-%') FROM ${SPEND}`
    expect(await sql(gateway, counts)).toBe(`100 100 0 ${ROWS}`)
    // It counts what was there when the databases changed places; the writer goes on a moment longer.
    const kept = 'kept' in done ? done.kept?.[SPEND] : undefined
    expect(kept).toBeGreaterThan(rows)
    expect(kept).toBeLessThanOrEqual(await number(`SELECT count(*) FROM ${SPEND}`))
    expect(await number('SELECT count(*) FROM "LiteLLM_CredentialsTable"')).toBe(1)
    expect(await works(gateway, before)).toBe(200)
  })

  it('keeps what was logged since when that restore is undone, and its plan says what goes', async () => {
    await log('since', '2030-01-01')
    const rows = await number(`SELECT count(*) FROM ${SPEND}`)
    const plan = await restoreBackup(session, { run, undo: true })
    expect(plan).toMatchObject({
      scope: 'configuration',
      tables: { 'public."LiteLLM_CredentialsTable"': [1, 0] },
    })
    await restoreBackup(session, { run, undo: true, confirm: DOMAIN })
    expect(await number(`SELECT count(*) FROM ${SPEND} WHERE request_id LIKE 'since-%'`)).toBe(100)
    expect(await number(`SELECT count(*) FROM ${SPEND}`)).toBeGreaterThanOrEqual(rows)
    expect(await number('SELECT count(*) FROM "LiteLLM_CredentialsTable"')).toBe(0)
  })

  it('comes back whole with the scope database, whose plan counts its partitions as one table', async () => {
    const plan = await restoreBackup(session, { run, scope: 'database' })
    expect(plan).toMatchObject({ kept: {}, unknown: [] })
    expect(
      'tables' in plan && Object.keys(plan.tables ?? {}).filter((name) => name.includes('SpendLogs')),
    ).toEqual([SPEND])
    await restoreBackup(session, { run, scope: 'database', confirm: DOMAIN })
    expect(await number(`SELECT count(*) FROM "LiteLLM_SpendLogs_p20250101"`)).toBe(100)
    expect(await number(`SELECT count(*) FROM ${SPEND} WHERE request_id LIKE 'since-%'`)).toBe(0)
    // LiteLLM makes partitions as the owner of the one that was restored.
    await must(
      `PGPASSWORD=$(cat /etc/litellm/postgres_password) psql -X -h 127.0.0.1 -U litellm -d litellm -v ON_ERROR_STOP=1 -c 'CREATE TABLE "LiteLLM_SpendLogs_p20310101" PARTITION OF "LiteLLM_SpendLogs" FOR VALUES FROM ($$2031-01-01$$) TO ($$2031-01-02$$)'`,
    )
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })
})

describe('a restore of any scope', () => {
  it('loses no row that its plan does not name, of whatever tables there are', async ({ task }) => {
    const seeds = Array.from({ length: FULL ? 150 : 8 }, (_, seed) => seed)
    const script = readFileSync(join(import.meta.dirname, 'programs/restore-scopes.py'), 'utf8')
    expect(await onHost<string[]>(script, { seeds })).toEqual([])
    counted(task, `${seeds.length} databases, each restored with two scopes`)
  })
})

describe('a sequence that moves while a backup is taken', () => {
  it('is no difference for the proof', async () => {
    await sql(gateway, 'CREATE TABLE counting (id bigserial)')
    await must(
      `systemd-run --quiet --unit=counter --collect bash -c 'while :; do psql -X -q -U litellm_owner -d litellm -c "INSERT INTO counting SELECT FROM generate_series(1, 100)"; done'`,
    )
    try {
      await takeBackup(session, { run })
    } finally {
      await must('systemctl stop counter')
    }
    expect(await verifyBackup(session, { run })).toMatchObject({ ok: true, level: 'L6', reason: null })
  })
})

describe('a host with a newer PostgreSQL beside that of the gateway', () => {
  it('is backed up, proven, restored and deployed with the one that serves', async () => {
    // As a package leaves it that nobody has moved the data to. Its programs end: whoever takes them fails.
    await must(`set -e; mkdir -p /usr/lib/postgresql/99/bin /etc/postgresql/99/main/conf.d
      for name in $(ls /usr/lib/postgresql/17/bin); do printf '#!/bin/sh\\necho "PostgreSQL 99 was asked" >&2; exit 1\\n' > /usr/lib/postgresql/99/bin/$name; done
      chmod +x /usr/lib/postgresql/99/bin/*; echo manual > /etc/postgresql/99/main/start.conf`)
    try {
      await takeBackup(session, { run })
      expect(await verifyBackup(session, { run })).toMatchObject({ ok: true, level: 'L6' })
      expect(await restoreBackup(session, { run, confirm: DOMAIN })).toMatchObject({ outcome: 'restored' })
      const done = await deploy(session, deployInput(gateway.lab))
      expect(done.changed.filter((name) => name.includes('postgresql'))).toEqual([])
      expect(await must('ls -A /etc/postgresql/99/main/conf.d')).toBe('')
    } finally {
      await must('rm -r /usr/lib/postgresql/99 /etc/postgresql/99')
    }
  })
})

describe('the certificates of a host that was lost', () => {
  const DATA = '/var/lib/caddy/.local/share/caddy'
  const ISSUED = `${DATA}/certificates/acme-v02.api.letsencrypt.org-directory/${DOMAIN}`

  it('come from the backup: the authority that people trust, and what an authority has issued', async () => {
    await must(`set -e; install -d -o caddy -g caddy -m 700 ${DATA}/certificates/acme-v02.api.letsencrypt.org-directory ${ISSUED}
      cd ${ISSUED}; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 80 -subj /CN=${DOMAIN} -keyout ${DOMAIN}.key -out ${DOMAIN}.crt 2>/dev/null
      echo '{}' > ${DOMAIN}.json; chown caddy: *; chmod 600 *; cp ${DATA}/pki/authorities/local/root.crt /root/trusted.crt`)
    const hashes = `cd ${DATA}; sha256sum pki/authorities/local/root.{crt,key} ${ISSUED}/*`
    const then = await must(hashes)
    await takeBackup(session, { run })
    await must(`systemctl stop caddy; rm -rf ${DATA}; sleep 1; systemctl start caddy; sleep 3`)
    expect(await must(`cd ${DATA}; sha256sum pki/authorities/local/root.crt`)).not.toBe(then.split('\n')[0])

    expect(await restoreBackup(session, { run, scope: 'all', confirm: DOMAIN })).toMatchObject({
      outcome: 'restored',
    })
    expect(await must(hashes)).toBe(then)
    expect(await must(`find ${DATA} -not -user caddy; find ${DATA} -type f -perm /077`)).toBe('')
    const served = `echo | openssl s_client -connect 127.0.0.1:443 -servername ${DOMAIN} -CAfile /root/trusted.crt -verify_return_error 2>&1`
    await expect
      .poll(() => gateway.lab.exec(served).then(({ stdout }) => stdout), { timeout: 30_000 })
      .toMatch(/Verify return code: 0/)
  })

  it('stay where the host has its own', async () => {
    const hashes = `cd ${DATA}; sha256sum pki/authorities/local/root.crt ${ISSUED}/*.crt`
    const mine = await must(
      `cd ${ISSUED}; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=${DOMAIN} -keyout ${DOMAIN}.key -out ${DOMAIN}.crt 2>/dev/null; ${hashes}`,
    )
    await restoreBackup(session, { run, scope: 'all', confirm: DOMAIN })
    expect(await must(hashes)).toBe(mine)
  })
})

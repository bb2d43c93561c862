// Thirty-five simulated days of backups: each day one in a hundred rows goes and as many come, as spend logs do under retention.
// The rows are what LiteLLM writes of a request: ten kilobytes of text each, most of it the same in every one.
import { takeBackup, verifyBackup } from '../src/backup/programs.ts'
import { admin, contents, fill, sql } from '../test/host/backup-data.ts'
import { chat, type DeployedGateway, open, startGateway } from '../test/host/gateway.ts'
import { keep } from './results.ts'

const ROWS = Number(process.env.BENCH_ROWS ?? 40_000)
const CHANGED = ROWS / 100
/** Rows that one statement makes. */
const STEP = 10_000
const KEYS = 1_000
const DAYS = 35
const KEPT = 30
/** In the sizes of one compressed dump. */
const MOST = 2
/** A backup is proven now and then: only then are old ones removed. */
const PROVEN = new Set([1, 12, 24, DAYS])
const run = 'bench'
const RESTIC = `set -e
export RESTIC_PASSWORD_FILE=/etc/litellm/backup_password RESTIC_REPOSITORY=/var/backups/litellm
cd /`
const BY_HAND = `rm -rf /root/day; restic restore -q "$id" --target /root/day
chmod -R go+rX /root/day; dump=$(dirname "$(find /root/day -name toc.dat)")
runuser -u postgres -- createdb -O litellm by_hand
/usr/lib/postgresql/17/bin/pg_restore -U litellm -h /var/run/postgresql -j2 -d by_hand "$dump"`

/** Prints and keeps bench/results/days.json. Throws when a day that is kept does not come back as it was, or when that takes too much room. */
export async function benchDays(): Promise<void> {
  const gateway = await startGateway()
  const session = await open(gateway.lab)
  const must = async (command: string) => await mustRun(gateway, command)
  try {
    await fill(gateway, 0)
    await makeKeys(gateway)
    await keepRequest(gateway)
    for (let from = 1; from <= ROWS; from += STEP)
      await sql(
        gateway,
        rowsLikeIts(from, Math.min(ROWS, from + STEP - 1), `now() - (${ROWS} - n) * interval '20 s'`),
      )
    const was = new Map<string, string>()
    for (let day = 1; day <= DAYS; day += 1) {
      if (day > 1) await passDay(gateway, day)
      const held = await contents(gateway)
      const { snapshot, expired, repositoryBytes } = await takeBackup(session, { run })
      if (PROVEN.has(day)) {
        const { ok, reason } = await verifyBackup(session, { run })
        if (!ok) throw new Error(`day ${day} is not proven: ${reason}`)
      }
      was.set(snapshot, held)
      console.log(`day ${day}: ${snapshot.slice(0, 8)}, ${expired} expired, ${repositoryBytes} bytes`)
      // It was taken as many days ago as are still to come.
      if (day < DAYS)
        await must(
          `${RESTIC}; restic rewrite -q --forget --new-time "$(date -d '-${DAYS - day} days' '+%F 02:30:00')" ${snapshot}`,
        )
    }
    const found = JSON.parse(await must(`${RESTIC}; restic snapshots --json`)) as {
      id: string
      original?: string
      time: string
    }[]
    const days = new Set(found.map(({ time }) => time.slice(0, 10)))
    for (const { id, original = id } of found) {
      await must(`${RESTIC}; id=${id}; ${BY_HAND}`)
      const back = await contentsOf(gateway, 'by_hand')
      if (back !== was.get(original)) throw new Error(`${id}: ${back}, it was ${was.get(original)}`)
      await must('cd /; runuser -u postgres -- dropdb by_hand')
    }
    await must(`${RESTIC}; restic check -q --read-data`)
    const repository = Number(await must('du -sb /var/backups/litellm | cut -f1'))
    const dump = Number(
      await must(
        'cd /; runuser -u postgres -- /usr/lib/postgresql/17/bin/pg_dump -Fc litellm > /root/one.dump; stat -c %s /root/one.dump',
      ),
    )
    keep('days', {
      command: 'npm run bench -- days',
      figures: {
        'rows, of which one in a hundred changes a day': ROWS,
        'days simulated': DAYS,
        'days that a backup of is kept': days.size,
        'of them restored by restic and pg_restore alone, each with the rows and checksums of its day':
          found.length,
        'MiB of the repository': mib(repository),
        'MiB of one compressed dump (pg_dump -Fc)': mib(dump),
        'repository, in dumps': Number((repository / dump).toFixed(2)),
      },
    })
    if (repository > MOST * dump)
      throw new Error(`The repository has ${(repository / dump).toFixed(2)} times the bytes of one dump`)
    if (days.size !== KEPT) throw new Error(`${days.size} days are kept, not ${KEPT}`)
  } finally {
    session.close()
    await gateway.lab.stop()
  }
}

/** Keys whose spend moves each day. */
async function makeKeys(gateway: DeployedGateway): Promise<void> {
  await sql(
    gateway,
    `INSERT INTO "LiteLLM_VerificationToken"
       SELECT (jsonb_populate_record(one, jsonb_build_object('token', encode(sha256(n::text::bytea), 'hex'), 'key_alias', 'key-' || n))).*
       FROM (SELECT t AS one FROM "LiteLLM_VerificationToken" t WHERE key_alias = 'before-the-backup') AS made, generate_series(1, ${KEYS}) n;`,
  )
}

/** Keeps the row that LiteLLM writes of a request, as the pattern of all others. */
async function keepRequest(gateway: DeployedGateway): Promise<void> {
  const { key } = await admin<{ key: string }>(gateway, '/key/generate', { key_alias: 'asks-once' })
  const { status } = await chat({ ...gateway, key }, 'gpt-4')
  if (status !== 200) throw new Error(`the request was answered ${status}`)
  const written = `SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE request_id NOT LIKE 'request-%'`
  for (let second = 0; (await sql(gateway, written)) === '0'; second += 1) {
    if (second > 120) throw new Error('LiteLLM wrote no row of the request')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  await sql(
    gateway,
    `CREATE SCHEMA bench; CREATE TABLE bench.request AS SELECT * FROM "LiteLLM_SpendLogs" WHERE request_id NOT LIKE 'request-%' LIMIT 1;
     DELETE FROM "LiteLLM_SpendLogs";`,
  )
}

/** Rows as of that request, each with an id, times, sizes, a spend and a key of its own, and what differs inside its description. */
function rowsLikeIts(from: number, to: number, time: string): string {
  return `INSERT INTO "LiteLLM_SpendLogs"
    SELECT (jsonb_populate_record(request, jsonb_build_object(
      'request_id', 'request-' || n, 'startTime', ${time}, 'endTime', ${time} + n % 9 * interval '0.7 s',
      'completionStartTime', ${time} + interval '0.3 s', 'api_key', encode(sha256((n % ${KEYS})::text::bytea), 'hex'),
      'spend', n % 977 * 0.0013, 'prompt_tokens', n % 1999, 'completion_tokens', n % 757, 'total_tokens', n % 1999 + n % 757,
      'session_id', md5('session' || n)::uuid,
      'metadata', request.metadata || jsonb_build_object('note', md5(n::text), 'user_api_key_hash', encode(sha256((n % ${KEYS})::text::bytea), 'hex'))
    ))).*
    FROM bench.request AS request, generate_series(${from}, ${to}) n;`
}

async function passDay(gateway: DeployedGateway, day: number): Promise<void> {
  const first = ROWS + (day - 2) * CHANGED
  await sql(
    gateway,
    `DELETE FROM "LiteLLM_SpendLogs" WHERE request_id IN
       (SELECT request_id FROM "LiteLLM_SpendLogs" ORDER BY "startTime" LIMIT ${CHANGED});
     ${rowsLikeIts(first + 1, first + CHANGED, `now() + (n - ${first}) * interval '1 ms'`)}
     UPDATE "LiteLLM_VerificationToken" SET spend = spend + 1;`,
  )
}

async function contentsOf(gateway: DeployedGateway, database: string): Promise<string> {
  return await contents({
    ...gateway,
    lab: {
      ...gateway.lab,
      exec: (command, options) =>
        gateway.lab.exec(command.replace('psql -U litellm', `psql -U litellm -d ${database}`), options),
    },
  })
}

async function mustRun({ lab }: DeployedGateway, command: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(command, { timeoutMs: 600_000 })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

function mib(bytes: number): number {
  return Number((bytes / 1024 ** 2).toFixed(1))
}

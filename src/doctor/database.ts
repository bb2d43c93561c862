import type { DatabaseFacts, DiskFacts, LogFacts } from '../host/doctor-facts.ts'
import { byUs, type Finding, inYaml, onHost } from './finding.ts'
import { days, gib, percent } from './wording.ts'

const DAY = 86_400
const DATABASE_FOLDER = '/var/lib/postgresql'
const RETENTION = 'general_settings: {maximum_spend_logs_retention_period: 90d}'
/** Fewer say nothing of a trend. */
const ROWS_FOR_A_TREND = 1000
const LARGE_LOG = 10 * 1024 ** 3

const WHO_HOLDS_THEM = onHost(
  'runuser -u postgres -- psql -c "SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC"; who is not LiteLLM has to close them',
)

export function databaseFindings(facts: DatabaseFacts): Finding[] {
  return [...sessions(facts), ...damage(facts), ...tables(facts)]
}

/** The superuser's own connections are taken as well. */
export function noConnectionLeft(problem: string): Finding {
  return {
    id: 'database-connections',
    severity: 'error',
    what: `PostgreSQL takes no connection any more: ${problem}`,
    why: 'Requests fail as if no key were known.',
    mend: WHO_HOLDS_THEM,
  }
}

function sessions({
  connections,
  maxConnections,
  idleInTransactionSeconds,
  longestQuerySeconds,
  waitingSeconds,
}: DatabaseFacts): Finding[] {
  const found: Finding[] = []
  const share = connections / maxConnections
  if (share >= 0.8)
    found.push({
      id: 'database-connections',
      severity: share >= 0.95 ? 'error' : 'warning',
      what: `${connections} of ${maxConnections} connections of PostgreSQL are taken (${percent(share)}).`,
      why: 'When none is left, requests fail as if no key were known.',
      mend: WHO_HOLDS_THEM,
    })
  if (idleInTransactionSeconds > 300)
    found.push({
      id: 'database-idle-transaction',
      severity: 'warning',
      what: `A session holds a transaction open and has done nothing for ${idleInTransactionSeconds} s.`,
      why: 'It holds locks, and nothing that was deleted since can be cleaned away.',
      mend: onHost(
        `runuser -u postgres -- psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '5 minutes'"`,
      ),
    })
  if (waitingSeconds > 60)
    found.push({
      id: 'database-locked',
      severity: 'error',
      what: `A session has waited for a lock for ${waitingSeconds} s.`,
      why: 'What it is to do does not happen, and those behind it wait too.',
      mend: onHost(
        `psql -U litellm -c "SELECT pid, pg_blocking_pids(pid), state FROM pg_stat_activity WHERE wait_event_type = 'Lock'"; pg_terminate_backend ends the one that blocks`,
      ),
    })
  else if (longestQuerySeconds > 600)
    found.push({
      id: 'database-slow-query',
      severity: 'warning',
      what: `A query has been running for ${longestQuerySeconds} s.`,
      why: 'It takes disk and processor from the requests.',
      mend: onHost(
        `psql -U litellm -c "SELECT pid, now() - query_start, left(query, 80) FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC"`,
      ),
    })
  return found
}

function damage(facts: DatabaseFacts): Finding[] {
  const { checksumFailures, durable, invalidIndexes, failedMigrations, transactionAge } = facts
  const found: Finding[] = []
  if (checksumFailures > 0)
    found.push({
      id: 'database-corrupt',
      severity: 'error',
      what: `PostgreSQL has met ${checksumFailures} damaged pages on its disk.`,
      why: 'Rows are lost or wrong, and backups since then hold the same.',
      mend: byUs('litellm-gitops restore # the newest backup from before, on a sound disk'),
    })
  if (!durable)
    found.push({
      id: 'database-not-durable',
      severity: 'error',
      what: 'PostgreSQL does not wait for its disk (fsync or full_page_writes is off).',
      why: 'A power cut can destroy the whole database.',
      mend: onHost(
        'runuser -u postgres -- psql -c "ALTER SYSTEM RESET fsync" -c "ALTER SYSTEM RESET full_page_writes" -c "SELECT pg_reload_conf()"',
      ),
    })
  if (invalidIndexes.length > 0)
    found.push({
      id: 'database-invalid-index',
      severity: 'warning',
      what: `Indexes that were not built to their end: ${invalidIndexes.join(', ')}.`,
      why: 'They cost every write and serve no read.',
      mend: onHost(`psql -U litellm -c 'REINDEX INDEX CONCURRENTLY ${invalidIndexes[0]}'`),
    })
  if (failedMigrations.length > 0)
    found.push({
      id: 'migration-failed',
      severity: 'error',
      what: `Migrations of the schema that did not come to their end: ${failedMigrations.join(', ')}.`,
      why: 'LiteLLM may meet columns that are not there.',
      mend: byUs('litellm-gitops deploy'),
    })
  if (transactionAge > 1_000_000_000)
    found.push({
      id: 'database-wraparound',
      severity: transactionAge > 1_800_000_000 ? 'error' : 'warning',
      what: `The oldest transaction that PostgreSQL still counts is ${transactionAge} transactions old, of 2,147,483,647.`,
      why: 'At the end of them it takes no more writes.',
      mend: onHost('runuser -u postgres -- vacuumdb --all --freeze --jobs 2'),
    })
  return found
}

function tables({ tables }: DatabaseFacts): Finding[] {
  return tables
    .filter(({ rows, deadRows }) => deadRows > 50_000 && deadRows > rows)
    .map(({ name, rows, deadRows, bytes }) => ({
      id: 'table-bloated',
      severity: 'warning',
      what: `${name} (${gib(bytes)}) holds ${deadRows} dead rows beside ${rows} living ones.`,
      why: 'Every read of it takes longer, and it goes on growing.',
      mend: onHost(`psql -U litellm -c 'VACUUM (ANALYZE) "${name}"'`),
    }))
}

/** Days until the spend log has filled the disk at the pace of the last days; null when it does not grow so that one could tell. */
export function daysUntilFull({ growth }: LogFacts, disks: readonly DiskFacts[], now: number): number | null {
  const disk = disks.find(({ holds }) => holds.includes(DATABASE_FOLDER))
  if (disk === undefined || growth.recentRows < ROWS_FOR_A_TREND || growth.oldest === null) return null
  const span = Math.max(Math.min(growth.days, (now - growth.oldest) / DAY), 1 / 24)
  // PostgreSQL's own count of rows is an estimate that may lag behind.
  const perRow = growth.bytes / Math.max(growth.rows, growth.recentRows)
  return disk.freeBytes / ((growth.recentRows / span) * perRow)
}

/**
 * The log of requests, the one table that grows without end.
 * @param retentionDays what is declared to be kept of it; undefined when all is
 */
export function growthFindings(
  usage: LogFacts,
  disks: readonly DiskFacts[],
  retentionDays: number | undefined,
  now: number,
): Finding[] {
  const { bytes, oldest } = usage.growth
  const age = oldest === null ? 0 : (now - oldest) / DAY
  const left = daysUntilFull(usage, disks, now)
  // As much goes as comes, once the log is as long as it may be.
  const steady = retentionDays !== undefined && age >= retentionDays - 1
  // A disk that is short already is told as that.
  const short = disks.some(
    ({ holds, freeBytes, sizeBytes }) => holds.includes(DATABASE_FOLDER) && freeBytes < sizeBytes / 10,
  )
  if (left !== null && left < 30 && !steady && !short)
    return [
      {
        id: 'disk-forecast',
        severity: left < 7 ? 'error' : 'warning',
        what: `At the pace of the last days the log of requests fills the disk in ${days(left)}.`,
        why: 'PostgreSQL stops when it cannot write.',
        mend: inYaml(
          retentionDays === undefined
            ? RETENTION
            : 'size: {vcpu: 4, memory: 8GiB, disk: 60GiB} # a larger disk, or less retention',
        ),
      },
    ]
  if (retentionDays === undefined && bytes > LARGE_LOG)
    return [
      {
        id: 'table-large',
        severity: 'warning',
        what: `The log of requests has ${gib(bytes)}, and nothing of it is ever removed.`,
        why: 'Backups, restores and the pages of the UI take longer by it.',
        mend: inYaml(RETENTION),
      },
    ]
  return []
}

/** Days of LiteLLM's durations such as `90d`, `12w` or `720h`; undefined for none, or for one that it would not know either. */
export function retentionDays(period: unknown): number | undefined {
  const [, count, unit] = typeof period === 'string' ? (/^(\d+)(mo|[smhdw])$/.exec(period) ?? []) : []
  if (count === undefined || unit === undefined) return undefined
  const seconds = { s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY, mo: 30 * DAY }[unit]
  return seconds === undefined ? undefined : (Number(count) * seconds) / DAY
}

import type { DatabaseFacts, DiskFacts, LogFacts } from '../contract/programs/doctor.ts'
import { days, percent, size } from '../text/units.ts'
import { byUs, type Finding, inYaml, onHost } from './finding.ts'

const DAY = 86_400
const DATABASE_FOLDER = '/var/lib/postgresql'
const RETENTION = 'general_settings: {maximum_spend_logs_retention_period: 90d}'
/** Fewer rows show no trend. */
const ROWS_FOR_A_TREND = 1000
const LARGE_LOG = 10 * 1024 ** 3

const WHO_HOLDS_THEM = onHost(
  'runuser -u postgres -- psql -c "SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC"; clients other than LiteLLM have to close theirs',
)

export function databaseFindings(facts: DatabaseFacts): Finding[] {
  return [...sessions(facts), ...damage(facts), ...tables(facts)]
}

/** The superuser's own connections are taken as well. */
export function noConnectionLeft(problem: string): Finding {
  return {
    id: 'database-connections',
    severity: 'error',
    what: `PostgreSQL accepts no more connections: ${problem}`,
    why: 'Requests fail as if their keys did not exist.',
    remedy: WHO_HOLDS_THEM,
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
      what: `${connections} of ${maxConnections} PostgreSQL connections are in use (${percent(share)}).`,
      why: 'When none is left, requests fail as if their keys did not exist.',
      remedy: WHO_HOLDS_THEM,
    })
  if (idleInTransactionSeconds > 300)
    found.push({
      id: 'database-idle-transaction',
      severity: 'warning',
      what: `A session has kept a transaction open and idle for ${idleInTransactionSeconds} s.`,
      why: 'It holds locks, and rows deleted since then cannot be vacuumed.',
      remedy: onHost(
        `runuser -u postgres -- psql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND now() - state_change > interval '5 minutes'"`,
      ),
    })
  if (waitingSeconds > 60)
    found.push({
      id: 'database-locked',
      severity: 'error',
      what: `A session has been waiting for a lock for ${waitingSeconds} s.`,
      why: 'Its work is blocked, and sessions behind it wait too.',
      remedy: onHost(
        `psql -U litellm -c "SELECT pid, pg_blocking_pids(pid), state FROM pg_stat_activity WHERE wait_event_type = 'Lock'"; pg_terminate_backend(pid) ends the blocking one`,
      ),
    })
  else if (longestQuerySeconds > 600)
    found.push({
      id: 'database-slow-query',
      severity: 'warning',
      what: `A query has been running for ${longestQuerySeconds} s.`,
      why: 'It takes disk and CPU time from requests.',
      remedy: onHost(
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
      what: `PostgreSQL found ${checksumFailures} damaged pages on its disk.`,
      why: 'Rows are lost or wrong, also in the backups taken since.',
      remedy: byUs('litellm-gitops restore # the newest backup from before the damage, on a healthy disk'),
    })
  if (!durable)
    found.push({
      id: 'database-not-durable',
      severity: 'error',
      what: 'PostgreSQL does not wait for its disk (fsync or full_page_writes is off).',
      why: 'A power failure can destroy the whole database.',
      remedy: onHost(
        'runuser -u postgres -- psql -c "ALTER SYSTEM RESET fsync" -c "ALTER SYSTEM RESET full_page_writes" -c "SELECT pg_reload_conf()"',
      ),
    })
  if (invalidIndexes.length > 0)
    found.push({
      id: 'database-invalid-index',
      severity: 'warning',
      what: `Incompletely built indexes: ${invalidIndexes.join(', ')}.`,
      why: 'They slow down every write and serve no read.',
      remedy: onHost(`psql -U litellm -c 'REINDEX INDEX CONCURRENTLY ${invalidIndexes[0]}'`),
    })
  if (failedMigrations.length > 0)
    found.push({
      id: 'migration-failed',
      severity: 'error',
      what: `Unfinished schema migrations: ${failedMigrations.join(', ')}.`,
      why: 'LiteLLM may use columns that do not exist.',
      remedy: byUs('litellm-gitops deploy'),
    })
  if (transactionAge > 1_000_000_000)
    found.push({
      id: 'database-wraparound',
      severity: transactionAge > 1_800_000_000 ? 'error' : 'warning',
      what: `The oldest transaction that PostgreSQL still counts is ${transactionAge} transactions old, of 2,147,483,647.`,
      why: 'At the limit it accepts no more writes.',
      remedy: onHost('runuser -u postgres -- vacuumdb --all --freeze --jobs 2'),
    })
  return found
}

function tables({ tables }: DatabaseFacts): Finding[] {
  return tables
    .filter(({ rows, deadRows }) => deadRows > 50_000 && deadRows > rows)
    .map(({ name, rows, deadRows, bytes }) => ({
      id: 'table-bloated',
      severity: 'warning',
      what: `${name} (${size(bytes)}) has ${deadRows} dead rows and ${rows} live ones.`,
      why: 'Every read takes longer, and the table keeps growing.',
      remedy: onHost(`psql -U litellm -c 'VACUUM (ANALYZE) "${name}"'`),
    }))
}

/** Days until the request log fills the disk at the current rate; null without a clear trend. */
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
  // Once the log is as long as retention allows, as much is removed as is added.
  const steady = retentionDays !== undefined && age >= retentionDays - 1
  // A disk that is nearly full has its own finding.
  const short = disks.some(
    ({ holds, freeBytes, sizeBytes }) => holds.includes(DATABASE_FOLDER) && freeBytes < sizeBytes / 10,
  )
  if (left !== null && left < 30 && !steady && !short)
    return [
      {
        id: 'disk-forecast',
        severity: left < 7 ? 'error' : 'warning',
        what: `At the current rate the request log fills the disk in ${days(left)}.`,
        why: 'PostgreSQL stops when it cannot write.',
        remedy: inYaml(
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
        what: `The request log has ${size(bytes)}, and nothing is ever removed from it.`,
        why: 'It slows down backups, restores and the UI.',
        remedy: inYaml(RETENTION),
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

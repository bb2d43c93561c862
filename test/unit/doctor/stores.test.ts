import { differs, testFaults } from './fault.ts'
import { AT, DAY, GIB } from './healthy.ts'

testFaults([
  [
    'no connection, not even for the superuser',
    { unreadable: { database: 'FATAL: sorry, too many clients already' } },
    'database-connections',
    'error',
    /pg_stat_activity/,
  ],
  [
    'no connection for who only reads, in the words of our own program',
    {
      unreadable: {
        database: 'PostgreSQL refused: all of its connections are taken. systemctl restart litellm',
      },
    },
    'database-connections',
    'error',
    /pg_stat_activity/,
  ],
  [
    'PostgreSQL does not answer',
    { unreadable: { database: 'psql exited 2' } },
    'database-down',
    'error',
    /restart postgresql/,
  ],
  [
    '95 % of connections',
    { parts: { database: { connections: 112 } } },
    'database-connections',
    'error',
    /pg_stat_activity/,
  ],
  [
    '80 % of connections',
    { parts: { database: { connections: 95 } } },
    'database-connections',
    'warning',
    /pg_stat_activity/,
  ],
  [
    'a forgotten transaction',
    { parts: { database: { idleInTransactionSeconds: 900 } } },
    'database-idle-transaction',
    'warning',
    /pg_terminate_backend/,
  ],
  [
    'a lock',
    { parts: { database: { waitingSeconds: 100 } } },
    'database-locked',
    'error',
    /pg_blocking_pids/,
  ],
  [
    'a slow query',
    { parts: { database: { longestQuerySeconds: 4000 } } },
    'database-slow-query',
    'warning',
    /query_start/,
  ],
  [
    'damaged pages',
    { parts: { database: { checksumFailures: 2 } } },
    'database-corrupt',
    'error',
    /litellm-gitops restore/,
  ],
  ['fsync off', { parts: { database: { durable: false } } }, 'database-not-durable', 'error', /RESET fsync/],
  [
    'an invalid index',
    { parts: { database: { invalidIndexes: ['"a_idx"'] } } },
    'database-invalid-index',
    'warning',
    /REINDEX INDEX CONCURRENTLY "a_idx"/,
  ],
  [
    'a failed migration',
    { parts: { database: { failedMigrations: ['20260101_x'] } } },
    'migration-failed',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'transactions run out',
    { parts: { database: { transactionAge: 1_900_000_000 } } },
    'database-wraparound',
    'error',
    /vacuumdb/,
  ],
  [
    'a bloated table',
    {
      parts: {
        database: { tables: [{ name: 'LiteLLM_UserTable', bytes: GIB, rows: 100, deadRows: 90_000 }] },
      },
    },
    'table-bloated',
    'warning',
    /VACUUM \(ANALYZE\) "LiteLLM_UserTable"/,
  ],
  [
    'a large log',
    {
      parts: {
        usage: { growth: { rows: 1e7, bytes: 26 * GIB, recentRows: 10, oldest: AT - 900 * DAY, days: 7 } },
      },
    },
    'table-large',
    'warning',
    /maximum_spend_logs_retention_period/,
  ],
  [
    'no database',
    { observed: differs({ database: 'missing' }) },
    'database-missing',
    'error',
    /litellm-gitops restore/,
  ],
  [
    'Redis does not answer',
    { unreadable: { redis: 'timed out' } },
    'redis-down',
    'error',
    /restart redis-server/,
  ],
  [
    'Redis has another password',
    { unreadable: { redis: 'WRONGPASS invalid username-password pair' } },
    'redis-password',
    'error',
    /litellm-gitops deploy/,
  ],
  [
    'Redis keeps nothing',
    { parts: { redis: { appendOnly: false } } },
    'redis-not-persistent',
    'error',
    /restart redis-server/,
  ],
  ['Redis cannot write', { parts: { redis: { lastWriteOk: false } } }, 'redis-write-error', 'error', /df -h/],
  [
    'Redis drops anything',
    { parts: { redis: { policy: 'allkeys-lru' } } },
    'redis-policy',
    'error',
    /volatile-lru/,
  ],
  [
    'Redis full',
    { parts: { redis: { usedBytes: 0.24 * GIB, evicted: 900 } } },
    'redis-memory',
    'warning',
    /ttl/,
  ],
  ['Redis refuses clients', { parts: { redis: { rejected: 3 } } }, 'redis-clients', 'warning', /6379/],
  [
    'a key that Redis counts more for than was spent',
    {
      parts: {
        counters: [{ subject: 'key', id: 'ci', hash: 'd533324cf5f4', spend: 14, counted: 60, budget: 35 }],
      },
    },
    'redis-counter',
    'error',
    /--pattern '\*spend:key:d533324cf5f4\*' \| xargs -d '\\n' redis-cli UNLINK/,
  ],
  [
    'a customer with any characters in the name',
    {
      parts: {
        counters: [{ subject: 'customer', id: "a'; b", hash: null, spend: 1, counted: 6, budget: 5 }],
      },
    },
    'redis-counter',
    'error',
    /--pattern '\*spend:end_user:\*'/,
  ],
  [
    'a cache that never answers',
    {
      parts: {
        usage: {
          cache: { requests: 900, hits: 0, repeats: 400, repeatHits: 0, gapSeconds: 5000, savedUsd: 0 },
        },
      },
    },
    'cache-useless',
    'warning',
    /ttl: 5040/,
  ],
])

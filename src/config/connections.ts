import { DEFAULT_WORKERS } from './complete.ts'
import { poolOf } from './litellm/litellm-config.ts'
import type { Problem } from './problem.ts'
import type { Usable } from './usable.ts'
import type { Source } from './yaml/source.ts'

/** People's psql, backups, migrations, and what looks at the gateway. */
const SPARE_CONNECTIONS = 40
/** Each is a process of PostgreSQL's; with more of them, they keep each other waiting. */
const MOST_CONNECTIONS = 1500

/** The connections that PostgreSQL must allow: during a rollout the workers of both slots are connected. */
export function connectionsFor(workers: number, pool: number): number {
  return 2 * workers * pool + SPARE_CONNECTIONS
}

/** A pool that is larger than the server can be made for: requests of the last workers would fail as if their keys did not exist. */
export function connectionProblems(
  { general_settings: settings, litellm }: Usable,
  source: Source,
): Problem[] {
  const workers = litellm?.workers ?? DEFAULT_WORKERS
  const pool = poolOf(settings)
  const wanted = connectionsFor(workers, pool)
  if (wanted <= MOST_CONNECTIONS) return []
  const most = Math.floor((MOST_CONNECTIONS - SPARE_CONNECTIONS) / (2 * workers))
  return [
    {
      severity: 'error',
      code: 'connections',
      message: `${pool} connections for each of ${workers} workers, in two slots while a release is rolled out, are ${wanted} with those of backups and people; PostgreSQL is given at most ${MOST_CONNECTIONS}.`,
      fix: `write database_connection_pool_limit: ${most} or less, or fewer workers.`,
      at: source.locate(['general_settings', 'database_connection_pool_limit']),
    },
  ]
}

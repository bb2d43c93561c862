"""How PostgreSQL is doing: connections against the limit, what waits, what grows, what is damaged."""

from typing import Any

from agent.database import postgres

# Of all sessions; nothing of what they ask is answered.
SERVER = """
SELECT jsonb_build_object(
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()),
  'maxConnections', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  'idleInTransactionSeconds', (SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0)::int FROM pg_stat_activity
     WHERE state LIKE 'idle in transaction%' AND backend_type = 'client backend'),
  'longestQuerySeconds', (SELECT coalesce(max(extract(epoch FROM now() - query_start)), 0)::int FROM pg_stat_activity
     WHERE state = 'active' AND datname = 'litellm' AND backend_type = 'client backend' AND application_name NOT LIKE 'pg\\_%'
     AND pid <> pg_backend_pid()),
  'waitingSeconds', (SELECT coalesce(max(extract(epoch FROM now() - state_change)), 0)::int FROM pg_stat_activity
     WHERE wait_event_type = 'Lock'),
  'transactionAge', (SELECT max(age(datfrozenxid)) FROM pg_database),
  'checksumFailures', (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database),
  'durable', current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
)"""
# Read in our database.
CONTENT = """
SELECT jsonb_build_object(
  'bytes', pg_database_size(current_database()),
  'invalidIndexes', (SELECT coalesce(jsonb_agg(indexrelid::regclass::text), '[]') FROM pg_index WHERE NOT indisvalid),
  'failedMigrations', (SELECT coalesce(jsonb_agg(migration_name), '[]') FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL),
  'tables', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
     SELECT relname AS name, pg_total_relation_size(relid) AS bytes, n_live_tup AS rows, n_dead_tup AS "deadRows"
     FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 2 DESC LIMIT 10) t)
)"""
SECONDS = 20


def gather() -> dict[str, Any]:
    """The two documents above as one; sizes in bytes."""
    with postgres.reading(SECONDS) as asked:
        found: dict[str, Any] = asked.one(SERVER) | asked.one(CONTENT)
        return found

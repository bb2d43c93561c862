"""What LiteLLM's own log says of the last days: how fast it grows, how models answer, what the cache is worth."""

from typing import Any

from agent.database import postgres

DAYS = 7
MOST = 100
SECONDS = 45

# LiteLLM writes UTC into columns without a zone.
SINCE = "(now() AT TIME ZONE 'UTC') - interval '{}'"
# The table itself, or its partitions where LiteLLM keeps it in such: of itself a partitioned table has neither rows nor size.
GROWTH = f"""
WITH parts AS (
  SELECT oid, reltuples FROM pg_class WHERE relkind <> 'p' AND (oid = '"LiteLLM_SpendLogs"'::regclass
    OR oid IN (SELECT relid FROM pg_partition_tree('"LiteLLM_SpendLogs"'::regclass)))
)
SELECT jsonb_build_object(
  'rows', (SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM parts),
  'bytes', (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM parts),
  'recentRows', (SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE "startTime" > {SINCE.format(f"{DAYS} days")}),
  'oldest', (SELECT extract(epoch FROM min("startTime")) FROM "LiteLLM_SpendLogs"),
  'days', {DAYS}
)"""
# A cached answer says nothing of how fast a model is.
MODELS = f"""
SELECT coalesce(jsonb_agg(m), '[]') FROM (
  SELECT model_group AS model, count(*) AS requests,
    count(*) FILTER (WHERE status = 'failure') AS failures,
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM "endTime" - "startTime"))
      FILTER (WHERE status IS DISTINCT FROM 'failure' AND cache_hit IS DISTINCT FROM 'True') AS seconds,
    (SELECT jsonb_object_agg(class, n) FROM (
       SELECT coalesce(e.metadata->'error_information'->>'error_class', 'unknown') AS class, count(*) AS n
       FROM "LiteLLM_SpendLogs" e WHERE e.model_group = l.model_group AND e.status = 'failure'
         AND e."startTime" > {SINCE.format("1 day")} GROUP BY 1) errors) AS errors
  FROM "LiteLLM_SpendLogs" l
  WHERE "startTime" > {SINCE.format("1 day")} AND model_group <> ''
  GROUP BY model_group ORDER BY count(*) DESC LIMIT {MOST}) m"""
# A request could have been answered from the cache when the same one was asked before. What a hit saved is what such a request
# costs on average when it is not one.
CACHE = f"""
WITH asked AS (
  SELECT model_group, coalesce(cache_hit = 'True', false) AS hit, {postgres.SPEND} AS spend,
    extract(epoch FROM "startTime" - lag("startTime") OVER (PARTITION BY cache_key ORDER BY "startTime")) AS gap
  FROM "LiteLLM_SpendLogs"
  WHERE "startTime" > {SINCE.format(f"{DAYS} days")} AND cache_key NOT IN ('', 'Cache OFF') AND status IS DISTINCT FROM 'failure'
), saved AS (
  SELECT count(*) FILTER (WHERE hit) * coalesce(avg(spend) FILTER (WHERE NOT hit), 0) AS usd FROM asked GROUP BY model_group
)
SELECT jsonb_build_object(
  'requests', count(*), 'hits', count(*) FILTER (WHERE hit), 'repeats', count(gap),
  'repeatHits', count(*) FILTER (WHERE hit AND gap IS NOT NULL),
  'gapSeconds', percentile_cont(0.8) WITHIN GROUP (ORDER BY gap) FILTER (WHERE gap IS NOT NULL),
  'savedUsd', (SELECT coalesce(sum(usd), 0) FROM saved)
) FROM asked"""


def gather() -> dict[str, Any]:
    """{growth: {rows, bytes, recentRows, oldest, days}, models: [{model, requests, failures, seconds, errors}], cache: {…}}."""
    with postgres.reading(SECONDS) as asked:
        return {"growth": asked.one(GROWTH), "models": asked.one(MODELS), "cache": asked.one(CACHE)}

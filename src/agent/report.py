"""What was used and spent in a range of days, from LiteLLM's own log of requests or, where that does not have them, from its daily sums:
counted by PostgreSQL, read in one transaction that can write nothing. Nothing of what people asked is looked at.
"""

import re
from typing import TYPE_CHECKING, Any, Literal

from agent import contract
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.session import Session
from agent.facts import budgets as budget_facts

if TYPE_CHECKING:
    from agent.contract_types import ReportQuestion, UsageFacts, UsageGroup

Document = dict[str, Any]

DAY = re.compile(contract.DAY)
ZONE = re.compile(contract.ZONE)
SECONDS = 120

DAILY_TABLE, DAILY_TEAMS = "LiteLLM_DailyUserSpend", "LiteLLM_DailyTeamSpend"
# LiteLLM writes UTC into columns without a zone.
LOG = f"""
  SELECT ("startTime" AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date::text AS day,
    coalesce(nullif(model_group, ''), nullif(model, ''), '') AS model, coalesce(custom_llm_provider, '') AS provider,
    coalesce(team_id, '') AS team, coalesce("user", '') AS person, coalesce(api_key, '') AS key,
    status IS NOT DISTINCT FROM 'failure' AS failed, cache_hit IS NOT DISTINCT FROM 'True' AS hit,
    {postgres.SPEND} AS spend, prompt_tokens, completion_tokens
  FROM "LiteLLM_SpendLogs"
  WHERE "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
"""
LOG_COUNTS = """count(*) AS requests, count(*) FILTER (WHERE failed) AS failures, count(*) FILTER (WHERE hit) AS hits,
    coalesce(sum(spend), 0) AS spend, coalesce(sum(prompt_tokens), 0) AS prompt, coalesce(sum(completion_tokens), 0) AS completion,
    avg(spend) FILTER (WHERE NOT hit AND NOT failed) AS average"""
DAILY_COUNTS = """coalesce(sum(api_requests), 0) AS requests, coalesce(sum(failed_requests), 0) AS failures, NULL::bigint AS hits,
    coalesce(sum(spend), 0) AS spend, coalesce(sum(prompt_tokens), 0) AS prompt, coalesce(sum(completion_tokens), 0) AS completion,
    NULL::double precision AS average"""


def _daily(table: str, team: str, person: str) -> str:
    """LiteLLM's own sums of each day in UTC, which it writes also while it logs no request, and keeps when the log is shortened."""
    return f"""
  SELECT date AS day, coalesce(nullif(model_group, ''), nullif(model, ''), '') AS model, coalesce(custom_llm_provider, '') AS provider,
    coalesce({team}, '') AS team, coalesce({person}, '') AS person, coalesce(api_key, '') AS key,
    api_requests, failed_requests, {postgres.SPEND} AS spend, prompt_tokens, completion_tokens
  FROM "{table}" WHERE date >= %(since)s AND date < %(until)s
"""


def _grouped(rows: str, counts: str) -> str:
    """Keys are named by a part of their hash, which says nothing of the key."""
    return f"""
WITH used AS MATERIALIZED ({rows}), counted AS (
  SELECT CASE WHEN GROUPING(day) = 0 THEN 'day' WHEN GROUPING(model) = 0 THEN 'model' WHEN GROUPING(provider) = 0 THEN 'provider'
      WHEN GROUPING(team) = 0 THEN 'team' WHEN GROUPING(person) = 0 THEN 'user' WHEN GROUPING(key) = 0 THEN 'key' ELSE 'total' END AS by,
    coalesce(day, model, provider, team, person, key, '') AS id, {counts}
  FROM used GROUP BY GROUPING SETS ((), (day), (model), (provider), (team), (person), (key))
)
SELECT jsonb_build_object('by', by, 'id', CASE WHEN by = 'key' THEN left(id, 12) ELSE id END,
  'alias', CASE by WHEN 'team' THEN t.team_alias WHEN 'key' THEN coalesce(k.key_alias, k.key_name) END,
  'requests', requests, 'failures', failures, 'hits', hits, 'spend', counted.spend,
  'promptTokens', prompt, 'completionTokens', completion, 'averageUncached', average)
FROM counted
LEFT JOIN "LiteLLM_TeamTable" t ON by = 'team' AND t.team_id = id
LEFT JOIN "LiteLLM_VerificationToken" k ON by = 'key' AND k.token = id
ORDER BY by, counted.spend DESC, id
"""


USED = _grouped(LOG, LOG_COUNTS)
# Its teams are those of the other table.
USED_DAILY = _grouped(_daily(DAILY_TABLE, "NULL", "user_id"), DAILY_COUNTS)
USED_BY_TEAMS = _grouped(_daily(DAILY_TEAMS, "team_id", "NULL"), DAILY_COUNTS)
ERRORS = """
SELECT jsonb_build_object('class', class, 'count', count(*)) FROM (
  SELECT coalesce(metadata->'error_information'->>'error_class', 'unknown') AS class FROM "LiteLLM_SpendLogs"
  WHERE status = 'failure' AND "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
) e GROUP BY class ORDER BY count(*) DESC, class
"""
# Of the same days in UTC, what the log has and what LiteLLM summed up.
IN_LOG = """
SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE "startTime" >= %(since)s::timestamp AND "startTime" < %(until)s::timestamp
"""
IN_SUMS = f'SELECT coalesce(sum(api_requests), 0)::bigint FROM "{DAILY_TABLE}" WHERE date >= %(since)s AND date < %(until)s'
# Both are written some seconds after a request, one after the other.
COMPLETE = 0.9
KNOWN_ZONE = """
SELECT jsonb_build_object('zone', EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s), 'now', now() AT TIME ZONE 'UTC')
"""


def main(given: "ReportQuestion") -> "UsageFacts":
    """Input: {report: {since, until, zone}}: the first day, the day after the last one, and the zone in which days are cut.

    Answers {source, groups: [{by, id, alias, requests, failures, hits, spend, promptTokens, completionTokens, averageUncached}],
    errors: [{class, count}], budgets, now}. The shape is `UsageFacts` of the contract.
    """
    asked = checked(given["report"])
    with postgres.reading(SECONDS) as session:
        known = session.one(KNOWN_ZONE, asked)
        if not known["zone"]:
            raise Refused("time-zone", f"The host does not know the time zone {asked['zone']}. Use one such as Europe/Berlin, or UTC.")
        source: Literal["log", "daily"] = "log" if _is_logged(session, asked) else "daily"
        groups: list[UsageGroup] = session.column(USED, asked) if source == "log" else _summed(session, asked)
        errors = session.column(ERRORS, asked)
    return {"source": source, "groups": groups, "errors": errors, "budgets": budget_facts.limited(), "now": known["now"]}


def _is_logged(session: Session, asked: Document) -> bool:
    """Whether the log has the requests of these days: it may be off (disable_spend_logs), or cut off (its retention)."""
    if (DAILY_TABLE, "api_requests") not in postgres.columns(session):
        return True
    logged, summed = session.one(IN_LOG, asked), session.one(IN_SUMS, asked)
    return bool(logged >= summed * COMPLETE)


def _summed(session: Session, asked: Document) -> "list[UsageGroup]":
    groups: list[UsageGroup] = [group for group in session.column(USED_DAILY, asked) if group["by"] != "team"]
    return groups + [group for group in session.column(USED_BY_TEAMS, asked) if group["by"] == "team"]


def checked(asked: Any) -> Document:
    """The request when each of its fields is what it should be."""
    if not isinstance(asked, dict) or asked.keys() != {"since", "until", "zone"}:
        raise Refused("request", "report takes since, until and zone.")
    for name, form in (("since", DAY), ("until", DAY), ("zone", ZONE)):
        if not isinstance(asked[name], str) or form.fullmatch(asked[name]) is None:
            raise Refused("request", f"report takes {name} as {'a name such as Europe/Berlin' if name == 'zone' else 'YYYY-MM-DD'}.")
    return asked

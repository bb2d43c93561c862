"""What was used and spent in a range of days, from LiteLLM's own log of requests: counted by PostgreSQL, read in one transaction that
can write nothing. Nothing of what people asked is looked at.
"""

import re
from typing import TYPE_CHECKING, Any

from agent import contract
from agent.base.refusal import Refused
from agent.database import postgres
from agent.facts import budgets as budget_facts

if TYPE_CHECKING:
    from agent.contract_types import ReportQuestion, UsageFacts

Document = dict[str, Any]

DAY = re.compile(contract.DAY)
ZONE = re.compile(contract.ZONE)
SECONDS = 120

# LiteLLM writes UTC into columns without a zone. Keys are told by a part of their hash, which says nothing of the key.
USED = f"""
WITH used AS MATERIALIZED (
  SELECT ("startTime" AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date::text AS day,
    coalesce(nullif(model_group, ''), nullif(model, ''), '') AS model, coalesce(custom_llm_provider, '') AS provider,
    coalesce(team_id, '') AS team, coalesce("user", '') AS person, coalesce(api_key, '') AS key,
    status IS NOT DISTINCT FROM 'failure' AS failed, cache_hit IS NOT DISTINCT FROM 'True' AS hit,
    {postgres.SPEND} AS spend, prompt_tokens, completion_tokens
  FROM "LiteLLM_SpendLogs"
  WHERE "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
), counted AS (
  SELECT CASE WHEN GROUPING(day) = 0 THEN 'day' WHEN GROUPING(model) = 0 THEN 'model' WHEN GROUPING(provider) = 0 THEN 'provider'
      WHEN GROUPING(team) = 0 THEN 'team' WHEN GROUPING(person) = 0 THEN 'user' WHEN GROUPING(key) = 0 THEN 'key' ELSE 'total' END AS by,
    coalesce(day, model, provider, team, person, key, '') AS id,
    count(*) AS requests, count(*) FILTER (WHERE failed) AS failures, count(*) FILTER (WHERE hit) AS hits,
    coalesce(sum(spend), 0) AS spend, coalesce(sum(prompt_tokens), 0) AS prompt, coalesce(sum(completion_tokens), 0) AS completion,
    avg(spend) FILTER (WHERE NOT hit AND NOT failed) AS average
  FROM used
  GROUP BY GROUPING SETS ((), (day), (model), (provider), (team), (person), (key))
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
ERRORS = """
SELECT jsonb_build_object('class', class, 'count', count(*)) FROM (
  SELECT coalesce(metadata->'error_information'->>'error_class', 'unknown') AS class FROM "LiteLLM_SpendLogs"
  WHERE status = 'failure' AND "startTime" >= %(since)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
    AND "startTime" < %(until)s::timestamp AT TIME ZONE %(zone)s AT TIME ZONE 'UTC'
) e GROUP BY class ORDER BY count(*) DESC, class
"""
KNOWN_ZONE = """
SELECT jsonb_build_object('zone', EXISTS (SELECT FROM pg_timezone_names WHERE name = %(zone)s), 'now', now() AT TIME ZONE 'UTC')
"""


def main(given: "ReportQuestion") -> "UsageFacts":
    """Input: {report: {since, until, zone}}: the first day, the day after the last one, and the zone in which days are cut.

    Answers {groups: [{by, id, alias, requests, failures, hits, spend, promptTokens, completionTokens, averageUncached}],
    errors: [{class, count}], budgets, now}. The shape is `UsageFacts` of the contract.
    """
    asked = checked(given["report"])
    with postgres.reading(SECONDS) as session:
        known = session.one(KNOWN_ZONE, asked)
        if not known["zone"]:
            raise Refused("time-zone", f"The host does not know the time zone {asked['zone']}. Use one such as Europe/Berlin, or UTC.")
        groups, errors = session.column(USED, asked), session.column(ERRORS, asked)
    return {"groups": groups, "errors": errors, "budgets": budget_facts.limited(), "now": known["now"]}


def checked(asked: Any) -> Document:
    """The request when each of its fields is what it should be."""
    if not isinstance(asked, dict) or asked.keys() != {"since", "until", "zone"}:
        raise Refused("request", "report takes since, until and zone.")
    for name, form in (("since", DAY), ("until", DAY), ("zone", ZONE)):
        if not isinstance(asked[name], str) or form.fullmatch(asked[name]) is None:
            raise Refused("request", f"report takes {name} as {'a name such as Europe/Berlin' if name == 'zone' else 'YYYY-MM-DD'}.")
    return asked

"""Owners whom LiteLLM refuses by what Redis counts, although the database has spent less than their budget.

LiteLLM asks its counters in Redis first, and reads the database again only when one is missing or too low. What reserves and is never
settled, or comes from another moment (a snapshot of Redis, a restore), so keeps people out whose budget is not used up.
"""

import json
import math
import time
from typing import Any

from agent.base import keys
from agent.base.paths import REDIS_PASSWORD
from agent.database import postgres
from agent.gateway import release
from agent.litellm import redis_keys
from agent.redis.client import Redis, RedisError

Document = dict[str, Any]

# LiteLLM writes what was spent every ten seconds: until then Redis is ahead, and right.
SECONDS_UNTIL_WRITTEN = 15
MOST_SHOWN = 20
BATCH = 1000

# Each owner that has a budget which is not used up, by the name of its counter (litellm/proxy/db/spend_counter_reseed.py).
OWNERS = """
SELECT jsonb_build_object('counter', counter, 'subject', subject, 'id', id, 'hash', hash, 'spend', spend, 'budget', budget) FROM (
  SELECT 'spend:key:' || token AS counter, 'key' AS subject, coalesce(key_alias, key_name, '') AS id, left(token, 12) AS hash,
    t.spend, coalesce(t.max_budget, b.max_budget) AS budget
    FROM "LiteLLM_VerificationToken" t LEFT JOIN "LiteLLM_BudgetTable" b USING (budget_id)
    WHERE team_id IS DISTINCT FROM 'litellm-dashboard'
  UNION ALL SELECT 'spend:team:' || team_id, 'team', team_id, NULL, spend, max_budget FROM "LiteLLM_TeamTable"
  UNION ALL SELECT 'spend:user:' || user_id, 'user', user_id, NULL, spend, max_budget FROM "LiteLLM_UserTable"
  UNION ALL SELECT 'spend:team_member:' || user_id || ':' || team_id, 'member', user_id || ' of team ' || team_id, NULL, t.spend,
    b.max_budget FROM "LiteLLM_TeamMembership" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
  UNION ALL SELECT 'spend:end_user:' || user_id, 'customer', user_id, NULL, t.spend, b.max_budget
    FROM "LiteLLM_EndUserTable" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
  UNION ALL SELECT 'spend:tag:' || tag_name, 'tag', tag_name, NULL, t.spend, b.max_budget
    FROM "LiteLLM_TagTable" t JOIN "LiteLLM_BudgetTable" b USING (budget_id)
) o WHERE spend < budget AND (%(only)s::jsonb IS NULL OR counter IN (SELECT jsonb_array_elements_text(%(only)s::jsonb)))
ORDER BY counter
"""


def gather() -> list[Document]:
    """[{subject, id, hash, spend, counted, budget}]: USD that were spent by the database, and by Redis, where it is the budget or more."""
    ahead = _ahead(None)
    if not ahead:
        return []
    # What is only not written yet is written by then, and what was released is gone.
    time.sleep(SECONDS_UNTIL_WRITTEN)
    found = _ahead([one["counter"] for one in ahead])
    return [{name: one[name] for name in ("subject", "id", "hash", "spend", "counted", "budget")} for one in found[:MOST_SHOWN]]


def _ahead(only: list[str] | None) -> list[Document]:
    with postgres.reading() as asked:
        owners: list[Document] = asked.column(OWNERS, {"only": None if only is None else json.dumps(only)})
    serving = release.serving()
    prefix = redis_keys.prefix(release.configuration(serving) if serving else {})
    redis = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=10)
    try:
        found = []
        for start in range(0, len(owners), BATCH):
            some = owners[start : start + BATCH]
            values = redis.ask("MGET", *(prefix + one["counter"] for one in some))
            if not isinstance(values, list) or len(values) != len(some):
                raise RedisError("Redis answered something unknown to MGET")
            counted = zip(some, map(_number, values), strict=True)
            found += [one | {"counted": number} for one, number in counted if number is not None and number >= one["budget"]]
        return found
    finally:
        redis.close()


def _number(value: Any) -> float | None:
    """A counter; None for what is missing, or no amount."""
    try:
        amount = float(value) if isinstance(value, bytes) else math.nan
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None

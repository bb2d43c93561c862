"""What was asked of each model lately, from LiteLLM's own daily sums."""

import datetime
from typing import Any

from agent.base.clock import now
from agent.base.process import CommandFailed
from agent.database import postgres

DAYS = 30
MOST = 1000


def gather() -> dict[str, Any]:
    """By name of the model: {requests, prompt_tokens, completion_tokens, spend} of the last 30 whole days; {} when there are none."""
    since = now().date() - datetime.timedelta(days=DAYS)
    try:
        with postgres.reading() as asked:
            rows = asked.rows(
                "SELECT model_group, jsonb_build_object('requests', sum(api_requests), 'prompt_tokens', sum(prompt_tokens), "
                "'completion_tokens', sum(completion_tokens), "
                f"'spend', coalesce(sum({postgres.SPEND}), 0)) "
                'FROM "LiteLLM_DailyUserSpend" WHERE date >= %(since)s AND model_group IS NOT NULL '
                f"GROUP BY model_group ORDER BY sum({postgres.SPEND}) DESC NULLS LAST LIMIT %(most)s",
                {"since": since.isoformat(), "most": MOST},
            )
    except CommandFailed:
        return {}
    return dict(rows)

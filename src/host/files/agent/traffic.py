"""What was asked of each model lately, from LiteLLM's own daily sums."""

import datetime
import json
from typing import Any

from agent import postgres
from agent.command import CommandFailed
from agent.machine import now

DAYS = 30
MOST = 1000


def gather() -> dict[str, Any]:
    """By name of the model: {requests, prompt_tokens, completion_tokens, spend} of the last 30 whole days; {} when there are none."""
    since = now().date() - datetime.timedelta(days=DAYS)
    try:
        answer = postgres.read(
            "BEGIN READ ONLY;\n"
            "SELECT jsonb_build_object('name', model_group, 'requests', sum(api_requests), 'prompt_tokens', sum(prompt_tokens), "
            "'completion_tokens', sum(completion_tokens), 'spend', sum(spend))\n"
            f"FROM \"LiteLLM_DailyUserSpend\" WHERE date >= '{since.isoformat()}' AND model_group IS NOT NULL\n"
            f"GROUP BY model_group ORDER BY sum(spend) DESC LIMIT {MOST};\nCOMMIT;"
        )
    except (CommandFailed, FileNotFoundError):
        return {}
    rows = [json.loads(line) for line in answer.splitlines() if line.startswith("{")]
    return {row.pop("name"): row for row in rows}

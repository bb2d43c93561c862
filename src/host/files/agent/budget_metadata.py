"""What LiteLLM keeps as `metadata` of users, teams and keys: it replaces that as a whole, so whoever marks an object sends it along."""

import json
from typing import Any

from agent import postgres

TABLES = {
    "user": ("LiteLLM_UserTable", "user_id"),
    "team": ("LiteLLM_TeamTable", "team_id"),
    "key": ("LiteLLM_VerificationToken", "key_alias"),
}


def main(given: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Input: ids by subject. Answers {subject: {id: metadata}} as it is stored; secrets in it are LiteLLM's ciphertext."""
    return {subject: _read(subject, ids) for subject, ids in given.items() if ids}


def _read(subject: str, ids: list[str]) -> dict[str, Any]:
    table, key = TABLES[subject]
    wanted = json.dumps(ids).replace("'", "''")
    answer = postgres.read(
        f'SELECT jsonb_build_array({key}, metadata) FROM "{table}" '
        f"WHERE {key} IN (SELECT jsonb_array_elements_text('{wanted}'::jsonb));"
    )
    return dict(json.loads(line) for line in answer.splitlines() if line)

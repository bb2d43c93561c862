"""What was made with a master key, to find out what became of one that leaked."""

import datetime
from typing import TYPE_CHECKING

from agent.base.refusal import Refused
from agent.database import postgres
from agent.rotation.keys import USER

if TYPE_CHECKING:
    from agent.contract_types import MadeWithKey, RotationMadeQuestion


# Whom LiteLLM writes down for the master key (`LITELLM_PROXY_ADMIN_NAME`), and for it while a rotation has it registered.
MASTERS = ("default_user_id", USER)
MOST = 500
LATELY = "(%(since)s IS NULL OR created_at >= %(since)s::timestamp) ORDER BY created_at DESC LIMIT %(most)s"
KEYS = f"""
SELECT jsonb_build_object('id', left(token, 12), 'alias', key_alias, 'by', created_by, 'at', created_at,
  'user', user_id, 'team', team_id, 'expires', expires)
FROM "LiteLLM_VerificationToken"
WHERE created_by = ANY (%(masters)s) AND user_id IS DISTINCT FROM %(registered)s AND {LATELY}"""
USERS = f"""
SELECT jsonb_build_object('id', user_id, 'alias', coalesce(user_alias, user_email), 'role', user_role, 'at', created_at)
FROM "LiteLLM_UserTable"
WHERE user_id <> ALL (%(masters)s) AND {LATELY}"""


def main(given: "RotationMadeQuestion") -> "MadeWithKey":
    """Input: {since: ISO 8601, or null for always}. Answers {since, keys: [{id, alias, by, at, user, team, expires}], users: [{id, alias,
    role, at}], more}: at most MOST of each, the newest first; `more` says that there are others.

    Of a key only the first digits of its hash are answered. LiteLLM writes down who made a key, but not who made a user: those are all that
    were made in the time. Times are UTC.
    """
    since = given.get("since")
    values = {"masters": list(MASTERS), "registered": USER, "since": None if since is None else _utc(since), "most": MOST + 1}
    with postgres.reading() as asked:
        keys, users = asked.column(KEYS, values), asked.column(USERS, values)
    return {"since": since, "keys": keys[:MOST], "users": users[:MOST], "more": max(len(keys), len(users)) > MOST}


def _utc(time: str) -> str:
    """LiteLLM writes UTC into columns without a zone."""
    try:
        return datetime.datetime.fromisoformat(time).astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        raise Refused("request", "since takes a time as ISO 8601.") from None

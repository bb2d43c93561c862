"""How far the move of an old gateway to this host has come, and what the database that serves here holds since."""

from typing import TYPE_CHECKING

from agent.base import audit, durable, lease
from agent.base.paths import ADOPTED, MOVE
from agent.base.process import CommandFailed
from agent.database import postgres
from agent.gateway import release
from agent.takeover import survey

if TYPE_CHECKING:
    from agent.contract_types import LiveContent, MoveAnswer, MoveQuestion, MoveRecord

MOST_NAMED = 20
LONGEST = 80


def main(given: "MoveQuestion") -> "MoveAnswer":
    """Input: {run, record?}. Takes down the record that is given, and answers what is there."""
    if "record" in given:
        lease.require(given["run"])
        record = given["record"]
        durable.write_json(MOVE, record)
        audit.record(given["run"], "move", phase=record["phase"], place=record["place"], snapshot=record.get("snapshot"))
    found: MoveRecord | None = durable.read_json(MOVE)
    return {
        "record": found,
        "copy": durable.read_json(ADOPTED),
        "live": None if "record" in given else _live(found["held"] if found else None),
    }


def _live(since: str | None) -> "LiveContent | None":
    if release.serving() is None:
        return None
    try:
        with postgres.reading() as asked:
            keys, spend = asked.rows(
                f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0)::float8 FROM public."{survey.KEYS}" WHERE {survey.NOT_OF_PEOPLE}'
            )[0]
            if since is None:
                return {"keys": int(keys), "spend": float(spend), "requests": 0, "spent": 0, "fresh": []}
            requests, spent = asked.rows(
                f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0)::float8 FROM public."{survey.LOG}" '
                "WHERE \"startTime\" >= %(since)s::timestamptz AT TIME ZONE 'UTC'",
                {"since": since},
            )[0]
            fresh = asked.column(
                f"SELECT left(coalesce(key_alias, 'without an alias')::text, {LONGEST}) FROM public.\"{survey.KEYS}\" "
                f"WHERE {survey.NOT_OF_PEOPLE} AND created_at >= %(since)s::timestamptz AT TIME ZONE 'UTC' ORDER BY 1 LIMIT {MOST_NAMED}",
                {"since": since},
            )
    except CommandFailed:
        return None
    return {"keys": int(keys), "spend": float(spend), "requests": int(requests), "spent": float(spent), "fresh": fresh}

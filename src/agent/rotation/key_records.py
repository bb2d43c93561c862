"""What is remembered of keys that are delivered into secrets: whose they are, how far each has come, and which secrets have it.

LiteLLM keeps the keys, GitHub their values. Neither can say whether a secret holds a key: a run writes it here before each step, so that
the next one knows what a dead one may have done. It is not kept in LiteLLM's metadata, which the owner of a key may write.
"""

from typing import TYPE_CHECKING, Any

from agent.base import durable, lease
from agent.base.clock import now
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, KEY_RECORDS

if TYPE_CHECKING:
    from agent.contract_types import KeyRecord, KeyRecordsAnswer, KeyRecordsQuestion


def main(given: "KeyRecordsQuestion") -> "KeyRecordsAnswer":
    """Input: {action: read | change, run?, put?, drop?}. Answers {records, time}: all of them, after the change."""
    if given["action"] == "change":
        lease.require(given["run"])
        with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
            _change(given["put"], given["drop"])
    return {"records": read(), "time": now().isoformat()}


def read() -> "list[KeyRecord]":
    """In the order in which they were made."""
    found: list[KeyRecord] = (durable.read_json(KEY_RECORDS) or {}).get("records", [])
    return found


def delivery(record: "KeyRecord") -> dict[str, Any]:
    """`KeyDelivery` of the contract: what may be told of it."""
    return {name: record[name] for name in ("of", "state", "since", "receivers", "graceSeconds")}


def _change(put: "list[KeyRecord]", drop: list[str]) -> None:
    """All of it or nothing: one file, replaced as a whole."""
    records = {record["id"]: record for record in [*read(), *put] if record["id"] not in drop}
    durable.write_json(KEY_RECORDS, {"records": list(records.values())})

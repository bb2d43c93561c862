"""What is in progress on this host, so that the next run after a crash can finish or undo it."""

from typing import Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import JOURNAL


def begin(kind: str, run: str, **details: Any) -> None:
    durable.write_json(JOURNAL, {"kind": kind, "run": run, "step": "begin", "since": now().isoformat()} | details)


def advance(step: str, **details: Any) -> None:
    """Notes the step before it is taken: after a crash it may have happened or not."""
    durable.write_json(JOURNAL, current() | {"step": step} | details)


def end() -> None:
    durable.remove(JOURNAL)


def current() -> dict[str, Any]:
    """The entry of what was begun and has not ended, or {}."""
    return durable.read_json(JOURNAL) or {}

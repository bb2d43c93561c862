"""The host's own record of who changed what, one JSON line each."""

import json
from typing import Any

from agent import durable
from agent.machine import now
from agent.paths import AUDIT_LOG


def record(run: str, what: str, **details: Any) -> None:
    """Adds one line; call it when the change stands, with names and counts, never values."""
    durable.folder(AUDIT_LOG.parent, 0o700)
    line = {"time": now().isoformat(), "who": run, "what": what} | details
    durable.append_line(AUDIT_LOG, json.dumps(line))

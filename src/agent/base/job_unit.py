"""A backup, its proof or its restore as systemd runs it."""

import json
import os
from pathlib import Path
from typing import Any

from agent import programs
from agent.base import durable, events, priority
from agent.base.paths import BACKUP_LOCK

# One that runs by the clock may hold the lock when somebody asks for another.
LOCK_SECONDS = 6 * 3600


def main(given: dict[str, Any]) -> Any:
    """Input: {program, input, events?}. Runs the program's `work`; called after its end, however it ended, its `clean_up`."""
    program = programs.load(given["program"], "job")
    if "SERVICE_RESULT" in os.environ:
        program.clean_up()
        return None
    if "events" in given:
        log = Path(given["events"])
        events.write_to(lambda document: durable.append_line(log, json.dumps(document, default=str)))
    priority.follow(os.getpid())
    with durable.locked(BACKUP_LOCK, LOCK_SECONDS):
        return program.work(given["input"])

import json
import re
from typing import Any

from agent.facts import memory

# What the journal is asked for.
ASKED = re.compile(f"{memory.KERNEL}|{memory.SYSTEMD}|{memory.GUNICORN}|{memory.TIMEOUT}")


def test_killed_processes_are_read_from_the_journal(case: dict[str, Any]) -> None:
    lines = [json.dumps(entry) for entry in case["output"] if ASKED.search(str(entry["MESSAGE"]))]
    assert memory.sort(lines) == case["facts"]

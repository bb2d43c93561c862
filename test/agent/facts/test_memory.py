import json
import re
from typing import Any

from agent import memory_facts

# What the journal is asked for.
ASKED = re.compile("|".join([memory_facts.KERNEL, memory_facts.SYSTEMD, memory_facts.GUNICORN, memory_facts.TIMEOUT]))


def test_killed_processes_are_read_from_the_journal(case: dict[str, Any]) -> None:
    lines = [json.dumps(entry) for entry in case["output"] if ASKED.search(str(entry["MESSAGE"]))]
    assert memory_facts.sort(lines) == case["facts"]

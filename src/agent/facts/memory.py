"""How much memory is left, and who was killed for the want of it."""

import json
from typing import Any

from agent import contract
from agent.base.process import run

# The kernel's words, of the machine's memory and of what a unit may have; systemd's, and gunicorn's for a worker that was killed or
# did not answer.
KERNEL = "[Oo]ut of memory: Killed process|oom-kill:"
SYSTEMD = "killed by the OOM killer"
GUNICORN = "Perhaps out of memory"
TIMEOUT = "WORKER TIMEOUT"
LATELY_HOURS = 24
# The newest: LiteLLM may write such lines for as long as it likes.
MOST = 2000
UNITS = (contract.MAIN_UNIT, "postgresql@", "redis-server.service", "caddy.service")


def gather() -> dict[str, Any]:
    """{totalBytes, availableBytes, swapBytes, swapFreeBytes, killed, workersKilled, workersTimedOut}; events of the last day."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        sizes = {name: int(rest.split()[0]) * 1024 for name, rest in (line.split(":", 1) for line in lines)}
    return {
        "totalBytes": sizes["MemTotal"],
        "availableBytes": sizes["MemAvailable"],
        "swapBytes": sizes.get("SwapTotal", 0),
        "swapFreeBytes": sizes.get("SwapFree", 0),
    } | _events()


def _events() -> dict[str, Any]:
    answer = run(
        "journalctl", "-q", "--no-pager", "-o", "json", "--output-fields=MESSAGE,UNIT", "--since", f"-{LATELY_HOURS}h", f"--lines={MOST}",
        "--grep", f"{KERNEL}|{SYSTEMD}|{GUNICORN}|{TIMEOUT}", "--case-sensitive=yes",
        "_TRANSPORT=kernel", "+", f"_SYSTEMD_UNIT={contract.MAIN_UNIT}", "+", "_PID=1", timeout=60, check=False,
    )  # fmt: skip
    return sort(answer.splitlines())


def sort(lines: list[str]) -> dict[str, Any]:
    """Events by who speaks of them, from journalctl's JSON lines."""
    killed: list[str] = []
    workers = timeouts = 0
    for entry in map(json.loads, lines):
        # A message with bytes that are no text comes as a list of numbers.
        text = entry.get("MESSAGE") if isinstance(entry.get("MESSAGE"), str) else ""
        unit = str(entry.get("UNIT") or "")
        if TIMEOUT in text:
            timeouts += 1
        elif GUNICORN in text:
            workers += 1
        elif "Killed process" in text:
            killed.append(text.partition("Killed process ")[2].partition(" total-vm")[0].strip(" ,") or "a process")
        elif SYSTEMD in text and unit.startswith(UNITS):
            killed.append(unit)
    return {"killed": killed, "workersKilled": workers, "workersTimedOut": timeouts}

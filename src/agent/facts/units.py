"""Services that failed or keep falling over, and timers that will not fire."""

from typing import Any

from agent import contract
from agent.base.process import run

RESTARTED = (contract.MAIN_UNIT, "caddy.service", "redis-server.service")


def gather() -> dict[str, Any]:
    """{failed, restarts, timers}: names of failed units, restarts since each was started by somebody, and when timers fire next."""
    failed = run("systemctl", "list-units", "--plain", "--no-legend", "--state=failed", "--all", check=False)
    return {
        "failed": [line.split()[0] for line in failed.splitlines() if line.strip()],
        "restarts": {name: int(_property(name, "NRestarts") or 0) for name in RESTARTED},
        "timers": {name: _timer(name) for name in contract.TIMERS},
    }


def _timer(name: str) -> dict[str, Any]:
    service = name.replace(".timer", ".service")
    return {
        "active": _property(name, "ActiveState") == "active",
        "scheduled": _property(name, "NextElapseUSecRealtime") not in ("", "n/a"),
        "lastResult": _property(service, "Result"),
        "running": _property(service, "ActiveState") in ("activating", "active"),
    }


def _property(name: str, which: str) -> str:
    return run("systemctl", "show", "-p", which, "--value", "--", name, check=False).strip()

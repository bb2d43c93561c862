"""systemd units: their state, starting and stopping, and what they wrote to the journal."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import HostDifferencesUnitsItem

PROPERTIES = "Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,NRestarts,InvocationID,Result"


def show(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Properties of each unit, by its name with the suffix, in one call."""
    if not names:
        return {}
    answer = run("systemctl", "show", "-p", PROPERTIES, "--", *names)
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in answer.strip().split("\n\n")]
    # The order of the answer is that of the question; `Id` may differ from it for an alias.
    return dict(zip(names, blocks, strict=True))


def one(name: str) -> dict[str, str]:
    return show([name])[name]


def is_active(name: str) -> bool:
    return one(name)["ActiveState"] == "active"


def differing(names: Sequence[str]) -> "list[HostDifferencesUnitsItem]":
    """Units that do not run, or would not start with the machine."""
    return [
        {"name": name, "active": unit["ActiveState"], "enabled": unit["UnitFileState"] or unit["LoadState"]}
        for name, unit in show(names).items()
        if unit["ActiveState"] != "active"
        # "generated" is Quadlet's word for a unit whose [Install] section is honoured.
        or unit["UnitFileState"] not in ("enabled", "generated", "enabled-runtime", "alias")
    ]


def reload_definitions() -> None:
    run("systemctl", "daemon-reload")


def start(name: str) -> None:
    """Starts the unit and does not wait for it to be ready."""
    forget_failure(name)
    run("systemctl", "start", "--no-block", name)


def stop_soon(name: str) -> None:
    """Asks the unit to stop and does not wait for it."""
    run("systemctl", "stop", "--no-block", name)


def forget_failure(name: str) -> None:
    run("systemctl", "reset-failed", name, check=False)


def is_down(name: str) -> bool:
    return one(name)["ActiveState"] in ("inactive", "failed")


def enable_and_start(name: str) -> None:
    """Starts a service of the distribution and waits until systemd says that it runs; a failure is reported with its log."""
    if not differing([name]):
        return
    forget_failure(name)
    try:
        run("systemctl", "enable", "--now", "--quiet", name, timeout=180)
    except CommandFailed as failed:
        raise Refused("service-down", f"{name} does not start: {failed}", log_of(name)) from None


def restart(name: str) -> None:
    try:
        run("systemctl", "restart", name, timeout=180)
    except CommandFailed as failed:
        raise Refused("service-down", f"{name} does not restart: {failed}", log_of(name)) from None


# An access line of gunicorn for a request that was answered well.
ANSWERED = re.compile(r'"(GET|POST) \S+ HTTP/[\d.]+" 2\d\d')
READ_LINES = 400


def log_of(name: str, lines: int = 40, invocation: str | None = None) -> list[str]:
    """The last lines the unit wrote; with `invocation` only those of that run of it."""
    which = [f"_SYSTEMD_INVOCATION_ID={invocation}"] if invocation else ["-u", name]
    answer = run("journalctl", "--no-pager", "-q", "-o", "cat", "-n", str(READ_LINES), *which, check=False)
    return _telling(answer)[-lines:]


def lines_since(name: str, since: float, limit: int = 4000) -> list[str]:
    """What the unit wrote from the wall clock time `since` on, at most the last `limit` lines."""
    answer = run(
        "journalctl", "--no-pager", "-q", "-o", "cat", "-u", name, "-n", str(limit), "--since", f"@{since:.0f}",
        check=False,
    )  # fmt: skip
    return _telling(answer)


def _telling(text: str) -> list[str]:
    """The lines that can say why: requests that went well, our own above all, would fill every excerpt."""
    return [line for line in text.splitlines() if line.strip() and not ANSWERED.search(line)]

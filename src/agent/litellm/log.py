"""Reads LiteLLM's log for why it does not run. Each of its workers reports the same failure, and gunicorn adds failures of its own."""

import re

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
EXCEPTION = re.compile(r"^\s*(?:\S+:\s+)?([\w.]*(?:Error|Exception|Failure)\b.*)$")
# What follows from a worker that does not start: gunicorn's signal handler that interrupts its own log call, and its way out.
AFTERMATH = re.compile(r"reentrant call inside|gunicorn\.errors\.|--- Logging error ---")
# As podman (128 and the signal), systemd and gunicorn write it.
ILLEGAL_INSTRUCTION = re.compile(r"status=(132/|4/ILL)|was sent SIGILL")
BEFORE, AFTER = 8, 3


def cause_in(log: list[str]) -> str | None:
    """The line that most likely says why LiteLLM did not start: the last exception that is not an aftermath."""
    found = _cause(log)
    return None if found is None else _plain(log[found]).strip()[:400]


def lacks_instructions(log: list[str]) -> bool:
    """Whether LiteLLM, or a worker of it, ended because the processor does not know an instruction of its libraries."""
    return any(ILLEGAL_INSTRUCTION.search(line) for line in log)


def excerpt(log: list[str], lines: int = 40) -> list[str]:
    """At most `lines` of the log: its end; if the cause is further up, first the cause with the lines around it."""
    found = _cause(log)
    if found is None or found >= len(log) - lines:
        return log[-lines:]
    around = log[max(0, found - BEFORE) : found + AFTER + 1]
    return [*around, "…", *log[len(log) - (lines - len(around) - 1) :]]


def _cause(log: list[str]) -> int | None:
    for at in reversed(range(len(log))):
        plain = _plain(log[at])
        if AFTERMATH.search(plain):
            continue
        if EXCEPTION.match(plain) or ("LiteLLM Proxy: " in plain and ("cannot" in plain or "failed" in plain)):
            return at
    return None


def _plain(line: str) -> str:
    return COLOUR.sub("", line)

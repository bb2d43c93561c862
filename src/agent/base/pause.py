"""A least time between two answers to a question that costs PostgreSQL and the disk much: anyone who may only ask may ask in a loop."""

import contextlib
import math
import time
from collections.abc import Iterator
from pathlib import Path

from agent.base import durable
from agent.base.refusal import Refused

# Made by the program of the read-only key, for root alone; gone after a reboot, as is the clock that is written there.
FOLDER = Path("/run/litellm-plan")
SECONDS = 30


@contextlib.contextmanager
def after(question: str) -> Iterator[None]:
    """Refuses with `busy` and {seconds: left} within SECONDS of the end of the last answer to it, or of its begin when it was cut off.

    Only one answers at a time, so nobody comes in between.
    """
    last = FOLDER / question
    left = _read(last) + SECONDS - _now()
    # A time that lies ahead is none of ours.
    if 0 < left <= SECONDS:
        seconds = math.ceil(left)
        raise Refused("busy", f"This was answered a moment ago; it can be asked again in {seconds} s.", seconds=seconds)
    _note(last)
    try:
        yield
    finally:
        _note(last)


def _note(last: Path) -> None:
    durable.folder(FOLDER, 0o700)
    last.write_text(f"{_now():.3f}\n")


def _read(last: Path) -> float:
    try:
        return float(last.read_text())
    except (OSError, ValueError):
        return -math.inf


def _now() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)

"""The fixes of `doctor` that can do no harm: files of ours are closed to others, units that should run are started."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent import contract
from agent.base import audit, lease, nofollow, units
from agent.base.events import step
from agent.base.refusal import Refused
from agent.facts import secret_files
from agent.gateway.slots import MAIN
from agent.litellm import proof, readiness
from agent.rollout import rollout
from agent.system.managed_files import owner_of

if TYPE_CHECKING:
    from agent.contract_types import AutofixAnswer, AutofixAnswerFailedItem, AutofixQuestion

# A restart could cut requests; a start of what is down cannot.
UNITS = frozenset(contract.UNITS)


def main(given: "AutofixQuestion") -> "AutofixAnswer":
    """Input: {run, close: [path], start: [unit]}. Answers {done, failed: [{what, why}]}; anything that is not ours is refused."""
    lease.require(given["run"])
    known = {str(path): (path, owner) for path, owner in secret_files.secrets()}
    foreign = sorted({*given["close"]} - known.keys() | {*given["start"]} - UNITS)
    if foreign:
        raise Refused("request", f"Not ours to fix: {', '.join(foreign)}.")
    done: list[str] = []
    failed: list[AutofixAnswerFailedItem] = []
    for path in given["close"]:
        try:
            text = _close(*known[path])
        except Refused as refused:
            failed.append({"what": path, "why": refused.message})
            continue
        if text:
            done.append(text)
    for unit in given["start"]:
        try:
            with step(f"start {unit}"):
                _start(unit)
            done.append(f"{unit} started")
        except Refused as refused:
            failed.append({"what": unit, "why": refused.message})
    if done:
        audit.record(given["run"], "doctor", done=done)
    return {"done": done, "failed": failed}


def _close(path: Path, owner: str) -> str | None:
    wrong = secret_files.judged(path, owner)
    if wrong is None:
        return None
    numbers = owner_of(owner)
    # What others could write to may have been replaced by a link, and so may a folder on its way.
    with nofollow.folder(path.parent) as at:
        descriptor = os.open(path.name, nofollow.OPEN_FILE, dir_fd=at)
    try:
        if numbers:
            os.fchown(descriptor, *numbers)
        os.fchmod(descriptor, int(wrong["wantedMode"], 8))
    finally:
        os.close(descriptor)
    return f"{path} closed: it was {wrong['mode']} of {wrong['owner']}"


def _start(unit: str) -> None:
    if unit == contract.MAIN_UNIT:
        if rollout.is_under_way():
            raise Refused("busy", "A rollout is in progress, which stops and starts it.")
        # Quadlet's unit is enabled by its file.
        units.start(unit)
        if not any(proof.is_ready(MAIN.port)[0] for _ in readiness.turns(time.monotonic())):
            late = f"{unit} was started, but is not ready after {readiness.READY_SECONDS} s."
            raise Refused("service-down", late, units.log_of(unit))
    elif unit == contract.FIREWALL_UNIT and units.is_active(unit):
        units.restart(unit)
    else:
        units.enable_and_start(unit)

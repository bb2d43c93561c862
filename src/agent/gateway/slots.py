"""The two places a release can run in. Holds at every moment of a rollout: at least one of them serves a proven release."""

import dataclasses
import json
import os
import time

from agent import contract
from agent.base import keys, redaction, units
from agent.base.paths import MASTER_KEY
from agent.base.process import run
from agent.base.refusal import Refused
from agent.gateway import release
from agent.litellm import log as litellm_log, proof, readiness, workers as worker_processes


@dataclasses.dataclass(frozen=True)
class Slot:
    name: str
    unit: str
    container: str
    port: int
    # How often the unit may restart while it comes up. A standby that fails once is given up, nothing depends on it.
    restarts: int


MAIN = Slot("main", contract.MAIN_UNIT, "litellm", 4001, 1)
STANDBY = Slot("standby", contract.STANDBY_UNIT, "litellm-standby", 4002, 0)

# Longer than the unit's own TimeoutStopSec.
STOP_SECONDS = 150


def start_and_prove(slot: Slot, name: str) -> str:
    """Runs the release in the slot and proves it; answers what was proven. Refuses with LiteLLM's own reason."""
    stop(slot)
    release.put_in_slot(slot.name, name)
    since = time.time()
    units.start(slot.unit)
    return prove(slot, name, since)


def prove(slot: Slot, name: str, since: float | None = None) -> str:
    """Waits until the running slot is ready, then proves that each of its workers serves the release."""
    about = release.describe(name)
    begun = time.time() if since is None else since
    hide = redaction.redactor(secrets_of(name))
    try:
        seconds = _wait_ready(slot, hide)
        proven = proof.prove(
            slot.port,
            keys.read(MASTER_KEY),
            (release.folder(name) / "config.yaml").read_text(),
            release.workers_in(slot.name, name),
            about.get("probe") or [],
        )
    except proof.NotProven as reason:
        raise unhealthy(slot, str(reason), begun, hide) from None
    return f"ready after {seconds:.1f} s, {proven}"


def stop(slot: Slot) -> None:
    """Stops the slot's unit, as fast as its workers end.

    gunicorn 23 may miss that its last worker has ended (a signal that interrupts its own log call) and then sits out its timeout
    of 30 s with nothing left to do. When the workers are gone, so is all that had to be flushed: the rest is killed.
    """
    if units.is_down(slot.unit):
        return
    workers = worker_processes.workers(slot.port)
    units.stop_soon(slot.unit)
    deadline = time.monotonic() + STOP_SECONDS
    gone_since: float | None = None
    while not units.is_down(slot.unit):
        if time.monotonic() > deadline:
            raise Refused("service-down", f"{slot.unit} does not stop.", units.log_of(slot.unit))
        # A process that has ended and is not yet reaped has no descriptors any more.
        if gone_since is None and not any(os.path.exists(f"/proc/{pid}/fd/0") for pid in workers):
            gone_since = time.monotonic()
        if workers and gone_since is not None and time.monotonic() - gone_since > 0.5:
            run("podman", "kill", "--signal=KILL", slot.container, check=False)
            workers = set()
        time.sleep(0.1)
    # To be killed counts as a failure with systemd; it was meant.
    units.forget_failure(slot.unit)


def unhealthy(slot: Slot, reason: str, begun: float, hide: redaction.Redact) -> Refused:
    """The refusal that says why a release does not run, with the lines of LiteLLM's log that show it."""
    log = [hide(line) for line in units.lines_since(slot.unit, begun)]
    cause = litellm_log.cause_in(log)
    text = f"The new release is not healthy: {hide(reason)}"
    if cause:
        text += f" LiteLLM says: {cause}"
    if litellm_log.lacks_instructions(log):
        text += " This machine's CPU is missing instructions that LiteLLM's libraries use: give the VM the type x86-64-v2-AES or host."
    return Refused("unhealthy", text, litellm_log.excerpt(log))


def secrets_of(name: str) -> list[str]:
    """All values that must not be seen in a log of this release. Short settings such as `True` are words, not secrets."""
    known = {*contract.HOST_SETTINGS, *release.set_by_configuration(name)}
    values = [value for key, value in release.environment(name).items() if key not in known]
    password = [part for value in values if value.startswith("postgresql://") for part in [value.split(":")[2].split("@")[0]]]
    escaped = [json.dumps(value)[1:-1] for value in values]
    return values + password + escaped


def _wait_ready(slot: Slot, hide: redaction.Redact) -> float:
    begun = time.monotonic()
    restarts: int | None = None
    last = ""
    for _ in readiness.turns(begun):
        ready, last = proof.is_ready(slot.port)
        unit = units.one(slot.unit)
        if ready and unit["ActiveState"] == "active":
            return time.monotonic() - begun
        count = int(unit["NRestarts"] or 0)
        restarts = count if restarts is None else restarts
        if unit["ActiveState"] == "failed" or count - restarts > slot.restarts:
            raise proof.NotProven(f"{slot.unit} ended while it started.")
    answered = hide(last) or "nothing"
    raise proof.NotProven(f"{slot.unit} was not ready after {readiness.READY_SECONDS} s. It last answered: {answered}.")

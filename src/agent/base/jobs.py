"""Long work as a unit of systemd: neither the runner nor its SSH connection is needed to bring it to its end."""

import json
import secrets
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent import contract, programs
from agent.base import durable, units
from agent.base.events import note, say
from agent.base.paths import RUNS
from agent.base.process import run
from agent.base.refusal import Refused, disk_full

KEPT_RUNS = 10
BUSY_SECONDS = 1800
AFTER_SECONDS = 120
# Properties of units that let the gateway go first; those that run by the clock have the same.
GENTLY = ("Nice=10", "IOSchedulingClass=idle")
LEAST_SPACE = 1024**2


def start(unit: str, main: str, given: dict[str, Any], name: str, description: str, *properties: str, after: bool = False) -> Path:
    """Starts the agent's program `main` as a unit, with {events: file} added to its input; answers the folder of that file.

    It gets the modules of that program, and of the one that `given` names as its own `program`.
    With `after` the program is started once more when it has ended, however it ended, with SERVICE_RESULT in its environment.
    """
    wait_for_end(unit)
    folder = RUNS / f"{name}-{secrets.token_hex(3)}"
    durable.folder(folder, 0o700)
    _drop_old_runs()
    events = folder / "events.jsonl"
    events.touch(mode=0o600)
    modules = programs.sources(main, *([given["program"]] if "program" in given else []))
    request = {"modules": modules, "main": main, "input": given | {"events": str(events)}}
    durable.write(folder / "request.json", (json.dumps(request) + "\n").encode())
    program = [sys.executable, "-I", "-B", "-c", contract.BOOTSTRAP_UNIT]
    stop = [f"--property=ExecStopPost={_quoted(program)}"] if after else []
    run(
        "systemd-run", f"--unit={unit}", "--collect", "--quiet", f"--description={description}", "--property=Type=exec",
        f"--property=StandardInput=file:{folder / 'request.json'}", *[f"--property={one}" for one in properties], *stop, *program,
    )  # fmt: skip
    return folder


def start_work(unit: str, program: str, given: Mapping[str, Any], *properties: str, description: str | None = None) -> Path:
    """Starts a unit that does the `work` of a program with `given`, and then, however that ended, its `clean_up`.

    The unit is called litellm-gitops-NAME.service; NAME also names the folder, which this answers, and describes the unit.
    """
    name = unit.removeprefix("litellm-gitops-").removesuffix(".service")
    request = {"program": program, "input": given}
    return start(unit, "job_unit", request, name, f"litellm-gitops {description or name}", *properties, after=True)


def work(
    unit: str, program: str, given: Mapping[str, Any], *properties: str, what: str | None = None, description: str | None = None
) -> Any:
    """Has a unit do the `work` of a program, as `start_work`; answers what that does. `what` names the work in an error."""
    folder = start_work(unit, program, given, *properties, description=description)
    return finish(unit, folder, what or program)


def wait_for_end(unit: str) -> None:
    """The one before may still be at work, or cleaning up behind itself."""
    deadline = time.monotonic() + BUSY_SECONDS
    noted = False
    while is_under_way(unit):
        if time.monotonic() > deadline:
            raise Refused("busy", f"The same job has been running on this host for very long. See: journalctl -u {unit}")
        if not noted and deadline - time.monotonic() < BUSY_SECONDS - 3:
            note("wait", "The same job is already running; waiting for it.")
            noted = True
        time.sleep(0.2)


def _quoted(words: list[str]) -> str:
    """As a line of a unit file: there `$` and `%` mean something, and quotes hold words together."""
    escaped = (word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$").replace("%", "%%") for word in words)
    return " ".join(f'"{word}"' for word in escaped)


def follow(unit: str, folder: Path, what: str) -> Any:
    """Passes on the unit's events until its answer, which has the shape of its program's. Ending this program does not end the unit."""
    with open(folder / "events.jsonl", encoding="utf-8") as events:
        partial = ""
        quiet_since = time.monotonic()
        ended = False
        while True:
            partial += events.readline()
            if partial.endswith("\n"):
                document: dict[str, Any] = json.loads(partial)
                partial = ""
                quiet_since = time.monotonic()
                if "result" in document:
                    return document["result"]
                if "error" in document:
                    error = document["error"]
                    raise Refused(error["code"], error["message"], error["log"], **error["data"])
                say(document)
                continue
            if ended:
                if shutil.disk_usage(folder).free < LEAST_SPACE:
                    # It could not even write down why it ended.
                    raise disk_full(folder)
                raise Refused("interrupted", f"The {what} ended without an answer. Run again: it continues from the journal.")
            if time.monotonic() - quiet_since > 3:
                # Its last line may have come between the read above and this: read once more before giving it up.
                ended = not is_under_way(unit)
                quiet_since = time.monotonic()
            time.sleep(0.05)


def finish(unit: str, folder: Path, what: str) -> Any:
    """Like `follow`, and what the unit does after its end has been done too when this answers or refuses."""
    try:
        return follow(unit, folder, what)
    finally:
        deadline = time.monotonic() + AFTER_SECONDS
        while is_under_way(unit) and time.monotonic() < deadline:
            time.sleep(0.05)


def is_under_way(unit: str) -> bool:
    return not units.is_down(unit)


def _drop_old_runs() -> None:
    folders = sorted((entry for entry in RUNS.iterdir() if entry.is_dir()), key=lambda entry: entry.stat().st_mtime)
    for folder in folders[:-KEPT_RUNS]:
        shutil.rmtree(folder, ignore_errors=True)

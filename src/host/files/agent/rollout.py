"""Starts a rollout as a unit of its own and tells what it does until it ends."""

import json
import secrets
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import agent
from agent import durable, images, journal, lease, machine, release, rollout_steps, units
from agent.command import run
from agent.output import Refused, note, say, step
from agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, RUNS

UNIT = "litellm-gitops-rollout.service"
KEPT_RUNS = 10
SETTLE_SECONDS = 1800
BOOTSTRAP = 'import sys,json;r=json.loads(sys.stdin.buffer.readline());exec(r["modules"]["loader"]);sys.exit(start(r))'


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Input: {release: {config, env}, probe: {models}, run, workers?, image?, settings?}; what lacks stays as it serves now."""
    lease.require(given["run"])
    settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        serving = release.serving()
        if serving is None:
            raise Refused("not-deployed", "No gateway stands on this host yet. Run deploy first.")
        before = release.describe(serving)
        wanted = Wanted(
            config=given["release"]["config"],
            given=given["release"].get("env") or {},
            image=given.get("image") or before["image"],
            workers=int(given.get("workers") or before["workers"]),
            settings=given.get("settings") or before["settings"],
            probe=(given.get("probe") or {}).get("models") or [],
        )
        prepared = prepare(wanted, given["run"])
    return {"outcome": "unchanged", "release": serving} if prepared is None else follow(prepared)


class Wanted:
    """What the host shall serve."""

    def __init__(
        self, config: str, given: dict[str, str], image: str, workers: int, settings: dict[str, Any], probe: list[str]
    ) -> None:
        self.config = config
        self.image = image
        self.workers = workers
        self.settings = settings
        self.probe = probe
        self.environment = release.assemble(config, given, settings)

    def is_served(self) -> bool:
        """Whether the serving release is this one, in every byte, and runs in main."""
        serving = release.serving()
        if serving is None or release.in_slot("main") != serving:
            return False
        same = release.identity(self.config, self.environment, self.image, self.workers)
        return release.describe(serving).get("identity") == same and units.is_active("litellm.service")


def prepare(wanted: Wanted, run_url: str) -> Path | None:
    """Writes the release and starts the unit; answers the folder of its events, or None when there is nothing to do."""
    if wanted.is_served():
        return None
    if not images.present(wanted.image):
        raise Refused("image-missing", f"The image {wanted.image} is not on the host. Run deploy: it pulls images, sync does not.")
    machine.require_space()
    with step("release") as this:
        previous = release.serving()
        name = release.write(
            wanted.config, wanted.environment, wanted.image, wanted.workers, wanted.settings, run_url, wanted.probe
        )
        this.detail = name
    journal.begin("rollout", run_url, release=name, previous=previous)
    return _start_unit(name)


def _start_unit(name: str) -> Path:
    folder = RUNS / f"{name}-{secrets.token_hex(3)}"
    durable.folder(folder, 0o700)
    _drop_old_runs()
    events = folder / "events.jsonl"
    events.touch(mode=0o600)
    request = {"modules": agent.SOURCES, "main": "rollout_unit", "input": {"release": name, "events": str(events)}}
    durable.write(folder / "request.json", (json.dumps(request) + "\n").encode())
    run(
        "systemd-run", f"--unit={UNIT}", "--collect", "--quiet",
        "--description=litellm-gitops rollout", "--property=Type=exec",
        f"--property=StandardInput=file:{folder / 'request.json'}",
        # Killed: go on from the journal. Ended with an answer (0 or 1): that is the answer.
        "--property=Restart=on-failure", "--property=RestartPreventExitStatus=1", "--property=RestartSec=1",
        "--property=StartLimitIntervalSec=600", "--property=StartLimitBurst=10", "--property=OOMScoreAdjust=-500",
        sys.executable, "-I", "-B", "-c", BOOTSTRAP,
    )  # fmt: skip
    return folder


def follow(folder: Path) -> dict[str, Any]:
    """Passes on the unit's events until its answer. Ending this program does not end the unit."""
    with open(folder / "events.jsonl", encoding="utf-8") as events:
        partial = ""
        quiet_since = time.monotonic()
        ended = False
        while True:
            partial += events.readline()
            if partial.endswith("\n"):
                document = json.loads(partial)
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
                raise Refused("interrupted", "The rollout ended without an answer. Run again: it takes up from the journal.")
            if time.monotonic() - quiet_since > 3:
                # Its last line may have come between the read above and this: read once more before giving it up.
                ended = not is_under_way()
                quiet_since = time.monotonic()
            time.sleep(0.05)


def settle() -> dict[str, Any] | None:
    """Brings an earlier rollout to its end, before anything new begins: waits for one that runs, recovers one that crashed."""
    state = journal.current()
    if state.get("kind") != "rollout":
        return None
    if is_under_way():
        note("settle", f"An earlier rollout ({state['run']}) is still under way; waiting for it.")
        deadline = time.monotonic() + SETTLE_SECONDS
        while is_under_way():
            if time.monotonic() > deadline:
                raise Refused("busy", f"An earlier rollout ({state['run']}) has been under way for very long. See: journalctl -u {UNIT}")
            time.sleep(0.5)
    with durable.locked(CHANGE_LOCK, seconds=120):
        state = journal.current()
        if state.get("kind") != "rollout":
            return None
        with step("recover") as this:
            result = rollout_steps.recover(state)
            this.detail = f"the rollout of {state['release']} that was cut short in the step {state['step']} is {result['outcome']}"
        return result


def is_under_way() -> bool:
    return units.one(UNIT)["ActiveState"] in ("active", "activating", "reloading", "deactivating")


def _drop_old_runs() -> None:
    folders = sorted((entry for entry in RUNS.iterdir() if entry.is_dir()), key=lambda entry: entry.stat().st_mtime)
    for folder in folders[:-KEPT_RUNS]:
        shutil.rmtree(folder, ignore_errors=True)

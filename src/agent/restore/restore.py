"""Brings back a backup: beside the live database, checked there, then exchanged by name. `undo` exchanges back.

    safety     a backup of what there is now, unless saved   \\
    fetch      the backup out of the repository, hash by hash  | nothing of the gateway has changed: undo is to drop the copy
    database   a new database from it, beside the live one     |
    check      every row against the backup's own checksums   /
    logs       those of the live database (scope configuration)
    swap       the two databases change names, both or none      from here on the way is forward
    forward    keys (scope all), Redis, a rollout of new processes with the usual proofs, finish

Each step can be taken twice, and the state file names the one that was begun last.
"""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import backup, manifest, settings as backup_settings
from agent.base import audit, durable, jobs, lease, room
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, RESTORE_STATE as STATE_FILE
from agent.base.process import CommandFailed
from agent.base.refusal import DATABASE, Refused
from agent.database import postgres, swap as database_swap
from agent.gateway import release
from agent.restore import database, forward, kept_tables, plan as restore_plan, scratch
from agent.restore.forward import FETCHED, UNDO

if TYPE_CHECKING:
    from agent.contract_types import RestoreAnswer, RestoreDone, RestoreQuestion, UndoPlan

UNIT = "litellm-gitops-restore.service"

Document = dict[str, Any]


def main(given: "RestoreQuestion") -> "RestoreAnswer":
    """Input: {run, backup?, scope?, confirm?, undo?, password?, settings?, saved?}. Answers what `work` does."""
    if given.get("confirm"):
        lease.require(given["run"])
    answer: RestoreAnswer = jobs.work(UNIT, "restore", restore_plan.keep_password(given))
    return answer


def clean_up() -> None:
    """After a crash before the swap nothing is left of the attempt; after it all is kept that the next run needs to go on."""
    backup.clean_up()
    scratch.sweep()
    state = durable.read_json(STATE_FILE)
    if state is None:
        shutil.rmtree(FETCHED, ignore_errors=True)
    elif not _has_swapped(state):
        _drop_attempt(state)
    if not STATE_FILE.exists():
        restore_plan.GIVEN_PASSWORD.unlink(missing_ok=True)


def work(given: "RestoreQuestion") -> "RestoreAnswer":
    """Without the gateway's domain as `confirm` it only says what would happen: {outcome: planned, …}.

    Else {outcome: restored | undone | resumed, snapshot, time, scope, seconds, release, undo}.
    """
    restore_plan.place_settings(given.get("settings"))
    settings = backup_settings.read()
    state = durable.read_json(STATE_FILE)
    confirmed = given.get("confirm") == settings.domain
    if confirmed and state is not None and _has_swapped(state):
        note("resume", f"A restore of {state['snapshot'][:8]} was interrupted after its swap and is finished now.")
        result = forward.forward(state, "resumed")
        if bool(given.get("undo")) == bool(state.get("undo")):
            return result
        state = None
    if given.get("undo"):
        return _undo(settings, given)
    chosen = restore_plan.choose(settings, given)
    if not confirmed:
        return restore_plan.describe(chosen, settings.domain, state["step"] if state else None)
    if state is not None:
        _drop_attempt(state)
    return _restore(chosen, given, settings.domain)


def _restore(chosen: restore_plan.Chosen, given: "RestoreQuestion", domain: str) -> "RestoreDone":
    begun = time.monotonic()
    plan = restore_plan.describe(chosen, domain)
    if not given.get("saved"):
        _safety(given["run"])
    name = f"{now():%Y%m%d%H%M%S}"
    state: Document = {
        "step": "beside",
        "run": given["run"],
        "snapshot": chosen.snapshot.original,
        "time": chosen.manifest["created"],
        "scope": chosen.scope,
        "beside": f"litellm_restore_{name}",
        "before": f"litellm_before_{name}",
        "passwordFile": str(chosen.repository.password_file),
    }
    durable.write_json(STATE_FILE, state)
    try:
        _beside(chosen, state)
    except (Refused, CommandFailed) as failure:
        _drop_attempt(state)
        if isinstance(failure, Refused):
            raise
        raise Refused("restore", f"{failure} The gateway was not touched.", failure.output) from None
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        postgres.ensure()
        state["swapped"] = kept_tables.now(database_swap.LIVE)
        forward.remember(state)
        state["step"] = "swap"
        durable.write_json(STATE_FILE, state)
        with step("swap") as this:
            started = time.monotonic()
            database_swap.exchange(state["beside"], state["before"])
            this.detail = f"in {time.monotonic() - started:.2f} s; what was live is kept as {state['before']}"
    done = forward.forward(state, "restored")
    return {
        **done,
        "seconds": round(time.monotonic() - begun, 1),
        "source": plan["source"],
        "litellm": plan["litellm"],
        "rows": plan["rows"],
        "tables": plan["tables"],
        "kept": done.get("kept", plan["kept"]),
        "unknown": plan["unknown"],
        "newer": plan["newer"],
    }


def _safety(run: str) -> None:
    with step("safety backup") as this:
        # One that is only down has something to save.
        postgres.require_running()
        if postgres.state() != "ready" or release.serving() is None:
            this.detail = "there is nothing to save: no database of LiteLLM, or no release, is on this host"
            return
        try:
            this.detail = backup.take("safety", run)["snapshot"][:8]
        except Refused as refused:
            if refused.code != "copy":
                raise
            this.detail = f"{refused.data['backup']['snapshot'][:8]}, on this host only: the off-site copy did not take it"


def _beside(chosen: restore_plan.Chosen, state: Document) -> None:
    about = chosen.manifest["database"]
    with step("fetch") as this:
        room.require({FETCHED.parent: about["bytes"] * 2, Path(DATABASE): about["bytes"]}, "A restore")
        shutil.rmtree(FETCHED, ignore_errors=True)
        durable.folder(FETCHED, 0o700)
        chosen.repository.restore(chosen.snapshot, FETCHED)
        manifest.require_ours(FETCHED)
        wrong = manifest.differences(chosen.manifest, FETCHED)
        if wrong:
            raise Refused("damaged", f"{len(wrong)} files of the backup differ from what was backed up: {'; '.join(wrong[:5])}")
        this.detail = f"{len(chosen.manifest['files'])} files, every hash equal"
    forward.place_lost_passwords(chosen.scope)
    migrate = chosen.image if chosen.migrate else None
    state["kept"] = database.build(about, chosen.scope, state["beside"], FETCHED / "database", migrate)
    durable.write_json(STATE_FILE, state)


def _has_swapped(state: Document) -> bool:
    """Whether the databases have changed places. One that cannot be asked is taken to have: nothing is dropped by guess."""
    try:
        return database_swap.has_exchanged(state["beside"], state["before"])
    except CommandFailed:
        return True


def _drop_attempt(state: Document) -> None:
    if not state.get("undo"):
        try:
            database_swap.drop(state["beside"])
        except CommandFailed as failed:
            note("clean-up", f"The database {state['beside']} could not be dropped; the next restore does it: {failed}")
            return
    shutil.rmtree(FETCHED, ignore_errors=True)
    durable.remove(STATE_FILE)


def _undo(settings: backup_settings.Settings, given: "RestoreQuestion") -> "UndoPlan | RestoreDone":
    """What the last restore replaced changes places with what it brought; undone again, that is back."""
    record = durable.read_json(UNDO / "undo.json")
    missing_release = record is not None and record["scope"] == "all" and not (UNDO / "release").exists()
    if record is None or missing_release or not database_swap.exists(record["before"]):
        raise Refused("no-undo", "There is no restore on this host to undo.")
    if given.get("confirm") != settings.domain:
        return restore_plan.describe_undo(record, settings.domain)
    state = forward.undo_state(record, given["run"])
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        state["swapped"] = kept_tables.now(database_swap.LIVE)
        forward.remember(state)
        durable.write_json(STATE_FILE, state)
        with step("swap"):
            database_swap.exchange(state["beside"], state["before"])
    result = forward.forward(state, "undone")
    audit.record(given["run"], "undo", snapshot=state["snapshot"])
    return result

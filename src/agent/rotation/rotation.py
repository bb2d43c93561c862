"""The master key's rotation: a journaled state machine that any run can take up where another one died.

    created      the new key is in a file of its own; nothing uses it yet
    expanded     the gateway takes both keys: each is registered as an administrator's virtual key that ends after the grace time
                 (the runner now writes the new key to every target, and has each noted here)
    swapping     the key file holds the new key, a rollout brings it to the workers
    swapped      the new key is the master; the old one works until the grace time is over
    finished     the registrations are deleted, every worker refuses the old key; what is left is to remove files

Holds at every moment: anyone who has the old or the new key is served. With `distribute: virtual-key` the targets get a key for
programs instead of the master key; old and new are both taken meanwhile in the same way.

The master key encrypts nothing when there is a salt key. A gateway that was adopted without one gets one here: the old master
key's own text, with which everything stored is encrypted already. That changes not one stored byte, so that the slot before
and the slot after a rollout read the same database; re-encrypting it (LITELLM_MIGRATE_FROM_MASTER_KEY, /key/regenerate) would
take the stored models away from the one that still serves.
"""

import datetime
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import audit, durable, keys, lease
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, MASTER_KEY, ROTATION
from agent.base.refusal import Refused
from agent.gateway import release, stored_secrets
from agent.litellm import key_rules
from agent.rollout import rollout
from agent.rotation import files, keys as gateway, status

if TYPE_CHECKING:
    from agent.contract_types import (
        NotedTarget,
        RotationActionAnswer,
        RotationQuestion,
        RotationQuestionBegin,
        RotationQuestionFinish,
        RotationQuestionSwap,
        RotationState,
    )

# Until the new key is the master: how long targets that hold it already are served when nobody continues the rotation. The old
# key is the master all that time, so nothing is kept open by it. Every run of a rotation in progress prolongs it.
SLACK = datetime.timedelta(days=30)
# From then on the registrations end soon after the grace time, also when no run ever comes to end them.
LATE = datetime.timedelta(minutes=15)
# A worker remembers a key that it has seen for `user_api_key_cache_ttl` seconds, one minute when that is not set.
CACHE_SECONDS = 60

Document = dict[str, Any]


def main(given: "RotationQuestion") -> "RotationActionAnswer":
    """Input: {action: begin | noted | swap | finish, run, graceSeconds?, distribute?, limits?, targets?, now?}.

    Answers what `rotation_status` does, and for `begin` also {key}: what the targets should get. With `swap` as with `noted`,
    `targets` hold the new key now.
    """
    lease.require(given["run"])
    rollout.settle()
    folder: Path | None = None
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        files.finish()
        if given["action"] == "begin":
            _begin(given)
            return {**status.answer(), "key": keys.read(_given_out(_require_state()))}
        if given["action"] == "finish":
            _finish(given)
        elif given["targets"]:
            _note(given["targets"])
        if given["action"] == "swap":
            folder = _swap(given)
    if given["action"] == "swap":
        _swapped(given, folder)
    answered = status.answer()
    return {"rotation": answered["rotation"], "distributed": answered["distributed"]}


def _require_state() -> "RotationState":
    state = files.state()
    if state is None:
        raise Refused("rotation-phase", "No rotation is in progress. Run rotate.")
    return state


def _given_out(state: "RotationState") -> Path:
    """Where the key is that the targets get."""
    return files.VIRTUAL_PENDING if state["distribute"] == "virtual-key" else files.PENDING


def _begin(given: "RotationQuestionBegin") -> None:
    durable.folder(ROTATION, 0o700)
    state = files.state()
    if state is None:
        with step("preflight") as this:
            this.detail = _preflight(int(given["graceSeconds"]))
        with step("create"):
            state = _create(given)
    elif state["phase"] == "swapped":
        # What a dead run had begun on the host went on, and came so far while this one waited for it.
        note("rotation", f"Another run has brought the rotation {state['id']} this far in the meantime.")
        return
    elif state["distribute"] != given["distribute"]:
        note("distribute", f"This rotation was started with {state['distribute']} and keeps it; the next one will be as declared.")
    with step("expand") as this:
        this.detail = _expand(state, given.get("limits") or {})
        if state["phase"] == "created":
            files.advance(phase="expanded")


def _preflight(grace: int) -> str:
    """Looks whether the gateway can stand another master key, before anything is changed."""
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
    if release.environment(serving).get("LITELLM_MASTER_KEY") != keys.read(MASTER_KEY):
        raise Refused(
            "master-key-differs",
            f"The gateway runs with another master key than the one in {MASTER_KEY}; the file was changed by hand. Restore the key that "
            "people use (LITELLM_MASTER_KEY in /etc/litellm/env), or make the gateway take the file's: run deploy.",
        )
    key_rules.require_rotation(_configuration(), grace)
    key, what = stored_secrets.encryption_key()
    return f"{stored_secrets.require_readable(key, what)} stored values are readable with {what}"


def _create(given: "RotationQuestionBegin") -> "RotationState":
    """The keys exist durably before anything is said about them."""
    new, old = _fresh(), keys.read(MASTER_KEY)
    before = files.distributed()
    files.write_key(files.PENDING, new)
    state: RotationState = {
        "id": secrets.token_hex(4),
        "phase": "created",
        "run": given["run"],
        "since": now().isoformat(),
        "graceSeconds": int(given["graceSeconds"]),
        "distribute": given["distribute"],
        "old": files.short_hash(old),
        "new": files.short_hash(new),
        "targets": [],
        # The virtual key that the targets have until now, and since when the old key is the master.
        "before": before.get("alias") if before else None,
        "oldSince": before.get("time") if before else None,
    }
    if given["distribute"] == "virtual-key":
        virtual = _fresh()
        files.write_key(files.VIRTUAL_PENDING, virtual)
        state["virtual"] = files.short_hash(virtual)
    durable.write_json(files.STATE, state)
    return state


def _fresh() -> str:
    # LiteLLM asks for the prefix of every key.
    return "sk-" + secrets.token_hex(32)


def _expand(state: "RotationState", limits: Document) -> str:
    """Makes the gateway take both keys, whichever of them is the master, or go on taking them."""
    old = files.PREVIOUS if files.PREVIOUS.exists() else MASTER_KEY
    both = {"old": keys.read(old), "new": keys.read(files.PENDING)}
    with gateway.Gateway() as api:
        api.make_user()
        for name, key in both.items():
            api.register(key, gateway.alias(state["id"], name), _seconds(state))
        if state["distribute"] == "virtual-key":
            api.make_virtual(keys.read(files.VIRTUAL_PENDING), gateway.alias(state["id"], "targets"), limits)
    _require_taken(*both.values())
    _require_virtual(state)
    return "both keys are taken"


def _seconds(state: "RotationState", beyond: datetime.timedelta = SLACK) -> int:
    return key_rules.within(_configuration(), int(state["graceSeconds"] + beyond.total_seconds()))


def _require_taken(*both: str) -> None:
    gateway.require_answers(dict.fromkeys(both, 200))
    gateway.require_administrators([*both])


def _require_virtual(state: "RotationState") -> None:
    if state["distribute"] == "virtual-key":
        gateway.require_answers({keys.read(files.VIRTUAL_PENDING): 200}, route=gateway.OWN_ROUTE)


def _note(targets: "list[NotedTarget]") -> None:
    names = {target["name"] for target in targets}
    others = [one for one in _require_state()["targets"] if one["name"] not in names]
    files.advance(targets=[*others, *targets])


def _swap(given: "RotationQuestionSwap") -> Path | None:
    """Puts the new key in the file and prepares its rollout; None when the workers have it already."""
    state = _require_state()
    if state["phase"] == "created":
        raise Refused("rotation-phase", "The gateway does not accept both keys yet. Run rotate.")
    if state["phase"] == "swapped":
        return None
    if state["phase"] == "expanded":
        files.write_key(files.PREVIOUS, keys.read(MASTER_KEY))
        files.advance(phase="swapping")
    serving = release.serving()
    assert serving is not None
    for done in stored_secrets.give_salt_key():
        note("salt key", done)
    files.write_key(MASTER_KEY, keys.read(files.PENDING))
    about = release.describe(serving)
    try:
        return rollout.prepare(
            rollout.Wanted(
                content=release.content_in(release.folder(serving)),
                given={},
                image=about["image"],
                workers=int(about["workers"]),
                settings=about["settings"],
                probe=about.get("probe") or [],
            ),
            given["run"],
        )
    except Refused:
        _back_to_old()
        raise


def _swapped(given: "RotationQuestionSwap", folder: Path | None) -> None:
    if folder is not None:
        try:
            rollout.follow(folder)
        except Refused as refused:
            # Nothing moved to the new key; "interrupted" means that nobody knows, and the next run looks.
            if refused.code != "interrupted":
                with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
                    _back_to_old()
            raise
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        state = _require_state()
        if state["phase"] == "swapped":
            return
        with step("test") as this:
            this.detail = _test(state)
        with gateway.Gateway() as api:
            for path in (files.PREVIOUS, files.PENDING):
                api.lives(keys.read(path), _seconds(state, LATE))
        until = now() + datetime.timedelta(seconds=state["graceSeconds"])
        files.remember_targets(state, gateway.alias(state["id"], "targets") if state["distribute"] == "virtual-key" else None)
        hashes = {name: state[name] for name in ("old", "new")}
        audit.record(given["run"], "rotate", id=state["id"], graceUntil=until.isoformat(), **hashes)
        files.advance(phase="swapped", graceUntil=until.isoformat())


def _test(state: "RotationState") -> str:
    """The new key is the master of what serves, the old one is taken, and what is stored can be read."""
    new, old = keys.read(files.PENDING), keys.read(files.PREVIOUS)
    serving = release.serving()
    if serving is None or release.environment(serving).get("LITELLM_MASTER_KEY") != new:
        raise Refused("rotation-not-served", "The gateway does not run with the new master key. Run rotate again.")
    _require_taken(new, old)
    _require_virtual(state)
    count = stored_secrets.require_readable(*stored_secrets.encryption_key())
    return f"every worker takes the new key as the master and the old one beside it, {count} stored values are readable"


def _back_to_old() -> None:
    """The rollout was refused, so the old key is what the workers have: the file must say the same."""
    if files.PREVIOUS.exists():
        files.write_key(MASTER_KEY, keys.read(files.PREVIOUS))
        files.advance(phase="expanded")


def _finish(given: "RotationQuestionFinish") -> None:
    state = files.state()
    if state is None:
        return
    if state["phase"] != "swapped":
        raise Refused("rotation-phase", f"The rotation is at {state['phase']} and cannot be finished yet. Run rotate.")
    if not given.get("now") and now() < datetime.datetime.fromisoformat(state["graceUntil"]):
        note("grace", f"The old key is accepted until {state['graceUntil']}.")
        return
    with step("finish") as this:
        ended = [gateway.alias(state["id"], name) for name in ("old", "new")]
        before = state["before"]
        with gateway.Gateway() as api:
            api.delete([*ended, before] if before else ended)
        seconds = _remembered_seconds() * 2
        gateway.require_answers({keys.read(files.PREVIOUS): 401, keys.read(MASTER_KEY): 200}, seconds)
        if before and files.VIRTUAL.exists():
            gateway.require_answers({keys.read(files.VIRTUAL): 401}, seconds, gateway.OWN_ROUTE)
        _require_virtual(state)
        with gateway.Gateway() as api:
            api.remove_user()
        audit.record(given["run"], "rotate-finish", id=state["id"])
        files.advance(phase="finished")
        files.finish()
        this.detail = "every worker refuses the old key"


def _remembered_seconds() -> float:
    """How long a worker may go on taking a key that was deleted, as the serving configuration says."""
    declared = (_configuration().get("general_settings") or {}).get("user_api_key_cache_ttl")
    return max(CACHE_SECONDS, float(declared)) if isinstance(declared, int | float) else CACHE_SECONDS


def _configuration() -> Document:
    """The one that is served; empty where none is."""
    serving = release.serving()
    return release.configuration(serving) if serving else {}

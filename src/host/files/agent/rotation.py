"""The master key's rotation: a journaled state machine that any run can take up where another one died.

    created      the new key stands in a file of its own; nothing uses it yet
    expanded     the gateway takes both keys: each is registered as an administrator's virtual key that ends after the grace time
                 (the runner now writes the new key to every target, and has each noted here)
    swapping     the key file holds the new key, a rollout brings it to the workers
    swapped      the new key is the master; the old one goes on working until the grace time is over
    (finished)   the registrations are deleted, the old key is refused, and no state is left

Holds at every moment: whoever has the old or the new key is served. With a salt key (this product's gateways always have one)
the master key encrypts nothing, so that no stored credential depends on it.
"""

import datetime
import hashlib
import secrets
import time
from pathlib import Path
from typing import Any

from agent import audit, caddy, durable, keys, lease, release, rollout
from agent.admin_api import AdminApi, ApiError
from agent.machine import now
from agent.output import Refused, note, step
from agent.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS, MASTER_KEY, ROTATION
from agent.slots import MAIN, STANDBY

STATE = ROTATION / "state.json"
PENDING = ROTATION / "pending"
PREVIOUS = ROTATION / "previous"
USER = "litellm-gitops-rotation"
# Registrations outlive the grace time, so that a late `finish` and not their end decides when the old key is refused.
SLACK = datetime.timedelta(days=7)
REFUSED_SECONDS = 120

Document = dict[str, Any]


def main(given: Document) -> Document:
    """Input: {action: status | begin | key | noted | swap | finish, run, graceSeconds?, target?, now?}.

    Answers {rotation}, and {key} as well for `key`.
    """
    action = given["action"]
    if action != "status":
        lease.require(given["run"])
        rollout.settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        if action == "begin":
            _begin(given)
        elif action == "noted":
            _advance(targets=[*(_state() or {}).get("targets", []), given["target"]])
        elif action == "finish":
            _finish(given)
        elif action == "key":
            return {"key": keys.read(PENDING), "rotation": _state()}
        folder = _swap(given) if action == "swap" else None
    if action == "swap":
        _swapped(given, folder)
    return {"rotation": _state()}


def _state() -> Document | None:
    return durable.read_json(STATE)


def _advance(**changes: Any) -> None:
    durable.write_json(STATE, (_state() or {}) | changes)


def _begin(given: Document) -> None:
    durable.folder(ROTATION, 0o700)
    if _state() is None:
        _require_salt()
        with step("create"):
            # The key exists durably before anything is told about it.
            durable.write(PENDING, ("sk-" + secrets.token_hex(32) + "\n").encode())
            old, new = keys.read(MASTER_KEY), keys.read(PENDING)
            durable.write_json(
                STATE,
                {
                    "id": secrets.token_hex(4),
                    "phase": "created",
                    "run": given["run"],
                    "since": now().isoformat(),
                    "graceSeconds": int(given["graceSeconds"]),
                    "old": _hash(old),
                    "new": _hash(new),
                    "targets": [],
                },
            )
    if (_state() or {})["phase"] == "created":
        with step("expand") as this:
            this.detail = _register()
            _advance(phase="expanded")


def _require_salt() -> None:
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No gateway stands on this host yet. Run deploy first.")
    if not release.environment(serving).get("LITELLM_SALT_KEY"):
        raise Refused(
            "no-salt-key",
            "This gateway runs without a salt key, so its master key encrypts what is stored in the database; changing it "
            "would make that unreadable.",
        )


def _register() -> str:
    """Makes the gateway take both keys, whichever of them is the master."""
    state = _state() or {}
    seconds = int(state["graceSeconds"] + SLACK.total_seconds())
    with _Api(keys.read(MASTER_KEY)) as api:
        try:
            user = {"user_id": USER, "user_role": "proxy_admin", "auto_create_key": False}
            api.post("/user/new", user | {"metadata": {"managed_by": "litellm-gitops"}})
        except ApiError as failure:
            # Of an earlier rotation, or of this one before it died.
            if failure.status not in (400, 409):
                raise
        for name, path in (("old", MASTER_KEY), ("new", PENDING)):
            alias = _alias(name)
            if not _registered(api, alias):
                api.post(
                    "/key/generate",
                    {"key": keys.read(path), "user_id": USER, "key_alias": alias, "duration": f"{seconds}s"},
                )
    for path in (MASTER_KEY, PENDING):
        _require_answer(keys.read(path), 200)
    return "both keys are taken"


def _alias(name: str) -> str:
    return f"{USER}-{(_state() or {})['id']}-{name}"


def _registered(api: AdminApi, alias: str) -> bool:
    return bool(api.get("/key/list", key_alias=alias, return_full_object="true", size=1).get("keys"))


def _swap(given: Document) -> Path | None:
    """Puts the new key in the file and prepares its rollout; None when the workers have it already."""
    state = _state()
    if state is None or state["phase"] == "created":
        raise Refused("rotation-phase", "There is no rotation that could be swapped now. Run rotate.")
    if state["phase"] == "swapped":
        return None
    if state["phase"] == "expanded":
        durable.write(PREVIOUS, (keys.read(MASTER_KEY) + "\n").encode())
        _advance(phase="swapping")
    durable.write(MASTER_KEY, (keys.read(PENDING) + "\n").encode())
    serving = release.serving()
    assert serving is not None
    about = release.describe(serving)
    try:
        return rollout.prepare(
            rollout.Wanted(
                config=(release.folder(serving) / "config.yaml").read_text(),
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


def _swapped(given: Document, folder: Path | None) -> None:
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
        state = _state()
        if state is None or state["phase"] == "swapped":
            return
        new, old = keys.read(PENDING), keys.read(PREVIOUS)
        with step("test") as this:
            serving = release.serving()
            if serving is None or release.environment(serving).get("LITELLM_MASTER_KEY") != new:
                raise Refused("rotation-not-served", "The gateway does not run with the new master key. Run rotate again.")
            for key in (new, old):
                _require_answer(key, 200)
            this.detail = "the new key is the master, the old one is still taken"
        until = now() + datetime.timedelta(seconds=state["graceSeconds"])
        _advance(phase="swapped", graceUntil=until.isoformat())
        hashes = {name: state[name] for name in ("old", "new")}
        audit.record(given["run"], "rotate", id=state["id"], graceUntil=until.isoformat(), **hashes)


def _back_to_old() -> None:
    """The rollout was refused, so the old key is what the workers have: the file has to say the same."""
    if PREVIOUS.exists():
        durable.write(MASTER_KEY, (keys.read(PREVIOUS) + "\n").encode())
        _advance(phase="expanded")


def _finish(given: Document) -> None:
    state = _state()
    if state is None:
        return
    if state["phase"] != "swapped":
        raise Refused("rotation-phase", f"The rotation stands at {state['phase']} and cannot be finished yet. Run rotate.")
    if not given.get("now") and now() < datetime.datetime.fromisoformat(state["graceUntil"]):
        note("grace", f"The old key is taken until {state['graceUntil']}.")
        return
    with step("finish") as this:
        new, old = keys.read(MASTER_KEY), keys.read(PREVIOUS)
        with _Api(new) as api:
            aliases = [alias for alias in (_alias("old"), _alias("new")) if _registered(api, alias)]
            if aliases:
                api.post("/key/delete", {"key_aliases": aliases})
        # Workers remember a key for a minute; the old one is refused by all of them before this is called finished.
        _require_answer(old, 401, REFUSED_SECONDS)
        _require_answer(new, 200)
        this.detail = "the old key is refused"
        audit.record(given["run"], "rotate-finish", id=state["id"])
        for path in (PREVIOUS, PENDING, STATE):
            durable.remove(path)


def _require_answer(key: str, status: int, seconds: float = 30) -> None:
    """Every worker answers this status to the key: asked often, each time by a new connection, which goes to any of them."""
    deadline = time.monotonic() + seconds
    in_row = 0
    got: int | None = None
    while in_row < 24:
        with _Api(key) as api:
            try:
                api.get("/key/list", size=1)
                got = 200
            except ApiError as failure:
                got = failure.status
        in_row = in_row + 1 if got == status else 0
        if in_row == 0:
            if time.monotonic() > deadline:
                raise Refused(
                    "rotation-test",
                    f"The gateway answers {got} to a key where {status} was expected. Nothing was removed; run rotate again.",
                )
            time.sleep(0.5)


class _Api(AdminApi):
    """To the slot that serves, on one connection."""

    def __init__(self, key: str) -> None:
        super().__init__((STANDBY if caddy.standby_serves() else MAIN).port, key)

    def __enter__(self) -> "_Api":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]

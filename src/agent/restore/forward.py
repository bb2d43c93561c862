"""The way forward from the moment that the databases have changed places: keys, Redis, new processes, and what undo needs."""

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agent.backup import manifest, restic, settings as backup_settings
from agent.base import audit, durable, env_file, keys, units
from agent.base.events import note, step
from agent.base.paths import (
    BACKUP_PASSWORD,
    BACKUP_SETTINGS,
    BACKUPS,
    CHANGE_LOCK,
    CHANGE_LOCK_SECONDS,
    CONFIG,
    ENV,
    ETC,
    FINGERPRINT_KEY,
    MASTER_KEY,
    POSTGRES_OWNER_PASSWORD,
    POSTGRES_PASSWORD,
    REDIS_PASSWORD,
    RELEASES,
    RESTORE_STATE as STATE_FILE,
    ROTATION,
    SALT_KEY,
    SLOTS,
)
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import swap as database_swap
from agent.gateway import certificates, images, release
from agent.redis import dump as redis_dump, server as redis_server
from agent.redis.client import LARGEST_VALUE, Redis, RedisError
from agent.restore import kept_tables, plan, scratch
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RestoreDone

FETCHED = BACKUPS / "restore"
UNDO = BACKUPS / "undo"
NEXT_UNDO = BACKUPS / "undo.next"
# Those that belong to the data. The passwords of PostgreSQL and Redis belong to the host, and are taken only where it lost them.
KEYS = (SALT_KEY, MASTER_KEY)
HOST_KEYS = (POSTGRES_PASSWORD, POSTGRES_OWNER_PASSWORD, REDIS_PASSWORD, FINGERPRINT_KEY)
# A rollout, the settings or the password given make these; a rotation goes by the keys that are valid now.
MADE_ANEW = (RELEASES, SLOTS, CONFIG, ENV, ROTATION, BACKUP_SETTINGS, BACKUP_PASSWORD)

Document = dict[str, Any]


def remember(state: Document) -> None:
    """Keeps what undo will put back: keys, and the release that serves now."""
    shutil.rmtree(NEXT_UNDO, ignore_errors=True)
    durable.folder(NEXT_UNDO, 0o700)
    for path in KEYS:
        if path.exists():
            shutil.copy2(path, NEXT_UNDO / path.name)
    serving = release.serving()
    if serving is not None:
        shutil.copytree(release.folder(serving), NEXT_UNDO / "release")
    record = {key: state[key] for key in ("before", "snapshot", "time", "scope")}
    if state.get("kept"):
        record["kept"] = state["kept"] | {"since": state["swapped"]}
    durable.write_json(NEXT_UNDO / "undo.json", record)


def undo_state(record: Document, run: str) -> Document:
    """The state of an undo: the same way forward, with what was kept instead of what was fetched."""
    kept = record["before"]
    return record | {
        "step": "swap",
        "run": run,
        "undo": True,
        "beside": kept,
        "before": kept.replace("_before_", "_undone_") if "_before_" in kept else kept.replace("_undone_", "_before_"),
    }


def forward(state: Document, outcome: Literal["restored", "resumed", "undone"]) -> "RestoreDone":
    """Takes the gateway to the restored data; may be called again after a crash at any place. Answers {release, undo, kept?}."""
    run = state["run"]
    database_swap.exchange(state["beside"], state["before"])
    _keep_logs(state)
    source = UNDO if state.get("undo") else FETCHED
    if state["scope"] == "all":
        with step("keys") as this:
            this.detail = _take_keys(source, bool(state.get("undo")))
    if state["scope"] == "all" and not state.get("undo"):
        with step("files") as this:
            this.detail = f"{_put_back_files()} put back that this host lacked"
        with step("certificates") as this:
            this.detail = certificates.put_back(source / "files")
    with step("counters") as this:
        this.detail = _counters()
    if state["scope"] == "all" and not state.get("undo"):
        with step("redis") as this:
            this.detail = _put_back_redis()
    try:
        name = _roll_out(state, source, run)
    except Refused as refused:
        if state.get("undo"):
            raise
        _go_back(state)
        raise Refused(
            refused.code,
            f"LiteLLM does not run on the restored data, so the previous state is back: {refused.message}",
            refused.log,
        ) from None
    with step("keep") as this:
        _counters()
        for old in [*database_swap.others("litellm_before_"), *database_swap.others("litellm_undone_")]:
            if old != state["before"]:
                database_swap.drop(old)
        _adopt_password(state)
        shutil.rmtree(UNDO, ignore_errors=True)
        if NEXT_UNDO.exists():
            NEXT_UNDO.rename(UNDO)
        shutil.rmtree(FETCHED, ignore_errors=True)
        audit.record(run, "restore", snapshot=state["snapshot"], scope=state["scope"], undo=bool(state.get("undo")))
        durable.remove(STATE_FILE)
        this.detail = f"{state['before']} is kept for an undo, until the next restore or for a week"
    done: RestoreDone = {
        "outcome": outcome,
        "release": name,
        "undo": state["before"],
        "snapshot": state["snapshot"],
        "time": state["time"],
        "scope": state["scope"],
    }
    if state.get("kept"):
        done["kept"] = kept_tables.counts(database_swap.LIVE, state["kept"]["tables"])
    return done


def _keep_logs(state: Document) -> None:
    """What was logged while the other database was made follows; an undo takes along what was logged since the restore."""
    if not state.get("kept"):
        return
    try:
        with step("logs") as this:
            this.detail = f"{kept_tables.follow(state['before'], database_swap.LIVE, state['kept'])} rows that were written meanwhile"
    except Refused as refused:
        if state.get("undo"):
            raise
        _go_back(state)
        raise Refused(refused.code, f"{refused.message} What was there before is back.", refused.log) from None


def _bring_logs_back(state: Document) -> None:
    """What was logged into the restored data, which is dropped now."""
    if not state.get("kept"):
        return
    try:
        kept_tables.follow(state["beside"], database_swap.LIVE, state["kept"] | {"since": state["swapped"]})
    except Refused as refused:
        note("undo", f"What was logged since the restore began may be lost: {refused.message}")


def place_lost_passwords(scope: str) -> None:
    """A host that lost /etc/litellm gets the keys back that its own services still go by."""
    if scope != "all":
        return
    placed = []
    for path in HOST_KEYS:
        kept = FETCHED / "files" / path.relative_to("/")
        if not path.exists() and kept.exists():
            durable.folder(path.parent, 0o700 if path == FINGERPRINT_KEY else 0o755)
            durable.write(path, kept.read_bytes())
            placed.append(path.name)
    if placed:
        note("keys", f"{', '.join(placed)} restored from the backup")
        if redis_server.place_password():
            units.restart("redis-server.service")


def _take_keys(source: Path, undo: bool) -> str:
    folder = source if undo else source / "files" / SALT_KEY.parent.relative_to("/")
    changed = []
    for path in KEYS:
        content = (folder / path.name).read_bytes() if (folder / path.name).exists() else None
        if content is not None and (not path.exists() or path.read_bytes() != content):
            durable.write(path, content)
            changed.append(path.name)
    return f"{', '.join(changed)} taken from the backup" if changed else "the same as before"


def _put_back_files() -> int:
    """What else stood in /etc/litellm: values and keys of the off-site copy, files of people. What this host has stays."""
    source = FETCHED / "files" / ETC.relative_to("/")
    count = 0
    for kept in sorted(source.rglob("*")):
        path = ETC / kept.relative_to(source)
        if (kept.is_dir() and not kept.is_symlink()) or os.path.lexists(path) or any(path.is_relative_to(one) for one in MADE_ANEW):
            continue
        if kept.is_symlink():
            target = os.readlink(kept)
            if not Path(os.path.normpath(path.parent / target)).is_relative_to(ETC):
                note("files", f"{path} is a link to {target} in the backup, which leads out of {ETC}: it was not restored.")
                continue
            durable.folder(path.parent, 0o755)
            durable.link(path, target)
        else:
            # A backup has all files as root's. Nothing comes back that runs with its owner's rights, or that others may change.
            durable.folder(path.parent, stat.S_IMODE(kept.parent.stat().st_mode) & 0o755)
            durable.write(path, kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode) & 0o755)
        count += 1
    return count


def _counters() -> str:
    try:
        redis = redis_dump.live()
        count = redis_dump.forget_counters(redis)
        redis.close()
        return f"{count} counters of spend removed from Redis; LiteLLM reads them again from the database"
    except RedisError as failure:
        raise Refused("redis-down", f"Redis does not answer: {failure} Start it and run the same command again.") from None


def _put_back_redis() -> str:
    """What Redis lost; keys that it has are newer and stay."""
    scratch.sweep()
    try:
        scratch.network()
        password = scratch.start_redis(FETCHED / "redis.rdb")
        source = scratch.inside(lambda: Redis(("127.0.0.1", 6379), password, timeout=600, most=LARGEST_VALUE))
        target = redis_dump.live()
        return f"{redis_dump.put_back(source, target)} keys put back"
    except (RedisError, CommandFailed) as failure:
        # A cache: people are served without it.
        return f"nothing put back: {failure}"
    finally:
        scratch.sweep()


def _roll_out(state: Document, source: Path, run: str) -> str:
    """New processes on the restored database; the old ones remember keys, budgets and teams of the other one."""
    rollout.settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        folder = _release_folder(state, source)
        about = durable.read_json(folder / "release.json")
        images.make_ready(about["image"])
        given = {name: value for name, value in env_file.read(folder / "env").items() if name not in release.HOST_OWNED}
        wanted = rollout.Wanted(
            content=release.content_in(folder),
            given=given,
            image=about["image"],
            workers=int(about["workers"]),
            settings=about["settings"],
            probe=about.get("probe") or [],
        )
        if wanted.is_served():
            note("serving", "The restored data is served by the processes that were there: their keys and configuration are its own.")
        events = rollout.prepare(wanted, run, again=True, forced=True)
    assert events is not None
    return str(rollout.follow(events)["release"])


def _release_folder(state: Document, source: Path) -> Path:
    if state["scope"] != "all":
        return release.folder(str(release.serving()))
    if state.get("undo"):
        return source / "release"
    return manifest.release_folder(source, manifest.parse((source / manifest.NAME).read_bytes()))


def _go_back(state: Document) -> None:
    """The rollout left the old release serving; now it gets its database and its keys back."""
    with step("undo"):
        database_swap.exchange(state["before"], state["beside"])
        _bring_logs_back(state)
        if state["scope"] == "all":
            _take_keys(NEXT_UNDO, undo=True)
        _counters()
        if (NEXT_UNDO / "release").exists():
            try:
                _roll_out(state | {"undo": True}, NEXT_UNDO, state["run"])
            except Refused as refused:
                note("undo", f"The old release serves, but it could not be restarted: {refused.message}")
        database_swap.drop(state["beside"])
        shutil.rmtree(FETCHED, ignore_errors=True)
        shutil.rmtree(NEXT_UNDO, ignore_errors=True)
        durable.remove(STATE_FILE)


def _adopt_password(state: Document) -> None:
    """A host that was restored from elsewhere with an escrowed password keeps it."""
    given = plan.GIVEN_PASSWORD
    if state.get("passwordFile") != str(given) or not given.exists():
        return
    if not BACKUP_PASSWORD.exists() or keys.read(given) != keys.read(BACKUP_PASSWORD):
        settings = backup_settings.read()
        durable.write(BACKUP_PASSWORD, given.read_bytes())
        place = Path(settings.repository)
        if place.is_absolute() and place.exists():
            try:
                restic.local(settings).snapshots()
            except Refused:
                # Its backups are of the empty gateway that was here; their password goes beside them.
                place.rename(place.with_name(f"{place.name}.before-restore"))
                note("repository", f"{place} had another password and is kept as {place}.before-restore.")
    durable.remove(given)

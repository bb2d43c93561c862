"""Takes a backup: database, Redis, keys and configuration of one moment, into the repository and its off-site copy."""

import concurrent.futures
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import escrow, manifest, restic, retention, settings as backup_settings
from agent.base import audit, durable, jobs, lease, migration_runs, room
from agent.base.clock import now
from agent.base.events import note, step
from agent.base.paths import BACKUPS
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, dump as database_dump, swap as database_swap
from agent.database.server import READER
from agent.database.session import session
from agent.redis import dump as redis_dump

if TYPE_CHECKING:
    from agent.contract_types import BackupAnswer, BackupKind, BackupQuestion

UNIT = "litellm-gitops-backup.service"
# The same, by the clock.
SCHEDULED = "litellm-backup.service"
# Always the same path: restic finds what is new by it.
STAGING = BACKUPS / "staging"
PROVEN = BACKUPS / "proven.json"
# What replaces a backup where no release serves; the next backup takes its place.
DUMPS = BACKUPS / "before-migrations"

Document = dict[str, Any]


def main(given: "BackupQuestion") -> "BackupAnswer":
    """Input: {run, kind?}. Answers what `take` does."""
    lease.require(given["run"])
    answer: BackupAnswer = jobs.work(UNIT, "backup", given, *jobs.GENTLY)
    return answer


def work(given: "BackupQuestion") -> "BackupAnswer":
    return take(given.get("kind") or "manual", given["run"])


def clean_up() -> None:
    """Removes what a backup that was cut short left: it holds keys and all rows in clear."""
    shutil.rmtree(STAGING, ignore_errors=True)


def take(kind: "BackupKind", run: str) -> "BackupAnswer":
    """Holds: the gateway serves on, and no snapshot is in the repository that is not whole."""
    settings = backup_settings.read()

    def gather() -> manifest.Manifest:
        _require_room(settings)
        # None of them waits for another.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            redis = pool.submit(copy_redis)
            files = pool.submit(copy_files)
            database = _database()
            files.result()
            return manifest.write(STAGING, kind, settings.domain, database, redis.result())

    return keep(kind, run, settings, gather)


def keep(kind: "BackupKind", run: str, settings: backup_settings.Settings, gather: Callable[[], manifest.Manifest]) -> "BackupAnswer":
    """Puts into the repository, and into its copy, what `gather` writes into `STAGING` with its manifest.

    Answers {snapshot, time, kind, rows, bytes, tables, copied, expired, repositoryBytes, litellm, escrow}. Refuses when the copy
    failed, though the backup in the repository is kept then.
    """
    repository = restic.local(settings)
    proven = (durable.read_json(PROVEN) or {}).get("snapshot")
    clean_up()
    durable.folder(STAGING, 0o700)
    try:
        # A call of restic takes a second for its password alone.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            before = pool.submit(_before, repository, proven is not None or settings.copy_to is not None)
            about = gather()
            there = before.result()
        database = about["database"]
        rows = database_content.rows(database)
        with step("repository") as this:
            snapshot = repository.add(STAGING, kind, rows, now())
            size = repository.bytes()
            this.detail = snapshot.id[:8] + ("" if size is None else f", the whole repository has {_mib(size)}")
    finally:
        clean_up()
    there.append(snapshot)
    audit.record(run, "backup", snapshot=snapshot.id, kind=kind, rows=rows)
    copied, trouble = _copy(settings, repository, there)
    gone = 0 if trouble else _expire([(repository, there), *copied], settings.keep_days, proven)
    # One of another gateway's database takes no place of this one's.
    own = kind != "adopted"
    if own:
        _drop_kept()
        shutil.rmtree(DUMPS, ignore_errors=True)
    result: BackupAnswer = {
        "snapshot": snapshot.id,
        "time": about["created"],
        "kind": kind,
        "rows": rows,
        "bytes": database["bytes"],
        "tables": len(database["tables"]),
        "copied": bool(copied),
        "expired": gone,
        "repositoryBytes": size,
        "litellm": about["litellmVersion"],
        "escrow": escrow.seal(settings),
    }
    if trouble:
        raise Refused(
            "copy",
            f"The backup {snapshot.id[:8]} is in {settings.repository}, but not in its off-site copy: {trouble.message}",
            trouble.log,
            backup=result,
        )
    if own:
        _tell(settings)
    return result


def _require_room(settings: backup_settings.Settings) -> None:
    try:
        with session(READER, database_swap.LIVE) as asked:
            bytes_ = asked.one("SELECT pg_database_size(current_database())")
    except CommandFailed as failed:
        raise _undumped(failed) from None
    # What restic writes is smaller than this; the first time it is not much smaller.
    repository = {Path(settings.repository): bytes_} if settings.repository.startswith("/") else {}
    room.require({BACKUPS: bytes_} | repository, "A backup")


def _database() -> Document:
    with step("database") as this:
        try:
            database = database_dump.dump(READER, database_swap.LIVE, STAGING / "database")
        except CommandFailed as failed:
            raise _undumped(failed) from None
        this.detail = f"{database_content.rows(database)} rows in {len(database['tables'])} tables, {_mib(database['bytes'])}"
        return database


def _undumped(failed: CommandFailed) -> Refused:
    return Refused("database-dump", f"The database cannot be backed up: {failed}", failed.output)


def copy_redis() -> dict[str, int]:
    """The content of Redis, as `copy_files`; answers how many keys of which kind."""
    with step("redis") as this:
        redis = redis_dump.dump(STAGING / "redis.rdb")
        this.detail = f"{redis['keys']} keys"
        return redis


def copy_files() -> None:
    """The machine's files into what becomes the backup."""
    with step("files") as this:
        this.detail = f"{manifest.copy_files(STAGING / 'files')} files"


def _before(repository: restic.Repository, wanted: bool) -> list[restic.Snapshot]:
    """What is in the repository, which is begun where there is none; nothing when it is there and nobody wants to know."""
    if not wanted and repository.is_here():
        return []
    try:
        return repository.snapshots()
    except Refused as refused:
        if refused.code != "repository-missing":
            raise
    repository.begin()
    note("repository", f"There was no repository at {repository.location}; a new one is created there.")
    return []


def _copy(
    settings: backup_settings.Settings, repository: restic.Repository, there: list[restic.Snapshot]
) -> tuple[list[tuple[restic.Repository, list[restic.Snapshot]]], Refused | None]:
    """Copies what is missing in the copy, the newest at the end of `there` among it; answers what it holds then, and what went wrong."""
    copy = restic.copy(settings)
    if copy is None:
        return [], None
    try:
        with step("copy") as this:
            have = {one.original for one in _held(copy, repository)}
            missing = [one for one in there if one.original not in have]
            copy.copy_from(repository, missing, STAGING)
            held = copy.snapshots()
            if there[-1].original not in {one.original for one in held}:
                raise Refused("copy", f"restic copied {there[-1].id[:8]} without an error, but it is not in {settings.copy_to}.")
            this.detail = f"{len(missing)} snapshots to {settings.copy_to}"
        return [(copy, held)], None
    except Refused as refused:
        return [], refused


def _held(copy: restic.Repository, repository: restic.Repository) -> list[restic.Snapshot]:
    try:
        return copy.snapshots()
    except Refused as refused:
        if refused.code != "repository-missing":
            raise
    copy.begin(like=repository)
    return []


def _expire(places: list[tuple[restic.Repository, list[restic.Snapshot]]], keep_days: int, proven: str | None) -> int:
    """Forgets what is older than is wanted; a copy that only takes (append-only) keeps all, as it is meant to."""
    count = 0
    held = migration_runs.backups()
    with step("retention") as this:
        for one, snapshots in places:
            gone = retention.expired(snapshots, keep_days, proven, held)
            try:
                one.forget(gone)
                count += len(gone)
            except Refused as refused:
                if one is places[0][0]:
                    raise
                note(
                    "retention",
                    f"Nothing could be removed from the off-site copy, which is right for an append-only copy: {refused.message}",
                )
        this.detail = f"{count} removed" if proven else "all kept until one is verified"
    return count


def _drop_kept() -> None:
    """What an earlier restore kept. A backup that was made is not called failed because PostgreSQL went away after it."""
    try:
        database_swap.drop_kept()
    except CommandFailed as failed:
        note("retention", f"What a restore kept for its undo was not checked; the next backup does it: {failed}")


def _tell(settings: backup_settings.Settings) -> None:
    """Calls the heartbeat's address, so that somebody outside notices when this no longer happens."""
    if settings.heartbeat is None:
        return
    address = backup_settings.stored_values().get(settings.heartbeat)
    if not address:
        note("heartbeat", f"{settings.heartbeat} was never given to this host; no external monitor is notified.")
        return
    try:
        urllib.request.urlopen(address, timeout=20).close()  # noqa: S310 - of those who deploy, and nothing of the answer is read
    except (OSError, ValueError, urllib.error.URLError):
        # The address is a secret of its own and stays out of the text.
        note("heartbeat", f"The address in {settings.heartbeat} did not answer.")


def _mib(count: int) -> str:
    return f"{count / 1024**2:.1f} MiB"

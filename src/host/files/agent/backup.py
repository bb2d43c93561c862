"""Takes a backup: database, Redis, keys and configuration of one moment, into the repository and its off-site copy."""

import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from agent import audit, backup_settings, database_dump, database_swap, durable, escrow, job, lease, manifest, redis_dump, restic
from agent import retention
from agent.command import CommandFailed
from agent.database_server import MACHINE
from agent.machine import now
from agent.output import Refused, note, step
from agent.paths import BACKUPS

UNIT = "litellm-gitops-backup.service"
# Always the same path: restic tells what is new by it.
STAGING = BACKUPS / "staging"
PROVEN = BACKUPS / "proven.json"
DATABASE = "litellm"

Document = dict[str, Any]


def main(given: Document) -> Document:
    """Input: {run, kind?}. Answers what `take` does."""
    lease.require(given["run"])
    folder = job.start(
        UNIT, "job_unit", {"program": "backup", "input": given}, "backup", "litellm-gitops backup", "Nice=10", after=True
    )
    return job.finish(UNIT, folder, "backup")


def work(given: Document) -> Document:
    return take(given.get("kind") or "manual", given["run"])


def clean_up() -> None:
    """Removes what a backup that was cut short left: it holds keys and all rows in clear."""
    shutil.rmtree(STAGING, ignore_errors=True)


def take(kind: str, run: str) -> Document:
    """Holds: the gateway serves on, and no snapshot is in the repository that is not whole.

    Answers {snapshot, time, kind, rows, bytes, tables, copied, expired, repositoryBytes, litellm, escrow}. Refuses when the copy
    failed, though the backup in the repository stands then.
    """
    settings = backup_settings.read()
    clean_up()
    durable.folder(STAGING, 0o700)
    try:
        with step("database") as this:
            database = _database(STAGING / "database")
            rows = sum(table["rows"] for table in database["tables"].values())
            this.detail = f"{rows} rows in {len(database['tables'])} tables, {_mib(database['bytes'])}"
        with step("redis") as this:
            redis = redis_dump.dump(STAGING / "redis.rdb")
            this.detail = f"{redis['keys']} keys"
        with step("files") as this:
            this.detail = f"{manifest.copy_files(STAGING / 'files')} files"
            about = manifest.write(STAGING, kind, settings.domain, database, redis)
        begun = now()
        with step("repository") as this:
            repository = restic.local(settings)
            try:
                snapshot = repository.add(STAGING, kind, rows, begun)
            except Refused as refused:
                # Asked only then: each call of restic takes a second for the password alone.
                if refused.code != "repository-missing" or not repository.ensure():
                    raise
                note("repository", f"There was no repository at {settings.repository}; a new one is begun there.")
                snapshot = repository.add(STAGING, kind, rows, begun)
            size = repository.bytes()
            this.detail = snapshot[:8] + ("" if size is None else f", the whole repository has {_mib(size)}")
    finally:
        clean_up()
    audit.record(run, "backup", snapshot=snapshot, kind=kind, rows=rows)
    trouble = _copy(settings, repository, snapshot)
    gone = 0 if trouble else _expire(settings, repository)
    _drop_kept()
    result = {
        "snapshot": snapshot,
        "time": about["created"],
        "kind": kind,
        "rows": rows,
        "bytes": database["bytes"],
        "tables": len(database["tables"]),
        "copied": settings.copy_to is not None and trouble is None,
        "expired": gone,
        "repositoryBytes": size,
        "litellm": about["litellmVersion"],
        "escrow": escrow.seal(settings),
    }
    if trouble:
        raise Refused(
            "copy",
            f"The backup {snapshot[:8]} stands in {settings.repository}, but not in its off-site copy: {trouble.message}",
            trouble.log,
            backup=result,
        )
    _tell(settings)
    return result


def _database(target: Path) -> Document:
    try:
        bytes_ = int(MACHINE.ask(DATABASE, "SELECT pg_database_size(current_database());"))
        # What restic writes is smaller than this; the first time it is not much smaller.
        database_dump.room_for(bytes_ * 2, BACKUPS, "A backup")
        return database_dump.dump(MACHINE, DATABASE, target)
    except CommandFailed as failed:
        raise Refused("database-dump", f"The database cannot be backed up: {failed}", failed.output) from None


def _copy(settings: backup_settings.Settings, repository: restic.Repository, snapshot: str) -> Refused | None:
    """Copies the snapshot, and those before it that the copy lacks; answers what went wrong."""
    copy = restic.copy(settings)
    if copy is None:
        return None
    try:
        with step("copy") as this:
            copy.ensure(like=repository)
            have = {one.original for one in copy.snapshots()}
            missing = [one.id for one in repository.snapshots() if one.original not in have]
            copy.copy_from(repository, *missing)
            if snapshot not in {one.original for one in copy.snapshots()}:
                raise Refused("copy", f"restic copied {snapshot[:8]} without an error, but it is not in {settings.copy_to}.")
            this.detail = f"{len(missing)} snapshots to {settings.copy_to}"
        return None
    except Refused as refused:
        return refused


def _expire(settings: backup_settings.Settings, repository: restic.Repository) -> int:
    """Forgets what is older than is wanted; a copy that only takes (append-only) keeps all, as it is meant to."""
    proven = (durable.read_json(PROVEN) or {}).get("snapshot")
    count = 0
    with step("retention") as this:
        for one in (repository, restic.copy(settings)):
            if one is None:
                continue
            gone = retention.expired(one.snapshots(), settings.keep_days, proven)
            try:
                one.forget(gone)
                count += len(gone)
            except Refused as refused:
                if one is repository:
                    raise
                note("retention", f"Nothing could be removed from the off-site copy, which is right when it only takes: {refused.message}")
        this.detail = f"{count} removed" if proven else "all kept until one is verified"
    return count


def _drop_kept() -> None:
    """What an earlier restore kept. A backup that stands is not called failed because PostgreSQL went away after it."""
    try:
        database_swap.drop_kept()
    except CommandFailed as failed:
        note("retention", f"What a restore kept for its undo was not looked at; the next backup does it: {failed}")


def _tell(settings: backup_settings.Settings) -> None:
    """Calls the heartbeat's address, so that somebody outside notices when this no longer happens."""
    if settings.heartbeat is None:
        return
    address = backup_settings.stored_values().get(settings.heartbeat)
    if not address:
        note("heartbeat", f"{settings.heartbeat} was never given to this host; nobody outside is told.")
        return
    try:
        urllib.request.urlopen(address, timeout=20).close()
    except (OSError, ValueError, urllib.error.URLError):
        # The address is a secret of its own and stays out of the text.
        note("heartbeat", f"The address in {settings.heartbeat} did not answer.")


def _mib(count: int) -> str:
    return f"{count / 1024**2:.1f} MiB"

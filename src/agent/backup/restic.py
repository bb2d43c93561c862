"""restic, which keeps the backups: encrypted, deduplicated, in a repository on this machine and in one elsewhere."""

import dataclasses
import datetime
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent.backup.settings import Settings
from agent.base import durable
from agent.base.paths import BACKUP_PASSWORD, BACKUPS
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused, disk_full

if TYPE_CHECKING:
    from agent.contract_types import ErrorCode

CACHE = Path("/var/cache/litellm-gitops-restic")
TAG = "litellm-gitops"
ROWS = "rows-"
# Of a copy that restic did not make: the snapshot that it is of.
OF = "of-"
HOURS = 3600
# Seconds without any work, beyond waiting for a lock, after which restic is ended: 0.18 waits for ever when a disk was full while it
# wrote. From afar it tries again for a quarter of an hour what fails.
STILL_HERE, STILL_AFAR = 180, 1200
# Kinds that are not meant by "the latest".
NAMED = ("safety", "adopted")
# restic's own codes since 0.17; Ubuntu 24.04 has 0.16, where the text says.
CAUSE = re.compile(r"error|fatal|denied|refused|damaged|not found", re.IGNORECASE)
NO_REPOSITORY, LOCKED, WRONG_PASSWORD = 10, 11, 12


@dataclasses.dataclass(frozen=True)
class Snapshot:
    id: str
    time: datetime.datetime
    kind: str
    # Of the whole database, when it was taken.
    rows: int
    # That of the snapshot it was copied from, so that both are known to be the same.
    original: str
    paths: tuple[str, ...]


class Repository:
    """One repository; `name` is what people read: "repository" or "off-site copy"."""

    def __init__(
        self, location: str, settings: Settings, name: str, references: dict[str, str], password_file: Path = BACKUP_PASSWORD
    ) -> None:
        self.location = location
        # By variable of the storage: the name of its value. A folder of this host needs none.
        self.references = references if ":" in location else {}
        self.settings = settings
        self.name = name
        self.password_file = password_file

    def begin(self, like: "Repository | None" = None) -> None:
        """Makes the repository where there is none. Like another one, data that both have is the same in both."""
        if like is None or not self.is_reached_with(like):
            self.run("init", timeout=120)
        else:
            self.run("init", "--from-repo", like.location, "--copy-chunker-params", source=like, timeout=120)

    def is_reached_with(self, other: "Repository") -> bool:
        """Whether one process can reach both: restic has one environment for two storages, and so one account for two of a kind."""
        if not (self.is_remote() and other.is_remote()) or self.references == other.references:
            return True
        return self.kind() != other.kind() and not self.references.keys() & other.references.keys()

    def is_remote(self) -> bool:
        return ":" in self.location

    def kind(self) -> str:
        """Such as `s3`, by restic's word for it."""
        return self.location.partition(":")[0]

    def is_here(self) -> bool:
        """Whether it is a folder of this host that holds a repository, which takes no call of restic to see."""
        return ":" not in self.location and (Path(self.location) / "config").exists()

    def snapshots(self, *options: str) -> list[Snapshot]:
        """Ours, the oldest first."""
        listing: list[dict[str, Any]] = json.loads(self.run("snapshots", *options, "--json", "--tag", TAG, timeout=300)) or []
        found = [
            Snapshot(
                id=one["id"],
                time=datetime.datetime.fromisoformat(one["time"]),
                kind=next((tag for tag in one["tags"] if tag != TAG and not tag.startswith((ROWS, OF))), "scheduled"),
                rows=next((int(tag[len(ROWS) :]) for tag in one["tags"] if tag.startswith(ROWS)), 0),
                original=one.get("original") or next((tag[len(OF) :] for tag in one["tags"] if tag.startswith(OF)), one["id"]),
                paths=tuple(one["paths"]),
            )
            for one in listing
        ]
        return sorted(found, key=lambda one: one.time)

    def add(self, folder: Path, kind: str, rows: int, time: datetime.datetime, of: str | None = None) -> Snapshot:
        """Backs up the folder and answers its snapshot; with `of`, as a copy of that one."""
        tags = [TAG, kind, f"{ROWS}{rows}", *([] if of is None else [f"{OF}{of}"])]
        lines = self.run(
            "backup", "--json", "--host", self.settings.domain, *(word for tag in tags for word in ("--tag", tag)), "--time",
             time.astimezone().strftime("%Y-%m-%d %H:%M:%S"), str(folder), timeout=12 * HOURS,
        ).splitlines()  # fmt: skip
        summary = next((one for one in map(json.loads, reversed(lines)) if one.get("message_type") == "summary"), None)
        if summary is None or not summary.get("snapshot_id"):
            raise Refused("backup", f"restic exited without naming a snapshot in the {self.name}.", lines[-5:])
        name = str(summary["snapshot_id"])
        return Snapshot(id=name, time=time, kind=kind, rows=rows, original=of or name, paths=(str(folder),))

    def read(self, snapshot: Snapshot, path: str, *options: str) -> bytes:
        """One file of a snapshot, its path below the folder that was backed up."""
        return self.run("dump", *options, snapshot.id, f"{snapshot.paths[0]}/{path}", timeout=600).encode()

    def restore(self, snapshot: Snapshot, target: Path) -> Path:
        """Writes the snapshot's files below `target`; answers the folder that was backed up."""
        # `ID:folder` has the folder itself become the target, whatever path it was taken from.
        self.run("restore", f"{snapshot.id}:{snapshot.paths[0]}", "--target", str(target), timeout=12 * HOURS)
        return target

    def copy_from(self, other: "Repository", snapshots: list[Snapshot], by_way_of: Path) -> None:
        """Copies them; where no process can reach both, through a folder of this host, one after the other."""
        if not snapshots:
            return
        if self.is_reached_with(other):
            self.run("copy", "--from-repo", other.location, *(one.id for one in snapshots), source=other, timeout=24 * HOURS)
            return
        for one in snapshots:
            try:
                durable.folder(by_way_of, 0o700)
                self.add(other.restore(one, by_way_of), one.kind, one.rows, one.time, of=one.original)
            finally:
                shutil.rmtree(by_way_of, ignore_errors=True)

    def forget(self, snapshots: list[str]) -> None:
        if snapshots:
            self.run("forget", "--prune", *snapshots, timeout=12 * HOURS)

    def check(self, part: str | None) -> None:
        """Proves structure and, by `part` ("3/30", "100%"), so much of the data against its hashes."""
        data = () if part is None else (f"--read-data-subset={part}",)
        self.run("check", *data, timeout=12 * HOURS)

    def bytes(self) -> int | None:
        """What the repository takes on this host's disk; None when it is elsewhere."""
        if ":" in self.location:
            return None
        return sum(file.stat().st_size for file in Path(self.location).rglob("*") if file.is_file())

    def run(self, *arguments: str, timeout: float, source: "Repository | None" = None) -> str:
        """Raises `Refused` with a code of its own for what people can fix.

        A lock of somebody who was killed holds nobody up: it is removed, and those of the living are waited for.
        """
        try:
            return self._run(10, *arguments, timeout=timeout, source=source)
        except Refused as refused:
            if refused.code != "repository-locked":
                raise
        for one in (self, source):
            if one is not None:
                one.unlock()
        return self._run(300, *arguments, timeout=timeout, source=source)

    def unlock(self) -> None:
        """Removes the locks of those who are gone."""
        self._run(10, "unlock", timeout=120)

    def _run(self, patience: int, *arguments: str, timeout: float, source: "Repository | None" = None) -> str:
        durable.folder(BACKUPS, 0o700)
        remote = self.is_remote() or (source is not None and source.is_remote())
        environment = {
            "RESTIC_REPOSITORY": self.location,
            "RESTIC_PASSWORD_FILE": str(self.password_file),
            "RESTIC_CACHE_DIR": str(CACHE),
            "RESTIC_PROGRESS_FPS": "0.01",
        } | self.settings.storage_environment(self.references, *(() if source is None else (source.references,)))
        if source is not None:
            environment["RESTIC_FROM_PASSWORD_FILE"] = str(source.password_file)
        options = self.settings.sftp_options() if remote else ()
        try:
            return run(
                *("restic", *options, f"--retry-lock={patience}s", *arguments),
                timeout=timeout,
                environment=environment,
                still=patience + (STILL_AFAR if remote else STILL_HERE),
            )
        except FileNotFoundError:
            raise Refused("not-deployed", "restic is not installed on this host. Run deploy.") from None
        except CommandFailed as failed:
            raise self._refused(arguments[0], failed) from None

    def _refused(self, what: str, failed: CommandFailed) -> Refused:
        text = "\n".join(failed.output)
        where = f"The {self.name} {self.location}"
        if failed.code == NO_REPOSITORY or "Is there a repository at" in text:
            return Refused("repository-missing", f"{where} does not exist, or has no repository.", failed.output)
        if failed.code == WRONG_PASSWORD or "wrong password or no key found" in text:
            return Refused(
                "backup-password",
                f"{where} cannot be opened with the password in {self.password_file}. Restore the right one from its escrow, or "
                "declare another place for new backups.",
                failed.output,
            )
        # A lock that cannot be written has the same number as one that somebody else holds.
        if "no space left on device" in text:
            # A server says it in other words: for a repository that is elsewhere, this is of what restic writes on this host.
            return disk_full(f"restic {what}" if what == "restore" or ":" in self.location else self.location, failed.output)
        if failed.code == LOCKED or "unable to create lock" in text:
            return Refused("repository-locked", f"{where} is locked by another program.", failed.output)
        cause = next((line for line in failed.output if CAUSE.search(line)), failed.output[-1] if failed.output else str(failed))
        return Refused(cast("ErrorCode", f"repository-{what}"), f"{where} failed at restic {what}: {cause[:300]}", failed.output)


def local(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository:
    return Repository(settings.repository, settings, "repository", settings.references, password_file)


def copy(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository | None:
    if settings.copy_to is None:
        return None
    return Repository(settings.copy_to, settings, "off-site copy", settings.copy_references, password_file)


def furthest(settings: Settings, password_file: Path = BACKUP_PASSWORD) -> Repository:
    """The one to trust least and to prove from: the copy, where there is one."""
    return copy(settings, password_file) or local(settings, password_file)


def choose(snapshots: list[Snapshot], wanted: str | None) -> Snapshot:
    """The snapshot that is meant by "latest", an id (or its beginning), or a time: the last one up to then."""
    if not snapshots:
        raise Refused("no-backup", "There is no backup yet. Run backup.")
    if wanted is None or wanted == "latest":
        # A safety backup holds what somebody just chose to replace, and an adopted one another gateway's data: these are named.
        return [one for one in snapshots if one.kind not in NAMED or one is snapshots[0]][-1]
    named = [one for one in snapshots if one.id.startswith(wanted) or one.original.startswith(wanted)]
    if len(named) == 1:
        return named[0]
    try:
        time = datetime.datetime.fromisoformat(wanted)
    except ValueError:
        known = ", ".join(f"{one.id[:8]} of {one.time:%Y-%m-%d %H:%M}" for one in snapshots[-10:])
        raise Refused(
            "no-backup", f'"{wanted}" names no backup; give latest, an id or a time such as 2026-11-23T02:00. There are: {known}.'
        ) from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=datetime.timezone.utc)
    before = [one for one in snapshots if one.time <= time]
    if not before:
        raise Refused("no-backup", f"There is no backup from before {time.isoformat()}; the oldest is of {snapshots[0].time.isoformat()}.")
    return before[-1]

"""Proves that the newest backup can be restored, by restoring it into a scratch place. What it reached is a level:

L0  there is a backup, young enough, and not smaller than the ones before it let expect
L1  the repository is whole: its structure, a rotating thirtieth of its data, all on Sundays; none of the host's is missing in the copy
L2  every file of the backup comes out with the hash it went in with
L3  PostgreSQL and Redis load it
L4  every table has the rows and the checksum of the moment of the backup, every definition is there, pg_amcheck finds nothing
L5  the LiteLLM of the backup boots on it, decrypts what is stored, and answers a request
L6  the checks themselves turn red when one byte is flipped and when one row is changed
"""

import concurrent.futures
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agent.backup import backup, log_retention, manifest, restic, settings as backup_settings
from agent.base import audit, durable, jobs, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import BACKUPS
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, load as database_load, postgres
from agent.database.server import Server
from agent.database.session import session
from agent.redis import dump as redis_dump
from agent.redis.client import Redis, RedisError
from agent.restore import application_proof, scratch

if TYPE_CHECKING:
    from agent.contract_types import ProofAnswer, ProofLevel, VerifyQuestion

UNIT = "litellm-gitops-verify.service"
PARTS = 30
SUNDAY = 6


def main(given: "VerifyQuestion") -> "ProofAnswer":
    """Input: {run, backup?, full?}. Answers what `work` does."""
    answer: ProofAnswer = jobs.work(UNIT, "verify", given, *jobs.GENTLY, what="proof")
    return answer


def clean_up() -> None:
    scratch.sweep()


def work(given: "VerifyQuestion") -> "ProofAnswer":
    """Answers {ok, reason, level, levels: [{level, name, ok, seconds, detail}], snapshot, time, source, rows, seconds}."""
    settings = backup_settings.read()
    proof = Proof(settings, restic.furthest(settings), given.get("backup"), bool(given.get("full")))
    scratch.sweep()
    try:
        result = proof.run()
    finally:
        scratch.sweep()
    if result["ok"] and result["newest"]:
        durable.write_json(backup.PROVEN, {"snapshot": result["snapshot"], "time": now().isoformat(), "level": result["level"]})
    audit.record(given["run"], "verify", snapshot=result["snapshot"], ok=result["ok"], level=result["level"])
    return result


class Proof:
    """One proof of one snapshot; each level rests on those before it, and the first that fails ends it."""

    def __init__(self, settings: backup_settings.Settings, repository: restic.Repository, wanted: str | None, full: bool) -> None:
        self.settings = settings
        self.repository = repository
        self.wanted = wanted
        self.full = full
        near = restic.local(settings)
        # The host's own repository, where this one is the copy of it.
        self.near = near if near.location != repository.location else None
        self.snapshots: list[restic.Snapshot] = []
        self.snapshot: restic.Snapshot
        self.manifest: manifest.Manifest = {}
        # What a level needs, or takes long without needing the others, is begun before its turn.
        self.beside = concurrent.futures.ThreadPoolExecutor()
        self.checked: concurrent.futures.Future[str]
        self.owed: concurrent.futures.Future[list[restic.Snapshot]]
        self.reading: tuple[str, ...] = ()
        self.place: concurrent.futures.Future[scratch.Cluster]
        self.server: Server
        self.url = ""
        self.owner_url = ""
        self.redis_password = ""
        self.levels: list[ProofLevel] = []

    def run(self, without: tuple[str, ...] = ()) -> "ProofAnswer":
        begun = time.monotonic()
        with self.beside:
            reason = self._climb(without)
        reached = [one["level"] for one in self.levels if one["ok"]]
        about = self.manifest
        return {
            "ok": reason is None,
            "reason": reason,
            "level": reached[-1] if reached else None,
            "levels": self.levels,
            "source": self.repository.name,
            "snapshot": self.snapshot.original if self.snapshots else None,
            "newest": bool(self.snapshots) and self.snapshot == restic.choose(self.snapshots, None),
            "time": about.get("created"),
            "rows": database_content.rows(about["database"]) if about else None,
            "seconds": round(time.monotonic() - begun, 1),
        }

    def _climb(self, without: tuple[str, ...]) -> str | None:
        """Goes from level to level; answers what failed."""
        if "L1" not in without:
            self.owed = self.beside.submit(self._owed)
            self.checked = self.beside.submit(self._check)
            # The check in progress while the first level reads has the only lock that there may be.
            self.reading = ("--no-lock",)
        for level, name, work in self._levels():
            if level in without:
                continue
            started = time.monotonic()
            try:
                with step(f"{level} {name}") as this:
                    this.detail = work()
                self._note(level, name, True, started, this.detail)
            except (Refused, CommandFailed, RedisError) as failure:
                text = failure.message if isinstance(failure, Refused) else str(failure)
                self._note(level, name, False, started, text)
                return f"{level} {name}: {text}"
        return None

    def _note(self, level: str, name: str, ok: bool, started: float, detail: str | None) -> None:
        seconds = round(time.monotonic() - started, 2)
        self.levels.append({"level": level, "name": name, "ok": ok, "seconds": seconds, "detail": detail})

    def _levels(self) -> list[tuple[str, str, Callable[[], str]]]:
        return [
            ("L0", "presence", self.presence),
            ("L1", "repository", self.whole),
            ("L2", "files", self.files),
            ("L3", "load", self.load),
            ("L4", "content", self.content),
            ("L5", "application", self.application),
            ("L6", "negative control", self.negative_control),
        ]

    def presence(self) -> str:
        self.snapshots = self.repository.snapshots(*self.reading)
        self.snapshot = restic.choose(self.snapshots, self.wanted)
        self.manifest = manifest.parse(self.repository.read(self.snapshot, manifest.NAME, *self.reading))
        if self.manifest["domain"] != self.settings.domain:
            raise Refused("foreign", f"The backup is of {self.manifest['domain']}, not of {self.settings.domain}.")
        hours = (now() - self.snapshot.time).total_seconds() / 3600
        if self.wanted in (None, "latest"):
            if hours > self.settings.oldest_hours:
                raise Refused(
                    "too-old",
                    f"The newest backup is {hours:.0f} hours old; at most {self.settings.oldest_hours:g} are allowed (backup.rpo), and one "
                    "is due every 24. systemctl status litellm-backup shows why.",
                )
            if hours < -1:
                raise Refused("clock", f"The newest backup is from {self.snapshot.time.isoformat()}, which is in the future.")
        return f"{len(self.snapshots)} backups, this one is {hours:.1f} hours old{self._not_shrunken()}"

    def _not_shrunken(self) -> str:
        """Rows against the median of the seven backups before it: a dump that went wrong is small before it is missing."""
        if not self.manifest["database"]["tables"] or not self.manifest["database"]["migrations"]:
            raise Refused("empty", "The backup has no LiteLLM schema: the database was empty when it was taken.")
        if self.snapshot.kind == "adopted":
            return "; it was taken over from another gateway"
        ours = (one for one in self.snapshots if one.time < self.snapshot.time and one.kind != "adopted")
        before = sorted(ours, key=lambda one: one.time)[-7:]
        usual = sorted(before, key=lambda one: one.rows)[len(before) // 2] if before else self.snapshot
        if database_content.rows(self.manifest["database"]) >= usual.rows * log_retention.SHRUNKEN:
            return ""
        explained = log_retention.require_whole(self.manifest, manifest.parse(self.repository.read(usual, manifest.NAME, *self.reading)))
        return f"; {explained}" if explained else ""

    def whole(self) -> str:
        found = self.checked.result()
        held = {one.original for one in self.snapshots}
        absent = [one for one in self.owed.result() if one.original not in held]
        if absent:
            raise Refused(
                "copy",
                f"{len(absent)} of the host's backups are missing in the {self.repository.name}, the last of "
                f"{absent[-1].time.isoformat()}. The next backup copies them again; find out who removed them.",
            )
        return found

    def _owed(self) -> list[restic.Snapshot]:
        """What the copy must hold: all that the host has, but for safety backups, and while none is being copied."""
        if self.near is None or any(jobs.is_under_way(unit) for unit in (backup.UNIT, backup.SCHEDULED)):
            return []
        return [one for one in self.near.snapshots("--no-lock") if one.kind != "safety"]

    def _check(self) -> str:
        today = now()
        full = self.full or today.weekday() == SUNDAY
        part = "100%" if full else f"{today.timetuple().tm_yday % PARTS + 1}/{PARTS}"
        self.repository.check(part)
        if self.near is not None:
            self.near.check(part)
        return f"structure sound, {'all data' if full else f'part {part} of the data'} read"

    def files(self) -> str:
        bytes_ = self.manifest["database"]["bytes"]
        room.require({BACKUPS: bytes_ * 2, scratch.PLACE: bytes_}, "A proof")
        durable.folder(scratch.FILES, 0o700)
        self.place = self.beside.submit(self._prepare_place)
        self.repository.restore(self.snapshot, scratch.FILES)
        manifest.require_ours(scratch.FILES)
        wrong = manifest.differences(self.manifest, scratch.FILES)
        if wrong:
            raise Refused("damaged", f"{len(wrong)} files differ from what was backed up: {'; '.join(wrong[:5])}")
        return f"{len(self.manifest['files'])} files as they were backed up"

    def _prepare_place(self) -> scratch.Cluster:
        scratch.network()
        return scratch.start_postgres(self.manifest["database"]["locale"])

    def load(self) -> str:
        cluster = self.place.result()
        self.server, self.url, self.owner_url = cluster.server, cluster.url, cluster.owner_url
        redis = self.beside.submit(self._load_redis)
        database_load.load(self.server, scratch.DATABASE, scratch.FILES / "database")
        postgres.give_rows(self.server, scratch.DATABASE)
        return f"PostgreSQL and Redis run on it, {redis.result()} keys in Redis"

    def _load_redis(self) -> int:
        rdb = scratch.FILES / "redis.rdb"
        counts = redis_dump.check(rdb)
        self.redis_password = scratch.start_redis(rdb)
        loaded = int(scratch.inside(lambda: Redis(("127.0.0.1", 6379), self.redis_password).number("DBSIZE")))
        if not counts["keys"] - counts["expiring"] <= loaded <= counts["keys"] or counts != self.manifest["redis"]:
            raise Refused("redis", f"Redis loaded {loaded} keys of {self.manifest['redis']['keys']} that were backed up.")
        return loaded

    def content(self) -> str:
        found = database_load.read_back(self.server, scratch.DATABASE)
        wrong = database_content.differences(self.manifest["database"], found)
        if wrong:
            raise Refused("content", "; ".join(wrong[:10]))
        scratch.amcheck(self.server)
        return f"{database_content.rows(found)} rows in {len(found['tables'])} tables, every checksum equal, pg_amcheck clean"

    def application(self) -> str:
        return application_proof.prove(self.server, self.url, self.redis_password, scratch.FILES / "files", self.manifest)

    def negative_control(self) -> str:
        """A check that never turns red proves nothing: the same ones are asked about data that is wrong on purpose."""
        victim = max((scratch.FILES / name for name in self.manifest["files"]), key=_size)
        flip_byte(victim)
        if manifest.differences(self.manifest, scratch.FILES) != [f"{victim.relative_to(scratch.FILES)} is damaged"]:
            raise Refused("blind", f"A flipped byte in {victim.name} was not noticed: the file check does not work.")
        with session(self.server, scratch.DATABASE) as asked:
            asked.rows("BEGIN")
            asked.rows(database_content.SETTINGS)
            asked.rows("UPDATE public._prisma_migrations SET logs = coalesce(logs, '') || 'x' WHERE id = "
                       "(SELECT id FROM public._prisma_migrations LIMIT 1)")  # fmt: skip
            name = "public._prisma_migrations"
            found = database_content.read_table(asked, name)
            if found == self.manifest["database"]["tables"][name]:
                raise Refused("blind", "A changed row was not noticed: the content check does not work.")
        return "a flipped byte and a changed row are noticed"


def flip_byte(file: Path) -> None:
    with open(file, "r+b") as handle:
        handle.seek(_size(file) // 2)
        byte = handle.read(1)
        handle.seek(-1, 1)
        handle.write(bytes([byte[0] ^ 1]))


def _size(path: Path) -> int:
    return 0 if path.is_symlink() else path.stat().st_size

"""An old gateway's database becomes a backup of this host like any other: looked at, copied, brought forward, and kept with its keys.

    look       what is there, what opens, what stays behind; without a confirmation that is all
    copy       one moment of it, as a dump; a dump file is taken as it is
    load       into the scratch cluster: what is LiteLLM's, as an ordinary role     \\  left out where the dump of a server of the
    keys       values of another key are sealed again with the one of the rest       | same version is as ours would be
    migrate    by the image that serves here                                        /
    keep       with the old salt key, into the repository: `verify` proves it, `restore` with the scope all brings it in

Nothing of the old gateway is changed, and nothing of this one. Each run begins anew; what one that was cut short left is removed.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.backup import backup, manifest, settings as backup_settings
from agent.base import durable, jobs, lease, room
from agent.base.events import step
from agent.base.paths import ADOPTED, BACKUPS, ETC, MASTER_KEY, SALT_KEY
from agent.base.process import run
from agent.base.refusal import Refused
from agent.database import dump as database_dump, load as database_load, postgres
from agent.database.session import Session, session
from agent.gateway import migration, release, schema
from agent.restore import scratch
from agent.takeover import carried, copy, dump_file, old_keys, old_server, survey, upload

if TYPE_CHECKING:
    from agent.contract_types import AdoptAnswer, AdoptPlan, AdoptQuestion, LeftOut, OldMaster

UNIT = "litellm-gitops-adopt.service"
MIGRATING = "litellm-migrate-copy"
DUMPED = upload.PLACE / "dump"
# Named in the answer; a database may hold any number of tables of others.
MOST_LEFT_OUT = 500

Document = dict[str, Any]


def main(given: "AdoptQuestion") -> "AdoptAnswer":
    """Input: {run, source: {kind: postgres} | {kind: files, files} | {kind: stream, place, bytes}, confirm?, urgent?, and secrets}.

    Files, or the blocks of one dump, follow the question on standard input.
    """
    lease.require(given["run"])
    # A runner that died left it at work, with files that it still reads.
    jobs.wait_for_end(UNIT)
    shutil.rmtree(upload.PLACE, ignore_errors=True)
    try:
        rest = upload.keep_secrets(given)
        upload.receive(given["source"])
        # While the old gateway is held, its people wait for this.
        gently = () if given.get("urgent") else jobs.GENTLY
        folder = jobs.start_work(UNIT, "adopt", rest, *gently, description="import --data")
    except BaseException:
        shutil.rmtree(upload.PLACE, ignore_errors=True)
        raise
    answer: AdoptAnswer = jobs.finish(UNIT, folder, "import of the old database")
    return answer


def clean_up() -> None:
    run("podman", "rm", "--force", "--time=0", "--ignore", MIGRATING, old_keys.CONTAINER, check=False, timeout=120)
    backup.clean_up()
    scratch.sweep()
    shutil.rmtree(upload.PLACE, ignore_errors=True)


def work(given: "AdoptQuestion") -> "AdoptAnswer":
    """Answers what is there: {outcome: planned, …}; with the gateway's domain as `confirm` also what was kept: {outcome: adopted, …}."""
    try:
        return Adoption(given).run()
    finally:
        clean_up()


class Adoption:
    """One run, from the look to the snapshot."""

    def __init__(self, given: "AdoptQuestion") -> None:
        self.run_url = given["run"]
        self.settings = backup_settings.read()
        self.confirmed = given.get("confirm") == self.settings.domain
        serving = release.serving()
        if serving is None:
            raise Refused("not-deployed", "No gateway is deployed on this host. Run deploy: the copy is kept in this host's repository.")
        self.about = release.describe(serving)
        self.image = str(self.about["image"])
        self.source: Document = {**given["source"]}
        secrets = upload.secrets()
        self.keys = old_keys.OldKeys(*(secrets.get(name, "") for name in ("salt", "master", "before")))
        self.server = upload.server(secrets) if given["source"]["kind"] == "postgres" else None
        self.version: int | None = None
        self.left_out: list[LeftOut] = []
        self.cluster: scratch.Cluster
        self.took: dict[str, float] = {}

    def run(self) -> "AdoptAnswer":
        begun = time.monotonic()
        scratch.sweep()
        if self.server is None:
            self._load_file()
        plan, between, tried = self._look()
        if not self.confirmed:
            return plan
        tried.require_readable()
        kept = backup.keep("adopted", self.run_url, self.settings, lambda: self._gather(between, tried, plan["bytes"]))
        seconds = round(time.monotonic() - begun, 1)
        durable.write_json(ADOPTED, {"snapshot": kept["snapshot"], "time": kept["time"], "place": plan["source"], "seconds": seconds})
        return {
            **plan, "outcome": "adopted", "snapshot": kept["snapshot"], "time": kept["time"], "copied": kept["copied"],
            "took": self.took, "seconds": seconds,
        }  # fmt: skip

    @contextmanager
    def _asking(self) -> Iterator[Session]:
        """A session with the old data: its own server, or the scratch one that a dump was loaded into."""
        if self.server is not None:
            with self.server.session() as asked:
                asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield asked
            return
        with session(self.cluster.server, scratch.DATABASE, old_server.SECONDS) as asked:
            asked.rows("BEGIN READ ONLY")
            yield asked

    def _look(self) -> "tuple[AdoptPlan, schema.Distance, old_keys.Tried]":
        with step("look") as this, self._asking() as asked:
            if self.server is not None:
                self.version = copy.require_version(asked, self.server)
            survey.require_litellm(asked)
            between = survey.distance(asked, self.image)
            content = survey.read(asked)
            tried = old_keys.attempt(asked, self.keys, self.image)
            plan: AdoptPlan = {
                "outcome": "planned",
                "confirm": self.settings.domain,
                "source": str(self.source.get("place", "dump")) if self.server is None else self.server.place,
                "server": None if self.version is None else postgres_version(self.version),
                "bytes": int(asked.one("SELECT pg_database_size(current_database())")),
                "content": content,
                "secrets": tried.document(),
                "master": self._master(),
                "image": self.image,
                "pending": len(between.pending),
                "storeModelInDb": bool((self.about.get("settings") or {}).get("storeModelInDb")),
                "leftOut": (self.left_out or carried.LeftOut(asked).document())[:MOST_LEFT_OUT],
            }
            this.detail = f"{content['rows']} rows in {len(content['tables'])} tables, {content['keys']['count']} keys"
        return plan, between, tried

    def _master(self) -> "OldMaster":
        if not self.keys.master:
            return "own"
        return "taken" if old_keys.usable_master(self.keys.master) else "unusable"

    def _load_file(self) -> None:
        needed = dump_file.required(upload.source())
        room.require({scratch.PLACE: needed, BACKUPS: needed}, "To load the dump")
        with step("load") as this:
            self._start_cluster()
            loaded = dump_file.load(self.cluster, upload.source())
            self.version = loaded.version
            with session(self.cluster.server, scratch.DATABASE) as asked:
                survey.require_litellm(asked)
                self.left_out = [*carried.strip(asked), *loaded.left]
            this.detail = "into a scratch PostgreSQL that leads nowhere"

    def _start_cluster(self) -> None:
        scratch.network()
        self.cluster = scratch.start_postgres(_locale(), with_amcheck=False)

    def _gather(self, between: schema.Distance, tried: old_keys.Tried, size: int) -> manifest.Manifest:
        """Writes the backup, as `backup.keep` wants it."""
        repository = {Path(self.settings.repository): size} if self.settings.repository.startswith("/") else {}
        room.require({BACKUPS: size * (2 if self.server else 1), scratch.PLACE: size} | repository, "The copy of the old database")
        redis = backup.copy_redis()
        backup.copy_files()
        self._place_keys(tried)
        database = self._database(between, tried)
        return manifest.write(backup.STAGING, "adopted", self.settings.domain, database, redis)

    def _place_keys(self, tried: old_keys.Tried) -> None:
        """The keys of the data instead of this host's: what a restore with the scope all brings along."""
        folder = backup.STAGING / "files" / ETC.relative_to("/")
        if tried.key is not None:
            durable.write(folder / SALT_KEY.name, (tried.key + "\n").encode())
        if self._master() == "taken":
            durable.write(folder / MASTER_KEY.name, (self.keys.master + "\n").encode())

    def _database(self, between: schema.Distance, tried: old_keys.Tried) -> Document:
        target = backup.STAGING / "database"
        if self.server is not None:
            with self._timed("copy") as this:
                content = copy.take(self.server, DUMPED, between, _locale())
                this.append("one moment of it")
            if content is not None and not tried.strange:
                DUMPED.rename(target)
                return content
            with self._timed("load"):
                self._start_cluster()
                database_load.load(self.cluster.server, scratch.DATABASE, DUMPED, wanted=carried.is_loaded)
                shutil.rmtree(DUMPED, ignore_errors=True)
                with session(self.cluster.server, scratch.DATABASE) as asked:
                    carried.strip(asked)
        with self._timed("keys") as this, session(self.cluster.server, scratch.DATABASE) as asked:
            this.append(f"{old_keys.seal_again(asked, tried, self.keys, self.image)} values sealed again with the key of the others")
        with self._timed("migrations") as this:
            place = migration.Place(self.cluster.owner_url, self.cluster.server, f"ns:/run/netns/{scratch.NETWORK}", MIGRATING)
            # What the image's own migrations would look for and not find costs as long as a start of LiteLLM.
            if between.pending or between.missing:
                migration.run_on(self.image, {"storeModelInDb": False}, place)
            this.append(f"{len(between.pending)} of {self.image} run on the copy")
        with self._timed("keep"), session(self.cluster.server, scratch.DATABASE) as asked:
            schema.require_complete(self.image, survey.distance(asked, self.image))
            return database_dump.dump(self.cluster.server, scratch.DATABASE, target)

    @contextmanager
    def _timed(self, name: str) -> Iterator[list[str]]:
        """A step whose time is part of the answer."""
        begun = time.monotonic()
        said: list[str] = []
        with step(name) as this:
            yield said
            this.detail = "; ".join(said) or None
        self.took[name] = round(time.monotonic() - begun, 1)


def postgres_version(number: int) -> str:
    """As PostgreSQL writes it: 17.2, 9.6.24."""
    major, rest = divmod(number, 10000)
    return f"{major}.{rest}" if major >= 10 else f"{major}.{rest // 100}.{rest % 100}"


def _locale() -> str:
    with postgres.reading() as asked:
        return str(asked.one("SELECT datcollate FROM pg_catalog.pg_database WHERE datname = current_database()"))

"""Tries an image beside the gateway that serves: its migrations on the newest backup, its start, decryption, and a request of each kind.

Nothing of the gateway is touched. All is made in the scratch place that proofs of backups use, and removed however it ends; an image
that was pulled for it too, unless a release took it meanwhile.
"""

import dataclasses
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.backup import restic, settings as backup_settings
from agent.base import audit, durable, jobs, redaction, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import BACKUPS, CHANGE_LOCK, STATE
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres
from agent.database.server import Server
from agent.database.session import session
from agent.gateway import images, migration, release, schema
from agent.litellm import configuration as loader, image_files, key_rules, prices, proof
from agent.litellm.admin_api import AdminApi, ApiError
from agent.redis.client import RedisError
from agent.restore import application_proof, migration_costs, provider_trial, scratch, stand_in, verify

if TYPE_CHECKING:
    from agent.contract_types import ChangedPrice, RehearsalAnswer, RehearsalQuestion, RehearsedMigrations, RehearsedStep, TriedProvider

UNIT = "litellm-gitops-rehearsal.service"
CONTAINER = "litellm-scratch-migrate"
# Images that rehearsals have pulled and not yet removed.
PULLED = STATE / "rehearsal.json"
SECONDS = 1800
# For all the rest: the pull, the restore, and a start on a slow machine.
REST_SECONDS = 3600
LOCK_SECONDS = 60
# Migrations may write each table once more, and its indexes.
GROWTH = 3
# Of what an image says.
MOST_LINES, MOST_TEXT = 12, 3000


def main(given: "RehearsalQuestion") -> "RehearsalAnswer":
    """Input: {run, image, prices, seconds?}. Answers what `work` does."""
    limit = f"RuntimeMaxSec={int(given.get('seconds', SECONDS)) + REST_SECONDS}"
    answer: RehearsalAnswer = jobs.work(UNIT, "rehearse", given, *jobs.GENTLY, limit, what="rehearsal")
    return answer


def clean_up() -> None:
    """After its end, without the lock of backups: a deploy that holds the lock of changes may wait for that one."""
    _sweep()
    pulled = _pulled()
    if not pulled:
        return
    try:
        with durable.locked(CHANGE_LOCK, LOCK_SECONDS):
            for image in pulled:
                images.drop(image)
            durable.remove(PULLED)
    except Refused:
        # Somebody deploys. The next rehearsal removes it, if that deploy does not.
        return


def _sweep() -> None:
    migration.Place("", container=CONTAINER).stop()
    scratch.sweep()


def _pulled() -> list[str]:
    known: list[str] = (durable.read_json(PULLED) or {}).get("images", [])
    return known


def work(given: "RehearsalQuestion") -> "RehearsalAnswer":
    """Answers what was found up to the first step that failed, and which that was."""
    _sweep()
    rehearsal = Rehearsal(given)
    try:
        rehearsal.climb()
    finally:
        _sweep()
    audit.record(given["run"], "rehearse", image=given["image"], ok=rehearsal.reason is None)
    return rehearsal.answer(scratch.is_gone())


@dataclasses.dataclass
class Rehearsal:
    """What was found so far."""

    given: "RehearsalQuestion"
    steps: "list[RehearsedStep]" = dataclasses.field(default_factory=list)
    reason: str | None = None
    seconds: float = 0
    pull_seconds: float | None = None
    migrations: "RehearsedMigrations | None" = None
    rollback: Any = None
    providers: "list[TriedProvider]" = dataclasses.field(default_factory=list)
    prices: "list[ChangedPrice] | None" = None

    def __post_init__(self) -> None:
        self.image = self.given["image"]
        self.serving = _serving()
        self.serves = str(release.describe(self.serving).get("image"))
        self.hide = redaction.redactor(_secrets(self.serving))
        settings = backup_settings.read()
        self.proof = verify.Proof(settings, restic.local(settings), None, False)

    def climb(self) -> None:
        with self.proof.beside:
            for name, work in self._steps():
                if not self._take(name, work):
                    break
        # How long the image takes to come says nothing of the rehearsal.
        self.seconds = round(sum(one["seconds"] for one in self.steps if one["name"] != "image"), 1)

    def _take(self, name: str, work: Callable[[], str]) -> bool:
        started = time.monotonic()
        try:
            with step(name) as this:
                this.detail = self._hidden(work)
        except Refused as failure:
            log = failure.log[-MOST_LINES:] if name == "migrations" else []
            self._note(name, False, started, " ".join([failure.message, *log]))
            self.reason = f"{name}: {failure.message}"
            return False
        self._note(name, True, started, this.detail)
        return True

    def _hidden(self, work: Callable[[], str]) -> str:
        """What an image says that nobody has reviewed is shown to people: in it are no values of this host."""
        try:
            return self.hide(work())
        except Refused as refused:
            raise Refused(refused.code, self.hide(refused.message), [self.hide(line) for line in refused.log]) from None
        except (CommandFailed, RedisError, ApiError, proof.NotProven) as failure:
            raise Refused("rehearsal", self.hide(str(failure))) from None

    def _note(self, name: str, ok: bool, started: float, detail: str | None) -> None:
        shown = detail and detail[:MOST_TEXT]
        self.steps.append({"name": name, "ok": ok, "seconds": round(time.monotonic() - started, 2), "detail": shown})

    def _steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("image", self._pull),
            ("prices", self._compare_prices),
            ("backup", self._restore),
            ("migrations", self._migrate),
            ("start", self._start),
        ]

    def _pull(self) -> str:
        if not images.present(self.image):
            durable.write_json(PULLED, {"images": sorted({*_pulled(), self.image})})
        self.pull_seconds = images.make_ready(self.image)
        images.require_supported(self.image)
        version = images.litellm_version(self.image)
        pulled = "on this host already" if self.pull_seconds is None else f"pulled in {self.pull_seconds:.1f} s"
        return f"LiteLLM {version or 'of an unknown version'}, {pulled}"

    def _compare_prices(self) -> str:
        targets = list(self.given["prices"])
        before, after = (prices.of(prices.known(image), targets) for image in (self.serves, self.image))
        if before is None or after is None:
            return "a list of prices could not be read"
        self.prices = [_price(target, before[target], after[target]) for target in targets if before[target] != after[target]]
        return f"{len(self.prices)} of {len(targets)} models have another one"

    def _restore(self) -> str:
        about = self.proof.presence()
        bytes_ = self.proof.manifest["database"]["bytes"]
        room.require({BACKUPS: bytes_ * 2, scratch.PLACE: bytes_ * GROWTH}, "A rehearsal")
        return f"{about}; {self.proof.files()}; {self.proof.load()}"

    def _migrate(self) -> str:
        server, wanted = self.proof.server, schema.of_image(self.image)
        before = _schema_in(server)
        between = schema.distance(before, wanted)
        if between.unknown:
            raise schema.moved_on(self.image, between.unknown)
        seconds, seen = self._run_migrations(server, before)
        after = _schema_in(server)
        self.migrations = {
            "pending": between.pending, "seconds": seconds, "bytesBefore": seen.bytes_before, "bytesAfter": seen.bytes_after,
            "bytesMost": seen.bytes_most, "takes": schema.taken(before, wanted, between.pending), "lost": schema.lost(before, after),
            "locks": _locks(seen),
        }  # fmt: skip
        schema.require_complete(self.image, schema.distance(after, wanted))
        self.rollback = way_back(after, image_files.schema(self.serves))
        grown = f"{seen.bytes_before / room.MIB:.1f} to {seen.bytes_after / room.MIB:.1f} MiB"
        return f"{len(between.pending)} in {seconds:.1f} s, the database grew from {grown}"

    def _run_migrations(self, server: Server, before: schema.Database) -> tuple[float, migration_costs.Seen]:
        begun = time.monotonic()
        network, seconds = f"ns:/run/netns/{scratch.NETWORK}", self.given.get("seconds", SECONDS)
        place = migration.Place(self.proof.owner_url, server, network, CONTAINER, seconds)
        watched = migration_costs.Observed(server, scratch.DATABASE, before.columns, scratch.PLACE, partial(_stop, place))
        try:
            with watched:
                migration.run_on(self.image, {"storeModelInDb": False}, place)
        except (Refused, CommandFailed):
            if watched.seen.is_full:
                raise _too_large(self.image, watched.seen) from None
            raise
        return round(time.monotonic() - begun, 1), watched.seen

    def _start(self) -> str:
        """Boots the image with what serves now, on the migrated copy."""
        files = scratch.FILES / "files"
        postgres.give_rows(self.proof.server, scratch.DATABASE)
        salt = (files / "etc/litellm/salt_key").read_text().strip()
        master = (files / "etc/litellm/master_key").read_text().strip()
        host = application_proof.host_environment(self.proof.url, self.proof.redis_password, master, salt)
        content = release.content_in(release.folder(self.serving))
        rules = loader.load(content.config) or {}
        decrypted = application_proof.decrypt(self.proof.server, self.image, salt)
        models = sorted(name for name in proof.model_ids(content.config).values() if "*" not in name)
        with stand_in.running() as port:
            ready = scratch.start_litellm(self.image, provider_trial.with_trials(content, port), release.environment(self.serving) | host)
            try:
                answered = scratch.inside(lambda: application_proof.ask(master, self.proof.server, rules, models[:1]))
                tried = scratch.inside(partial(_try_providers, master, rules))
                self.providers = [one | {"detail": self.hide(one["detail"])[:MOST_TEXT]} for one in tried]
            except (ApiError, proof.NotProven, KeyError) as failure:
                raise Refused("litellm", f"LiteLLM runs on the migrated copy, but: {failure}", scratch.litellm_log()) from None
        failed = [f"{one['provider']}: {one['detail']}" for one in self.providers if one["ok"] is False]
        if failed:
            raise Refused("litellm", f"A request to a stand-in for the provider failed. {'; '.join(failed)}", scratch.litellm_log())
        served = sum(one["ok"] is True for one in self.providers)
        return f"ready after {ready:.1f} s; {decrypted}; {answered}; {served} of {len(self.providers)} providers answered by a stand-in"

    def answer(self, cleaned_up: bool) -> "RehearsalAnswer":
        about = self.proof.manifest
        return {
            "ok": self.reason is None and cleaned_up,
            "reason": self.reason if cleaned_up or self.reason else "clean-up: the scratch place is not gone",
            "image": self.image,
            "version": image_files.kept_version(self.image),
            "serves": {"image": self.serves, "version": image_files.kept_version(self.serves)},
            "backup": {
                "snapshot": self.proof.snapshot.original, "time": about["created"], "rows": database_content.rows(about["database"]),
                "bytes": about["database"]["bytes"],
            } if about else None,
            "steps": self.steps,
            "seconds": self.seconds,
            "pull": self.pull_seconds,
            "migrations": self.migrations,
            "rollback": self.rollback,
            "providers": self.providers,
            "prices": self.prices,
            "cleanedUp": cleaned_up,
        }  # fmt: skip


def _serving() -> str:
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No release serves on this host, so there is nothing to upgrade. Run deploy.")
    return serving


def _price(model: str, before: Any, after: Any) -> "ChangedPrice":
    return {"model": model, "before": before, "after": after}


def _locks(seen: migration_costs.Seen) -> Any:
    longest = sorted(seen.locked.items(), key=lambda one: -one[1])
    return [{"table": table, "seconds": round(held, 1), "blocks": seen.blocks[table]} for table, held in longest]


def _secrets(serving: str) -> list[str]:
    environment = release.environment(serving)
    own = (environment.get(name, "") for name in ("LITELLM_MASTER_KEY", "LITELLM_SALT_KEY", "REDIS_PASSWORD"))
    return [*release.provider_environment(serving).values(), *own]


def _schema_in(server: Server) -> schema.Database:
    with session(server, scratch.DATABASE) as asked:
        return schema.read(asked)


def _too_large(image: str, seen: migration_costs.Seen) -> Refused:
    had, most, spare = (bytes_ // room.MIB for bytes_ in (seen.bytes_before, seen.bytes_most, room.SPARE))
    return Refused(
        "disk-full",
        f"The migrations of {image} would fill the disk: of a database of {had} MiB they made more than {most} MiB until {spare} MiB were "
        "left, and were stopped. Give the machine a larger disk before this upgrade.",
    )


def _stop(place: migration.Place) -> None:
    """At once: the server would work on without the container that asked."""
    run("systemctl", "kill", "--signal=KILL", scratch.POSTGRES_UNIT, check=False)
    place.stop()


def way_back(after: schema.Database, serves: image_files.Schema | None) -> str | None:
    """How what serves now could be served again once the database is so. Pure."""
    if serves is None:
        return None
    between = schema.distance(after, serves)
    if between.missing:
        return "restore"
    return "forced" if between.unknown else "free"


def _try_providers(master: str, rules: dict[str, Any]) -> "list[TriedProvider]":
    if key_rules.has_own_auth(rules):
        return [
            {"provider": one.provider, "model": one.model, "ok": None, "detail": "general_settings.custom_auth decides who may ask"}
            for one in provider_trial.trials(rules)
        ]
    api = AdminApi(scratch.PORT, master, timeout=60, header=key_rules.header(rules))
    try:
        key = proof.make_key(api, rules, f"{proof.PROBE_ALIAS}-{now():%H%M%S%f}")
        return provider_trial.ask(api, key, rules)
    finally:
        api.close()

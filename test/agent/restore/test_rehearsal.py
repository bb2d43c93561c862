import threading
from pathlib import Path
from typing import Any

import pytest

from agent.base import durable, room
from agent.base.refusal import Refused
from agent.database.server import Server
from agent.gateway import images
from agent.gateway.schema import Database
from agent.litellm import image_files
from agent.litellm.image_files import Schema
from agent.restore import migration_costs, rehearsal

OLD, NEW = "20260101000000_old", "20990101000000_new"


def after(migrations: list[str], **columns: str) -> Database:
    return Database(migrations, {f"LiteLLM_{table}": set(names.split()) for table, names in columns.items()})


@pytest.mark.parametrize(
    ("database", "way"),
    [
        (after([OLD], Keys="token spend"), "free"),
        (after([OLD, NEW], Keys="token spend more"), "forced"),
        (after([OLD, NEW], Keys="token"), "restore"),
        (after([OLD], Keys="token spend mine"), "free"),
    ],
)
def test_the_way_back_is_what_the_serving_version_finds_afterwards(database: Database, way: str) -> None:
    assert rehearsal.way_back(database, Schema([OLD], {"LiteLLM_Keys": ["token", "spend"]}, {})) == way


def test_the_way_back_is_not_known_without_the_schema_of_what_serves() -> None:
    assert rehearsal.way_back(after([OLD]), None) is None


@pytest.fixture
def pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rehearsal, "PULLED", tmp_path / "rehearsal.json")
    monkeypatch.setattr(rehearsal, "CHANGE_LOCK", tmp_path / "change.lock")
    monkeypatch.setattr(rehearsal, "LOCK_SECONDS", 0)
    monkeypatch.setattr(rehearsal, "_sweep", lambda: None)
    durable.write_json(rehearsal.PULLED, {"images": ["a", "b"]})
    return tmp_path


@pytest.mark.usefixtures("pulled")
def test_images_that_were_pulled_for_it_are_dropped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[str] = []
    monkeypatch.setattr(images, "drop", dropped.append)
    rehearsal.clean_up()
    rehearsal.clean_up()
    assert dropped == ["a", "b"]


def test_images_stay_for_the_next_run_while_somebody_deploys(pulled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "drop", lambda image: pytest.fail(image))
    with durable.locked(pulled / "change.lock"):
        rehearsal.clean_up()
    assert rehearsal._pulled() == ["a", "b"]


def test_an_image_that_a_release_took_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(images, "run", lambda *words, **_: ran.append(words))
    monkeypatch.setattr(images, "_named", lambda: {"taken"})
    monkeypatch.setattr(image_files, "forget_others", lambda named: None)
    images.drop("taken")
    assert ran == []
    images.drop("other")
    assert ran == [("podman", "rmi", "other")]


class Trial(rehearsal.Rehearsal):
    """One whose steps are these."""

    def __init__(self, *steps: Any) -> None:
        self.trial_steps = list(steps)
        self.steps, self.reason, self.pull_seconds, self.seconds = [], None, None, 0
        self.proof = type("Proof", (), {"beside": threading.Lock()})()

    def _steps(self) -> Any:
        return self.trial_steps


def test_the_first_step_that_fails_ends_it_and_is_the_reason() -> None:
    def refuse() -> str:
        raise Refused("migration", "they failed", ["line of a log"])

    trial = Trial(("image", lambda: "pulled"), ("migrations", refuse), ("start", lambda: pytest.fail("was begun")))
    trial.climb()
    assert trial.reason == "migrations: they failed"
    assert [(one["name"], one["ok"], one["detail"]) for one in trial.steps] == [
        ("image", True, "pulled"),
        ("migrations", False, "they failed line of a log"),
    ]


def test_migrations_are_stopped_when_the_disk_runs_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []
    observed = migration_costs.Observed(Server(tmp_path, "x"), "x", [], tmp_path, lambda: stopped.append(True))
    monkeypatch.setattr(migration_costs, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(room, "SPARE", 2**62)
    observed._watch_disk()
    assert stopped == [True]
    assert observed.seen.is_full


def test_locks_add_up_by_table_and_the_strongest_counts() -> None:
    observed = migration_costs.Observed(Server(Path("/"), "x"), "x", ["a", "b"], Path("/"), lambda: None)

    class Asked:
        def __init__(self, *rows: tuple[str, str]) -> None:
            self.answer = list(rows)

        def rows(self, sql: str, values: Any) -> Any:
            del sql, values
            return self.answer

    observed._add_locks(Asked(("a", "ShareLock"), ("new", "AccessExclusiveLock")), 0.5)  # type: ignore[arg-type]
    observed._add_locks(Asked(("a", "AccessExclusiveLock"), ("a", "ShareLock"), ("b", "ShareLock")), 0.5)  # type: ignore[arg-type]
    assert observed.seen.locked == {"a": 1.0, "b": 0.5}
    assert observed.seen.blocks == {"a": "all", "b": "writes"}

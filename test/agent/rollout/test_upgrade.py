from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.backup import upgrade as upgrade_backup
from agent.base import migration_runs
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import images, migration, schema
from agent.litellm import image_files
from agent.rollout import upgrade

FIRST, SECOND, THIRD = "20250101_a", "20250102_b", "20250103_c"
BRINGS = {"old": [FIRST], "now": [FIRST, SECOND], "new": [FIRST, SECOND, THIRD]}


class Host:
    """A host with a database, images, and a list of what was done."""

    def __init__(self) -> None:
        self.migrations = [FIRST, SECOND]
        self.serving: str | None = "now"
        self.did: list[str] = []
        self.backup_fails = False

    def deploy(self, image: str) -> list[str]:
        return upgrade.run_when_needed(image, {"storeModelInDb": False}, "run")

    def migrate(self, image: str, settings: dict[str, Any], url: str) -> None:
        self.did.append(f"migrate {image}")
        self.migrations = [*self.migrations, *(name for name in BRINGS[image] if name not in self.migrations)]

    def back_up(self, migrations: str, run: str) -> dict[str, Any]:
        self.did.append("backup")
        if self.backup_fails:
            raise Refused("upgrade-backup", "no room")
        return {"snapshot": "abcdef0123456789", "name": "abcdef01", "time": "2026-11-29T14:00:00+00:00"}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    host = Host()
    monkeypatch.setattr(migration_runs, "MIGRATED", tmp_path / "migrated.json")
    monkeypatch.setattr(image_files, "schema", lambda name: image_files.Schema(BRINGS[name], {}, {}) if name in BRINGS else None)
    monkeypatch.setattr(images, "litellm_version", lambda name: "1.80.5")
    monkeypatch.setattr(images, "is_served", lambda name: name == host.serving)
    monkeypatch.setattr(schema, "of_database", lambda: schema.Database(list(host.migrations), {}))
    monkeypatch.setattr(postgres, "owner_url", lambda: "postgresql://")
    monkeypatch.setattr(postgres, "give_rows", lambda server, name: None)
    monkeypatch.setattr(migration, "run_on", host.migrate)
    monkeypatch.setattr(upgrade_backup, "before", host.back_up)
    return host


def test_no_backup_is_taken_of_an_empty_database(host: Host) -> None:
    host.migrations, host.serving = [], None
    assert host.deploy("now") == ["schema migrated"]
    assert host.did == ["migrate now"]


def test_backup_comes_before_migrations_and_neither_is_done_again(host: Host) -> None:
    assert host.deploy("new") == [f"backup abcdef01 taken before 1 migration ({THIRD})", "schema migrated"]
    assert host.deploy("new") == []
    assert host.did == ["backup", "migrate new"]
    backup = migration_runs.backup_for("new")
    assert backup is not None
    assert backup["name"] == "abcdef01"
    assert migration_runs.backups() == {"abcdef0123456789"}


def test_no_migration_runs_when_the_backup_fails(host: Host) -> None:
    host.backup_fails = True
    with refuses("upgrade-backup"):
        host.deploy("new")
    assert host.did == ["backup"]
    assert migration_runs.backups() == set()


def test_image_older_than_the_schema_is_refused_with_the_way_back(host: Host) -> None:
    host.deploy("new")
    host.serving = "new"
    host.did.clear()
    with refuses("schema-moved", r"the backup abcdef01 of 2026-11-29T14:00:00\+00:00 was taken before them"):
        host.deploy("now")
    assert host.did == []


def test_what_is_missing_runs_although_the_image_was_met_before(host: Host) -> None:
    host.deploy("new")
    host.migrations = [FIRST, SECOND]
    host.did.clear()
    assert host.deploy("new")[-1] == "schema migrated"
    assert host.did == ["backup", "migrate new"]


def test_image_that_serves_on_a_newer_schema_goes_on(host: Host) -> None:
    host.serving = "old"
    assert host.deploy("old") == []
    assert host.did == []


def test_image_whose_migrations_nobody_can_read_is_refused(host: Host) -> None:
    with refuses("image-schema"):
        host.deploy("other")
    assert host.did == []

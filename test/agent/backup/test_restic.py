import datetime
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.backup import restic, settings as backup_settings
from agent.base import durable

# From the 20th on, at two o'clock.
SNAPSHOTS = [
    restic.Snapshot(
        id=f"{day}beef",
        time=datetime.datetime(2026, 11, day, 2, tzinfo=datetime.timezone.utc),
        kind=kind,
        rows=0,
        original=f"{day}beef",
        paths=("/x",),
    )
    for day, kind in ((20, "scheduled"), (21, "manual"), (22, "safety"), (23, "adopted"))
]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (None, "21beef"),
        ("latest", "21beef"),
        ("22be", "22beef"),
        ("2026-11-21T01:59", "20beef"),
        ("2026-11-21T03:00:00+01:00", "21beef"),
        ("2027-01-01", "23beef"),
    ],
)
def test_backup_is_chosen_by_latest_id_or_time(wanted: str | None, chosen: str) -> None:
    assert restic.choose(SNAPSHOTS, wanted).id == chosen


@pytest.mark.parametrize("wanted", ["yesterday", "99", "2026-11-19"])
def test_choice_of_no_backup_is_refused_with_those_that_there_are(wanted: str) -> None:
    with refuses("no-backup", "20beef|2026-11-20"):
        restic.choose(SNAPSHOTS, wanted)


NEAR, FAR = {"AWS_ACCESS_KEY_ID": "NEAR_ID", "AWS_SECRET_ACCESS_KEY": "NEAR_KEY"}, {"AWS_ACCESS_KEY_ID": "FAR_ID"}
VALUES = {"NEAR_ID": "near-id", "NEAR_KEY": "near-key", "FAR_ID": "far-id"}


def _settings(**changed: Any) -> backup_settings.Settings:
    document = {
        "domain": "llm.example.com",
        "keepDays": 30,
        "repository": "s3:https://near.example/b",
        "copyTo": "s3:https://far.example/b",
    }
    return backup_settings.parse(document | changed)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, dict[str, str]]]:
    """What of restic is run, with the account that each got."""
    calls: list[tuple[str, dict[str, str]]] = []

    def run(*argv: str, environment: dict[str, str], **_: object) -> str:
        words = [word for word in argv if not word.startswith("--retry-lock")]
        calls.append((" ".join(words[1:]), {name: value for name, value in environment.items() if name.startswith("AWS_")}))
        return '{"message_type": "summary", "snapshot_id": "c0ffee"}' if words[1] == "backup" else "[]"

    monkeypatch.setattr(restic, "run", run)
    monkeypatch.setattr(restic, "BACKUPS", tmp_path)
    monkeypatch.setattr(backup_settings, "stored_values", lambda: VALUES)
    return calls


def _copied(settings: backup_settings.Settings, tmp_path: Path) -> None:
    copy = restic.copy(settings)
    assert copy is not None
    copy.copy_from(restic.local(settings), SNAPSHOTS[:1], tmp_path / "staging")


def test_each_of_two_storages_gets_its_own_account_and_the_data_goes_by_way_of_the_host(
    ran: list[tuple[str, dict[str, str]]], tmp_path: Path
) -> None:
    _copied(_settings(environment=NEAR, copyEnvironment=FAR), tmp_path)
    assert [(call.split()[0], account) for call, account in ran] == [
        ("restore", {"AWS_ACCESS_KEY_ID": "near-id", "AWS_SECRET_ACCESS_KEY": "near-key"}),
        ("backup", {"AWS_ACCESS_KEY_ID": "far-id"}),
    ]
    assert "--tag litellm-gitops --tag scheduled --tag rows-0 --tag of-20beef" in ran[1][0]
    assert not (tmp_path / "staging").exists()


@pytest.mark.parametrize(
    "settings",
    [
        _settings(environment=NEAR),
        _settings(environment=NEAR, copyEnvironment=NEAR),
        _settings(repository="/var/backups/litellm", copyEnvironment=NEAR),
        _settings(copyTo="sftp:host:/x", environment=NEAR, copyEnvironment={}),
        _settings(copyTo="b2:bucket", environment=NEAR, copyEnvironment={"B2_ACCOUNT_ID": "FAR_ID"}),
    ],
)
def test_storages_that_one_process_can_reach_are_copied_by_restic_itself(
    settings: backup_settings.Settings, ran: list[tuple[str, dict[str, str]]], tmp_path: Path
) -> None:
    _copied(settings, tmp_path)
    ((call, account),) = ran
    assert call.split("copy ")[-1].startswith("--from-repo")
    assert account["AWS_SECRET_ACCESS_KEY"] == "near-key"


@pytest.mark.parametrize("there", [{"copyEnvironment": FAR}, {"environment": NEAR, "copyEnvironment": {"AWS_REGION": "FAR_ID"}}])
def test_storage_of_the_same_kind_is_never_given_the_account_of_the_other(
    there: dict[str, Any], ran: list[tuple[str, dict[str, str]]], tmp_path: Path
) -> None:
    _copied(_settings(**there), tmp_path)
    near, far = (account for _, account in ran)
    assert not near.keys() & far.keys()


def test_snapshot_that_went_by_way_of_the_host_is_known_as_the_one_it_is_of(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = '["litellm-gitops", "manual", "rows-7", "of-20beef"]'
    listing = f'[{{"id": "c0ffee", "time": "2026-11-20T02:00:00Z", "tags": {tags}, "paths": ["/x"]}}]'
    monkeypatch.setattr(restic.Repository, "run", lambda *_, **__: listing)
    (found,) = restic.local(_settings()).snapshots()
    assert (found.original, found.kind, found.rows) == ("20beef", "manual", 7)


def test_values_of_both_accounts_are_kept_from_litellm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(backup_settings, "BACKUP_ENV", tmp_path / "backup.env")
    monkeypatch.setattr(durable, "read_json", lambda _: {"environment": NEAR, "copyEnvironment": FAR})
    assert backup_settings.take_values(VALUES | {"OPENAI_API_KEY": "mine"}) == {"OPENAI_API_KEY": "mine"}
    assert (tmp_path / "backup.env").read_text() == "FAR_ID=far-id\nNEAR_ID=near-id\nNEAR_KEY=near-key\n"

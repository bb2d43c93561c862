from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.base import lease
from agent.facts import entities
from agent.rotation import key_records

if TYPE_CHECKING:
    from agent.contract_types import KeyRecord


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_records, "KEY_RECORDS", tmp_path / "key_records.json")
    monkeypatch.setattr(key_records, "CHANGE_LOCK", tmp_path / "change.lock")
    monkeypatch.setattr(lease, "require", lambda _: None)


def record(number: str, **more: Any) -> "KeyRecord":
    made: KeyRecord = {
        "id": number, "of": "ci", "alias": f"ci.new-{number}", "token": None, "state": "making", "since": "2026-11-30T12:00:00+00:00",
        "receivers": [], "graceSeconds": 3600,
    }  # fmt: skip
    return made | more  # type: ignore[return-value]


def changed(*put: "KeyRecord", drop: tuple[str, ...] = ()) -> "list[KeyRecord]":
    return key_records.main({"action": "change", "run": "r", "put": list(put), "drop": list(drop)})["records"]


def test_records_are_kept_replaced_and_dropped_at_once(tmp_path: Path) -> None:
    assert key_records.main({"action": "read"})["records"] == []
    changed(record("1"), record("2"))
    assert changed(record("2", state="delivered", token="t2"), drop=("1",)) == [record("2", state="delivered", token="t2")]
    assert key_records.main({"action": "read"})["records"] == key_records.read()
    assert (tmp_path / "key_records.json").stat().st_mode & 0o777 == 0o600


def test_keys_are_answered_with_their_delivery_and_without_their_hash() -> None:
    changed(record("1"), record("2", state="delivered", token="t2"))
    rows = [
        {"kind": "key", "id": "ci", "token": "t2"}, {"kind": "key", "id": "ci.new-1", "token": "t1"}, {"kind": "key", "id": "other", "token": "t"},
        {"kind": "team", "id": "ci.new-1"},
    ]  # fmt: skip
    found = entities._with_deliveries(rows)
    assert [row.get("delivery", {}).get("state") for row in found] == ["delivered", "making", None, None]
    assert not any("token" in row for row in found)
    assert set(found[0]["delivery"]) == {"of", "state", "since", "receivers", "graceSeconds"}

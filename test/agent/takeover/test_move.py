from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.base import audit, durable, lease
from agent.base.refusal import Refused
from agent.gateway import release
from agent.takeover import move

RECORD: dict[str, Any] = {
    "phase": "holding", "place": "root@old:22", "containers": [{"name": "litellm", "restart": "always"}],
    "target": "https://llm.example.com", "python": "/usr/bin/python3", "held": "2026-11-30T10:00:00.000Z",
}  # fmt: skip


@pytest.fixture(autouse=True)
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    for name in ("MOVE", "ADOPTED"):
        monkeypatch.setattr(move, name, tmp_path / name)
    monkeypatch.setattr(release, "serving", lambda: None)
    monkeypatch.setattr(lease, "require", lambda _: None)
    audited: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(audit, "record", lambda _, what, **details: audited.append((what, details)))
    return audited


def test_host_to_which_nothing_was_moved_says_so() -> None:
    assert move.main({"run": "r"}) == {"record": None, "copy": None, "live": None}


def test_record_outlives_the_runner_and_is_audited(audited: list[tuple[str, dict[str, Any]]], tmp_path: Path) -> None:
    move.main({"run": "r", "record": RECORD})  # type: ignore[typeddict-item]
    durable.write_json(tmp_path / "ADOPTED", {"snapshot": "abc", "time": "t", "place": "db", "seconds": 12.5})
    found = move.main({"run": "r"})
    assert found["record"] == RECORD
    assert found["copy"] == {"snapshot": "abc", "time": "t", "place": "db", "seconds": 12.5}
    assert audited == [("move", {"phase": "holding", "place": "root@old:22", "snapshot": None})]


def test_record_is_written_by_the_holder_of_the_lease_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def busy(_: str) -> None:
        raise Refused("busy", "held")

    monkeypatch.setattr(lease, "require", busy)
    with refuses("busy", "held"):
        move.main({"run": "r", "record": RECORD})  # type: ignore[typeddict-item]
    assert not (tmp_path / "MOVE").exists()

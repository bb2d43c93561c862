from pathlib import Path
from typing import Any

import pytest

from agent.base import jobs, lease
from agent.takeover import adopt, upload


@pytest.mark.parametrize("urgent", [True, False])
def test_gateway_goes_first_unless_people_wait_for_the_copy(urgent: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[tuple[str, ...]] = []

    def start(_unit: str, _program: str, _given: dict[str, Any], *properties: str, **_: Any) -> Path:
        started.append(properties)
        return tmp_path

    monkeypatch.setattr(upload, "PLACE", tmp_path / "place")
    monkeypatch.setattr(upload, "keep_secrets", lambda given: given)
    monkeypatch.setattr(upload, "receive", lambda _: None)
    monkeypatch.setattr(lease, "require", lambda _: None)
    monkeypatch.setattr(jobs, "wait_for_end", lambda _: None)
    monkeypatch.setattr(jobs, "start_work", start)
    monkeypatch.setattr(jobs, "finish", lambda *_: {"outcome": "planned"})
    given: Any = {"run": "r", "source": {"kind": "postgres"}} | ({"urgent": True} if urgent else {})
    adopt.main(given)
    assert started == [() if urgent else jobs.GENTLY]

import json
import time
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent import programs
from agent.base import jobs

UNIT = "litellm-gitops-verify.service"


class Systemd:
    """What is asked of systemd, whose units end at once with an answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.words: list[str] = []

    def run(self, *words: str) -> None:
        self.words = list(words)
        events = Path(self.request()["input"]["events"])
        events.write_text(json.dumps(self.answer) + "\n" if self.answer else "")

    def request(self) -> Any:
        [file] = [word.removeprefix("--property=StandardInput=file:") for word in self.words if "StandardInput" in word]
        return json.loads(Path(file).read_text())


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemd:
    started = Systemd({"result": {"ok": True}})
    monkeypatch.setattr(jobs, "RUNS", tmp_path)
    monkeypatch.setattr(jobs, "run", started.run)
    # Which modules those are, only what was sent here knows.
    monkeypatch.setattr(programs, "sources", lambda *names: list(names))
    monkeypatch.setattr(jobs, "is_under_way", lambda _unit: False)
    monkeypatch.setattr(time, "monotonic", _seconds().__next__)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    return started


def _seconds() -> Any:
    second = 0
    while True:
        second += 2
        yield second


def test_work_is_done_by_a_unit_that_cleans_up_and_lets_the_gateway_go_first(systemd: Systemd) -> None:
    assert jobs.work(UNIT, "verify", {"run": "1"}, *jobs.GENTLY, "RuntimeMaxSec=60", what="proof") == {"ok": True}
    request = systemd.request()
    assert (request["main"], request["input"]["program"], request["input"]["input"]) == ("job_unit", "verify", {"run": "1"})
    assert f"--unit={UNIT}" in systemd.words
    assert "--description=litellm-gitops verify" in systemd.words
    assert "--property=RuntimeMaxSec=60" in systemd.words
    assert {f"--property={one}" for one in jobs.GENTLY} <= set(systemd.words)
    assert [word for word in systemd.words if word.startswith("--property=ExecStopPost=")]


def test_folder_of_a_run_is_named_after_its_unit(systemd: Systemd, tmp_path: Path) -> None:
    folder = jobs.start_work(UNIT, "verify", {"run": "1"}, description="proof by hand")
    assert folder.parent == tmp_path
    assert folder.name.startswith("verify-")
    assert "--description=litellm-gitops proof by hand" in systemd.words


def test_modules_of_the_program_are_sent_with_those_of_the_unit(systemd: Systemd) -> None:
    jobs.start_work(UNIT, "verify", {"run": "1"})
    assert systemd.request()["modules"] == ["job_unit", "verify"]


def test_unit_that_ends_without_an_answer_is_named_by_its_work(systemd: Systemd) -> None:
    systemd.answer = {}
    with refuses("interrupted", "The proof ended without an answer"):
        jobs.work(UNIT, "verify", {"run": "1"}, what="proof")


def test_refusal_of_the_unit_is_that_of_the_program(systemd: Systemd) -> None:
    systemd.answer = {"error": {"code": "busy", "message": "Wait.", "log": None, "data": {}}}
    with refuses("busy", "Wait"):
        jobs.work(UNIT, "verify", {"run": "1"})

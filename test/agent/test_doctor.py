import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from agent import doctor, observe
from agent.base.process import CommandFailed
from agent.base.refusal import Refused


def raises(failure: Exception) -> Callable[[], object]:
    def gather() -> object:
        raise failure

    return gather


def test_broken_part_hides_no_other_and_says_nothing_of_what_it_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {
        "fine": lambda: 1,
        "refused": raises(Refused("not-deployed", "Run deploy.")),
        "failed": raises(CommandFailed(["psql"], "exited 2", "no server")),
        "bug": raises(KeyError("sk-secret")),
    }
    monkeypatch.setattr(observe, "main", lambda given: {"asked": given})
    monkeypatch.setattr(doctor, "PARTS", parts)
    question: Any = {"gateway": True}
    answer: Any = doctor.main(question)
    assert answer["observation"] == {"value": {"asked": {"gateway": True}}}
    bug = answer["parts"].pop("bug")
    assert answer["parts"] == {
        "fine": {"value": 1},
        "refused": {"problem": "Run deploy."},
        "failed": {"problem": "psql exited 2: no server"},
    }
    assert re.fullmatch(r"KeyError in .*test_doctor\.py:\d+", bug["problem"])
    assert abs(answer["time"] - time.time()) < 60

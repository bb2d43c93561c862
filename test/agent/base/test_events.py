import errno
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from agent.base import events

Answered = Callable[[Exception], dict[str, Any]]


@pytest.fixture
def answered(said: list[dict[str, Any]]) -> Answered:
    """How a program ends that raises this."""

    def ended(failure: Exception) -> dict[str, Any]:
        def main(given: object) -> None:
            raise failure

        assert events.answer(main, {}) == 1
        return dict(said[-1]["error"])

    return ended


def test_unexpected_exception_is_reported_as_a_bug_with_where_it_was_raised(answered: Answered) -> None:
    error = answered(KeyError("x"))
    assert (error["code"], error["message"]) == ("bug", "KeyError: 'x'")
    assert "test_events.py" in "\n".join(error["log"])


def test_full_disk_is_reported_as_one_wherever_it_shows(answered: Answered) -> None:
    error = answered(OSError(errno.ENOSPC, "No space left on device", "/etc/litellm/x"))
    assert error["code"] == "disk-full"
    assert re.match("No space is left on the host's disk for /etc/litellm/x", error["message"])


def test_number_that_json_cannot_say_is_null_in_an_answer_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [1.5, float("inf"), (float("-inf"), "NaN")]
    events.say({"result": {"spend": float("nan"), "rows": rows}})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert json.loads(line) == {"result": {"spend": None, "rows": [1.5, None, [None, "NaN"]]}}

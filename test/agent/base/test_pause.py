from pathlib import Path

import pytest
from refusals import refuses

from agent.base import pause


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pause, "FOLDER", tmp_path)
    monkeypatch.setattr(pause, "_now", lambda: clock.now)
    return clock


def answer(question: str, clock: Clock, *, at: float, takes: float = 0) -> None:
    clock.now = at
    with pause.after(question):
        clock.now += takes


def test_pause_is_counted_from_the_end_of_the_last_answer_for_each_question_by_itself(clock: Clock) -> None:
    answer("doctor", clock, at=1000, takes=10)
    with refuses("busy") as refused:
        answer("doctor", clock, at=1015)
    assert refused.value.data == {"seconds": 25}
    answer("report", clock, at=1015)
    with refuses("busy") as refused:
        answer("doctor", clock, at=1039.5)
    assert refused.value.data == {"seconds": 1}
    answer("doctor", clock, at=1040)


def test_pause_is_kept_after_an_answer_that_failed(clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), pause.after("doctor"):
        clock.now += 5
        raise ZeroDivisionError
    with refuses("busy") as refused:
        answer("doctor", clock, at=1006)
    assert refused.value.data == {"seconds": 29}


@pytest.mark.parametrize("text", ["", "soon", "99999999", "nan"])
def test_pause_cannot_be_prolonged_by_what_is_written_in_its_file(text: str, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "doctor").write_text(text)
    answer("doctor", clock, at=1000)

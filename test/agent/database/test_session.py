import types
from collections.abc import Callable
from typing import Any, Self

import pytest

from agent.base import events
from agent.database import session
from agent.database.server import READER


class Driver(types.SimpleNamespace):
    """psycopg2, as far as it is asked; each of the two functions may raise what PostgreSQL answers."""

    class Error(Exception):
        pgcode: str | None = None

    class OperationalError(Error):
        pass

    class InterfaceError(Error):
        pass

    def __init__(self, on_connect: Exception | None, on_statement: Exception | None) -> None:
        self.on_connect, self.on_statement = on_connect, on_statement

    def connect(self, **_: object) -> "Driver":
        if self.on_connect:
            raise self.on_connect
        return self

    def execute(self, *_: object) -> None:
        if self.on_statement:
            raise self.on_statement

    def cursor(self) -> "Driver":
        return self

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


Ends = Callable[..., dict[str, Any]]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch, said: list[dict[str, Any]]) -> Ends:
    """How a program ends that reads a database which answers this."""

    def ended(on_connect: Exception | None = None, on_statement: Exception | None = None) -> dict[str, Any]:
        monkeypatch.setattr(session, "_library", lambda: Driver(on_connect, on_statement))

        def main(given: object) -> object:
            with session.session(READER, "litellm") as asked:
                return asked.rows("SELECT 1")

        events.answer(main, {})
        return dict(said[-1]["error"])

    return ended


@pytest.mark.parametrize(
    "answer",
    [
        "FATAL:  sorry, too many clients already",
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
    ],
)
def test_database_whose_connections_are_all_taken_is_reported_with_what_to_do(answer: str, ends: Ends) -> None:
    error = ends(on_connect=Driver.OperationalError(answer))
    assert error["code"] == "database"
    assert "all of its connections are taken" in error["message"]
    assert "restart litellm" in error["message"]


def test_locked_table_is_reported_with_what_to_do(ends: Ends) -> None:
    locked = Driver.OperationalError("canceling statement due to lock timeout")
    locked.pgcode = "55P03"
    error = ends(on_statement=locked)
    assert error["code"] == "database"
    assert "kept a table locked for more than 10 s" in error["message"]
    assert "restart litellm" in error["message"]


def test_sum_out_of_range_is_no_bug(ends: Ends) -> None:
    out_of_range = Driver.Error("value out of range: overflow")
    out_of_range.pgcode = "22003"
    error = ends(on_statement=out_of_range)
    assert error["code"] == "database"
    assert "refused: value out of range" in error["message"]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ValueError("year 294276 is out of range"), id="a date after the year 9999"),
        pytest.param(RecursionError("maximum recursion depth exceeded"), id="JSON that is too deep"),
    ],
)
def test_row_that_cannot_be_read_is_no_bug(failure: Exception, ends: Ends) -> None:
    error = ends(on_statement=failure)
    assert error["code"] == "database"
    assert "something unreadable" in error["message"]

import time
from collections.abc import Callable
from typing import Any

import pytest

from agent.database import waits
from agent.database.server import OWNER
from agent.database.session import Session

PRISMA = 72707369
MIGRATION = (7, "litellm_owner", "", "active", "ALTER TABLE x ADD y text", 20.0, 20.0, True, 21.0, "client backend")
PERSON = (9, "postgres", "psql", "idle in transaction", "SELECT 'a secret'", 90.0, 80.0, False, 100.0, "client backend")


class Asked:
    """A database that answers so."""

    def __init__(self, sessions: list[Any], waiting: list[Any], held: list[Any]) -> None:
        self.answers = {waits.SESSIONS: sessions, waits.WAITS: waiting, waits.HELD: held, waits.PREPARED: []}

    def rows(self, sql: str, values: Any = None) -> Any:
        del values
        return self.answers[sql]

    def column(self, sql: str, values: Any = None) -> Any:
        return [row[0] for row in self.rows(sql, values)]

    def one(self, sql: str, values: Any = None) -> Any:
        del sql, values
        return "litellm"


def asked(sessions: list[Any], waiting: list[Any] | None = None, held: list[Any] | None = None) -> Session:
    return Asked(sessions, waiting or [], held or [])  # type: ignore[return-value]


def test_who_has_the_table_is_named_with_pid_application_since_when_and_what_it_did() -> None:
    waiting = [
        (7, "ALTER TABLE x ADD y text", 20.0, "relation", '"LiteLLM_Keys"', None, [9]),
        (8, "SELECT 1", 3.0, "relation", "x", None, [7]),
    ]
    found = waits.look(asked([MIGRATION, PERSON], waiting), 30)
    assert found is not None
    assert found.text() == (
        'ALTER TABLE waits for 20 s for the table or index "LiteLLM_Keys", which has: pid 9, postgres, psql, idle in transaction for 80 s '
        "after SELECT, in a transaction for 90 s. 1 other sessions wait behind it."
    )
    assert "secret" not in found.text()


def test_an_advisory_lock_that_the_job_only_asks_for_again_and_again_is_seen_by_who_holds_it() -> None:
    found = waits.look(asked([MIGRATION, PERSON], held=[(9, PRISMA)]), 30)
    assert found is not None
    assert found.text().startswith("The job waits for Prisma's advisory lock 72707369, which has: pid 9, postgres, psql")


def test_the_jobs_own_lock_keeps_nobody_waiting() -> None:
    assert waits.look(asked([MIGRATION, PERSON], held=[(7, PRISMA)]), 30) is None


def test_an_owners_session_from_before_is_somebody_elses() -> None:
    assert waits.look(asked([MIGRATION], held=[(7, PRISMA)]), 5) is not None


def test_what_others_wait_for_is_not_of_the_migrations() -> None:
    assert waits.look(asked([MIGRATION, PERSON], [(9, "LOCK TABLE x", 20.0, "relation", "x", None, [7])]), 30) is None


@pytest.mark.parametrize(("pid", "who"), [(0, "a prepared transaction"), (77, "a session of another database")])
def test_a_holder_without_a_session_is_named_too(pid: int, who: str) -> None:
    found = waits.look(asked([MIGRATION], [(7, "CREATE INDEX", 5.0, "virtualxid", None, None, [pid])]), 30)
    assert found is not None
    assert who in found.text()


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("  create unique index concurrently i on t (c)", "CREATE UNIQUE INDEX"),
        ("SELECT password FROM people", "SELECT"),
        ("update people set x = 1", "UPDATE"),
        ("insert into people values ('secret')", "INSERT INTO"),
        ("'; \x1b[2J", "a statement"),
        ("", "a statement"),
    ],
)
def test_a_statement_is_named_by_its_kind_alone(query: str, kind: str) -> None:
    assert waits.kind_of(query) == kind


def test_a_name_that_a_container_chose_cannot_write_to_a_terminal() -> None:
    bad = (9, "litellm", "\x1b[2J\n::error::x" + "y" * 90, "active", "", None, 1.0, True, 100.0, "client backend")
    text = waits.inside(asked([bad]), ["litellm"])
    assert "\x1b" not in text
    assert "\n" not in text


def test_it_is_said_once_a_minute_and_when_the_lock_is_free(monkeypatch: pytest.MonkeyPatch, details: Callable[[], list[str]]) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    watch = waits.Watch(OWNER, "litellm", "migrations")
    held = waits.look(asked([MIGRATION, PERSON], held=[(9, PRISMA)]), 30)
    for at in range(3, 90, 3):
        clock[0] = at
        watch._take(held, asked([MIGRATION]))
    assert len(details()) == 2
    assert "72707369" in watch.told()
    clock[0] += 3
    watch._take(None, asked([MIGRATION]))
    assert details()[-1] == "The lock is free; they continue."
    assert watch.told() == ""

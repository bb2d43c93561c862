"""Who keeps schema changes waiting: what PostgreSQL says of its locks, said while they wait, and not half an hour later.

LiteLLM's jobs also take advisory locks by asking again and again, which PostgreSQL shows as no wait at all. So those that hold such a
lock are named too. Source: litellm_proxy_extras 0.4.108 to 0.4.110, migration_lock.py and utils.py.
"""

import dataclasses
import re
import threading
import time
from types import TracebackType
from typing import Any

from agent.base.events import note
from agent.base.process import CommandFailed
from agent.database.server import OWNER, Server
from agent.database.session import Session, session

# How often it is looked, how long somebody has to wait before it is said, and how often it is said again.
LOOK_SECONDS = 3
PATIENCE_SECONDS = 10
AGAIN_SECONDS = 60
MOST_HOLDERS = 3
ADVISORY = {
    72707369: "Prisma's advisory lock 72707369",
    int.from_bytes(b"llm_mig2", "big"): "the advisory lock of LiteLLM's migrations",
    int.from_bytes(b"litellm", "big"): "the advisory lock of LiteLLM's indexes",
}
# A statement may hold anything, a secret too: what it does is in its first words.
KIND = re.compile(r"\s*((?:[A-Za-z]{2,20}\s+){0,2}[A-Za-z]{2,20})")
CLAUSE = re.compile(r"(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|VALUES|MERGE INTO|COPY|TABLE|EXPLAIN)\b.*", re.IGNORECASE)
UNPRINTABLE = re.compile(r"[^\x20-\x7e]")
MOST_NAME = 60

# Of a bigint the key is in two halves, and objsubid is 1.
_KEY = "((l.classid::bigint << 32) | l.objid::bigint)"
WAITS = f"""
SELECT w.pid, w.query, extract(epoch FROM clock_timestamp() - w.query_start)::float8, l.locktype,
       CASE WHEN l.relation IS NOT NULL AND l.database = d.oid THEN l.relation::regclass::text END,
       CASE WHEN l.locktype = 'advisory' THEN {_KEY} END, pg_blocking_pids(w.pid)
FROM pg_stat_activity w JOIN pg_locks l ON l.pid = w.pid AND NOT l.granted JOIN pg_database d ON d.datname = current_database()
WHERE w.datid = d.oid ORDER BY w.query_start"""
HELD = f"""
SELECT l.pid, {_KEY} FROM pg_locks l JOIN pg_database d ON d.datname = current_database()
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = d.oid AND {_KEY} = ANY(%(keys)s)"""
SESSIONS = """
SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''), coalesce(query, ''),
       extract(epoch FROM clock_timestamp() - xact_start)::float8, extract(epoch FROM clock_timestamp() - state_change)::float8,
       client_addr IS NOT NULL, extract(epoch FROM clock_timestamp() - backend_start)::float8, backend_type
FROM pg_stat_activity WHERE datname = ANY(%(names)s::name[]) AND pid <> pg_backend_pid()"""
PREPARED = "SELECT gid FROM pg_prepared_xacts WHERE database = ANY(%(names)s::name[])"


@dataclasses.dataclass(frozen=True)
class Holder:
    """A session of the database; seconds are how long ago something was."""

    pid: int
    role: str
    application: str
    state: str
    query: str
    transaction: float | None
    changed: float | None
    is_remote: bool
    connected: float
    kind: str

    def text(self) -> str:
        who = f"pid {self.pid}, {_plain(self.role) or _plain(self.kind)}"
        name = _plain(self.application)
        since = "" if self.transaction is None else f", in a transaction for {self.transaction:.0f} s"
        return f"{who}{f', {name}' if name else ''}, {self._work()}{since}"

    def _work(self) -> str:
        if self.state.startswith("idle"):
            return f"{_plain(self.state)} for {self.changed or 0:.0f} s after {kind_of(self.query)}"
        return f"at {kind_of(self.query)}"


@dataclasses.dataclass(frozen=True)
class Wait:
    """What waits, for what, for how many seconds, and who is before it."""

    what: str
    lock: str
    seconds: float
    holders: list[Holder]
    behind: int

    def text(self) -> str:
        waited = f" for {self.seconds:.0f} s" if self.seconds else ""
        holders = "; ".join(one.text() for one in self.holders[:MOST_HOLDERS]) or "nobody that is still there"
        more = f" and {len(self.holders) - MOST_HOLDERS} more" if len(self.holders) > MOST_HOLDERS else ""
        behind = f" {self.behind} other sessions wait behind it." if self.behind else ""
        return f"{self.what} waits{waited} for {self.lock}, which has: {holders}{more}.{behind}"

    def remedy(self) -> str:
        pids = ", ".join(str(one.pid) for one in self.holders[:MOST_HOLDERS])
        return f"It continues when the lock is free; SELECT pg_terminate_backend(pid) as postgres ends a session (pid {pids})."


class Watch:
    """Says while the work inside waits for somebody, and keeps it for the error: `wait` is the last one, None when nothing waits."""

    def __init__(self, server: Server, database: str, name: str) -> None:
        self._server = server
        self._database = database
        self._name = name
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._begun = time.monotonic()
        self.wait: Wait | None = None
        self._doing = ""
        self._since: float | None = None
        self._said: float | None = None
        self._is_told = False

    def __enter__(self) -> "Watch":  # noqa: PYI034 - typing.Self is of Python 3.11
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def told(self, is_late: bool = False) -> str:
        """For the error: what it last waited for; of what did not end in time, what it last did."""
        if self.wait is not None:
            return f" {self.wait.text()}"
        return f" {self._doing}" if is_late and self._doing else ""

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                with session(self._server, self._database, LOOK_SECONDS) as asked:
                    self._take(look(asked, time.monotonic() - self._begun), asked)
            except CommandFailed:
                # That the server is gone is said by the work itself.
                continue

    def _take(self, found: Wait | None, asked: Session) -> None:
        """Holds what was found, and says it when it has been there for long enough."""
        now = time.monotonic()
        if found is None:
            if self._is_told:
                note(self._name, "The lock is free; they continue.")
            self.wait = self._since = None
            self._is_told = False
            self._doing = _at_work(asked)
            if now - (self._said or self._begun) > AGAIN_SECONDS:
                self._say(f"They have been running for {now - self._begun:.0f} s. {self._doing}")
            return
        self.wait, self._since = found, self._since or now
        waited = max(found.seconds, now - self._since)
        if waited > PATIENCE_SECONDS and (not self._is_told or now - (self._said or 0) > AGAIN_SECONDS):
            self._is_told = True
            self._say(f"{found.text()} {found.remedy()}")

    def _say(self, text: str) -> None:
        self._said = time.monotonic()
        note(self._name, text)


def look(asked: Session, seconds: float) -> Wait | None:
    """What the owner's sessions wait for longest; `seconds` ago the work began, so that its own sessions are told from others."""
    sessions = {one.pid: one for one in _sessions(asked, [asked.one("SELECT current_database()::text")])}
    waiting = asked.rows(WAITS)
    for pid, query, waited, kind, relation, key, blockers in waiting:
        if pid in sessions and _is_own(sessions[pid], seconds):
            holders = [sessions.get(one, _gone(one)) for one in dict.fromkeys(blockers)]
            behind = len([1 for other in waiting if pid in other[6]])
            return Wait(kind_of(query), _lock(kind, relation, key), max(0.0, waited or 0), holders, behind)
    for pid, key in asked.rows(HELD, {"keys": list(ADVISORY)}):
        if pid in sessions and not _is_own(sessions[pid], seconds):
            return Wait("The job", ADVISORY[key], 0, [sessions[pid]], 0)
    return None


def inside(asked: Session, names: list[str]) -> str:
    """Who is in these databases, which then cannot be renamed or dropped."""
    sessions = [one.text() for one in _sessions(asked, names)]
    prepared = [f"the prepared transaction {_plain(gid)}" for gid in asked.column(PREPARED, {"names": names})]
    return "; ".join([*sessions, *prepared][:MOST_HOLDERS]) or "nobody"


def _sessions(asked: Session, names: list[str]) -> list[Holder]:
    return [Holder(*row) for row in asked.rows(SESSIONS, {"names": names})]


def _is_own(one: Holder, seconds: float) -> bool:
    """Whether the session is one of the work's: of the owner, by the network, and no older."""
    return one.role == OWNER.user and one.is_remote and one.connected <= seconds


def _gone(pid: int) -> Holder:
    """A prepared transaction, whose pid is 0, or a session of another database."""
    kind = "a prepared transaction" if pid == 0 else "a session of another database"
    return Holder(pid, "", "", "active", "", None, None, False, 0, kind)


def _lock(kind: str, relation: Any, key: int | None) -> str:
    if key is not None:
        return ADVISORY.get(key, f"the advisory lock {key}")
    if relation:
        return f"the table or index {_plain(str(relation))}"
    return {"virtualxid": "a transaction that may still see the old rows", "transactionid": "a transaction to end"}.get(
        kind, f"a lock of the kind {_plain(kind)}"
    )


def _at_work(asked: Session) -> str:
    everybody = _sessions(asked, [asked.one("SELECT current_database()::text")])
    busy = [one for one in everybody if one.role == OWNER.user and one.state == "active"]
    return f"In the database: {'; '.join(one.text() for one in busy[:MOST_HOLDERS])}." if busy else "In the database they do nothing now."


def kind_of(query: str) -> str:
    """`ALTER TABLE` of a statement, and nothing of what may be secret in it."""
    found = KIND.match(query)
    if found is None:
        return "a statement"
    words = CLAUSE.sub(lambda clause: clause[1], " ".join(found[1].split()))
    return words.upper()


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("?", text)[:MOST_NAME]

"""Databases beside the live one, and the exchange of the two by their names."""

import datetime
import threading
import time

from agent.base.clock import now
from agent.base.paths import RESTORE_STATE
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import postgres, waits
from agent.database.server import OWNER
from agent.database.session import identifier

LIVE = postgres.NAME
SECONDS = 30
KEPT = datetime.timedelta(days=7)


def exists(name: str) -> bool:
    with postgres.administering() as admin:
        return bool(admin.one("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": name}))


def create(name: str) -> None:
    with postgres.administering() as admin:
        postgres.create(admin, name)


def drop(name: str) -> None:
    with postgres.administering() as admin:
        admin.rows(f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")


def others(prefix: str) -> list[str]:
    """Databases whose names begin so, oldest first: they end in the time they were made at."""
    with postgres.administering() as admin:
        return sorted(admin.column("SELECT datname::text FROM pg_database WHERE starts_with(datname, %(prefix)s)", {"prefix": prefix}))


def drop_kept() -> None:
    """Drops what a restore kept for its undo, when nobody wanted it back for a week."""
    if RESTORE_STATE.exists():
        return
    for name in [*others("litellm_before_"), *others("litellm_undone_")]:
        made = datetime.datetime.strptime(name.rpartition("_")[2], "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
        if now() - made > KEPT:
            drop(name)


def has_exchanged(new: str, old: str) -> bool:
    """Whether `exchange` was done with these. Before it, also when `new` was never made, there is no `old`."""
    return exists(old) and not exists(new)


def exchange(new: str, old: str) -> None:
    """The database `new` becomes the live one, which is called `old` from then on. Both or none; done before, it does nothing.

    Renaming waits while somebody is connected, and holds off who wants to connect: so the sessions are ended while it waits.
    LiteLLM's pools reconnect automatically, to the new one.
    """
    if has_exchanged(new, old):
        return
    postgres.give_rows(OWNER, new)
    stop = threading.Event()

    def end_sessions() -> None:
        while not stop.wait(0.05):
            try:
                with postgres.administering() as admin:
                    admin.rows(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (%(live)s, %(new)s)",
                        {"live": LIVE, "new": new},
                    )
            except CommandFailed:
                time.sleep(0.2)

    ending = threading.Thread(target=end_sessions)
    ending.start()
    deadline = time.monotonic() + SECONDS
    try:
        while True:
            try:
                with postgres.administering() as admin:
                    live, coming, kept = identifier(LIVE), identifier(new), identifier(old)
                    admin.rows(f"BEGIN; ALTER DATABASE {live} RENAME TO {kept}; ALTER DATABASE {coming} RENAME TO {live}; COMMIT")
                return
            except CommandFailed as failed:
                if time.monotonic() > deadline:
                    raise Refused("swap", f"The databases could not be swapped: {failed}{_held([LIVE, new])}", failed.output) from None
                time.sleep(0.1)
    finally:
        stop.set()
        ending.join()


def _held(names: list[str]) -> str:
    try:
        with postgres.administering() as admin:
            return f" In them: {waits.inside(admin, names)}."
    except CommandFailed:
        return ""

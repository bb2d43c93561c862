"""What migrations do to a database while they run: how large it gets, and which tables they keep from others, for how long."""

import dataclasses
import shutil
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType

from agent.base import room
from agent.base.process import CommandFailed
from agent.database.server import Server
from agent.database.session import Session, session

LOOK_SECONDS = 0.2
# A lock that was seen once was held for about this long.
SIZE_SECONDS = 1
# By the strongest mode that was seen: who waits for it. Source: PostgreSQL's manual, 13.3.1.
BLOCKS = {"AccessExclusiveLock": "all", "ExclusiveLock": "writes", "ShareRowExclusiveLock": "writes", "ShareLock": "writes"}
SIZE = "SELECT pg_database_size(current_database())"
LOCKS = """
SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.granted AND l.mode = ANY(%(modes)s) AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p')
AND c.relnamespace = 'public'::regnamespace AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@dataclasses.dataclass
class Seen:
    bytes_before: int = 0
    bytes_most: int = 0
    bytes_after: int = 0
    # By table: how long it was locked, and whether for all or for those who write.
    locked: dict[str, float] = dataclasses.field(default_factory=dict)
    blocks: dict[str, str] = dataclasses.field(default_factory=dict)
    # The disk ran short, and `stop` was called.
    is_full: bool = False


class Observed:
    """Looks while the work inside runs; calls `stop` once when less than the spare is left on the disk of `place`."""

    def __init__(self, server: Server, database: str, tables: Collection[str], place: Path, stop: Callable[[], None]) -> None:
        self._server, self._database, self._tables = server, database, frozenset(tables)
        self._place, self._stop = place, stop
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._watch_disk, self._watch_database)]
        self.seen = Seen()

    def __enter__(self) -> "Observed":  # noqa: PYI034 - typing.Self is of Python 3.11
        with session(self._server, self._database) as asked:
            self.seen.bytes_before = self.seen.bytes_most = asked.one(SIZE)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        if error is None:
            with session(self._server, self._database) as asked:
                self.seen.bytes_after = asked.one(SIZE)
                self.seen.bytes_most = max(self.seen.bytes_most, self.seen.bytes_after)

    def _watch_disk(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if shutil.disk_usage(self._place).free < room.SPARE:
                self.seen.is_full = True
                self._stop()
                return

    def _watch_database(self) -> None:
        try:
            with session(self._server, self._database) as asked:
                last = sized = time.monotonic()
                while not self._over.wait(LOOK_SECONDS):
                    now = time.monotonic()
                    self._add_locks(asked, now - last)
                    if now - sized > SIZE_SECONDS:
                        self.seen.bytes_most = max(self.seen.bytes_most, asked.one(SIZE))
                        sized = now
                    last = now
        except CommandFailed:
            # The server was stopped, which the work says itself.
            return

    def _add_locks(self, asked: Session, seconds: float) -> None:
        held: dict[str, str] = {}
        for table, mode in asked.rows(LOCKS, {"modes": list(BLOCKS)}):
            if table in self._tables and held.get(table) != "all":
                held[table] = BLOCKS[mode]
        for table, blocks in held.items():
            self.seen.locked[table] = self.seen.locked.get(table, 0) + seconds
            if self.seen.blocks.get(table) != "all":
                self.seen.blocks[table] = blocks

"""Puts a dump into an empty database.

What is large goes in by several sessions: pg_restore gives each table one, and one table of LiteLLM holds nearly all there is.
"""

import concurrent.futures
import itertools
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from agent.base.machine import available_bytes
from agent.base.process import ENVIRONMENT, CommandFailed, run
from agent.base.refusal import Refused
from agent.database import content
from agent.database.dump import HOURS, jobs
from agent.database.server import Server, programs
from agent.database.session import session

LARGE = 32 * 1024**2
BLOCK = 1024**2
MIB = 1024**2
# The row of pg_restore's list for the rows of a table; its number is also the name of the file.
DATA = re.compile(r"\d+; \d+ \d+ TABLE DATA (?P<schema>\S+) (?P<table>.+) \S+")
QUALIFIED = re.compile(r'([^".]+|"(?:[^"]|"")+")\.([^".]+|"(?:[^"]|"")+")')
IDENTIFIER = r'(?:[a-z_][a-z0-9_]*|"(?:[^"\x00-\x1f]|"")+")'
COPY = re.compile(rf"COPY public\.{IDENTIFIER} \({IDENTIFIER}(?:, {IDENTIFIER})*\) FROM stdin;")


def load(
    server: Server, database: str, dumped: Path, without: Collection[str] = (), wanted: Callable[[str], bool] = lambda _line: True
) -> None:
    """Restores a dump into an empty database; rows of the tables `without` stay out. Their names are as the server quotes them.

    Of the dump's own list only those entries are taken that are `wanted`.

    Refuses at the first thing that fails.

    Statistics are not gathered: see `read_back`.
    """
    try:
        listing = [line for line in listed(dumped) if wanted(line)]
        named = {as_listed(name) for name in without}
        left_out = [line for line in listing if (found := DATA.fullmatch(line)) and (found["schema"], found["table"]) in named]
        large = [line for line in listing if line not in left_out and _bytes(dumped, line) >= LARGE]
        _restore(server, database, dumped, listing, "--section=pre-data")
        large.sort(key=lambda line: _bytes(dumped, line), reverse=True)
        loaded = [line for line in large if _load_in_pieces(server, database, dumped, line)]
        rest = [line for line in listing if line not in left_out and line not in loaded]
        _restore(server, database, dumped, rest, "--section=data", "--section=post-data", f"--jobs={jobs()}")
    except CommandFailed as failed:
        if any("unsupported version" in line for line in failed.output):
            major = programs().parent.name
            raise Refused(
                "dump",
                f"The dump was written by the pg_dump of a newer PostgreSQL than {major}, which is this host's. Restore it on a host with "
                "that version, or choose a backup that this version of litellm-gitops took: it takes them with the server's own.",
                failed.output,
            ) from None
        raise Refused("dump", f"The dump cannot be restored: {failed}", failed.output) from None


def listed(dumped: Path) -> list[str]:
    """The entries of a dump by its own list, with lines of remarks that begin with `;`."""
    return run(str(programs() / "pg_restore"), "--list", str(dumped), timeout=600).splitlines()


def as_listed(name: str) -> tuple[str, str]:
    """Schema and table as pg_restore lists them: without quotes, and in one line whatever they are made of."""
    found = QUALIFIED.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no name of a table with its schema")
    schema, table = (part[1:-1].replace('""', '"') if part.startswith('"') else part for part in found.groups())
    return schema, table.replace("\n", " ").replace("\r", " ")


def read_back(server: Server, database: str, tables: list[str] | None = None) -> content.Content:
    """What the database holds, as `database_content.read` has it; it also gathers the statistics, which are not in a dump."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool, session(server, database) as asked:
        analyzed = pool.submit(_analyze, server, database)
        found = content.read(asked, tables)
        analyzed.result()
    return found


def _analyze(server: Server, database: str) -> None:
    with session(server, database, HOURS) as asked:
        asked.rows("ANALYZE")


def _restore(server: Server, database: str, dumped: Path, entries: Sequence[str], *options: str) -> None:
    with _listed(entries) as chosen:
        argv = server.tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={database}", chosen, *options)
        run(*argv, str(dumped), timeout=12 * HOURS, environment=environment())


@contextmanager
def _listed(entries: Sequence[str]) -> Iterator[str]:
    """The option by which pg_restore takes these entries alone."""
    with tempfile.NamedTemporaryFile("w") as listing:
        listing.write("".join(f"{line}\n" for line in entries))
        listing.flush()
        yield f"--use-list={listing.name}"


def _load_in_pieces(server: Server, database: str, dumped: Path, entry: str) -> bool:
    """Whether it was done: a table whose statement cannot be separated from its neighbours' is left to pg_restore."""
    file = _file(dumped, entry)
    statement = _statement(dumped, entry)
    if statement is None:
        return False
    pieces = cut(file, jobs())
    with concurrent.futures.ThreadPoolExecutor(len(pieces)) as pool:
        for done in [pool.submit(_feed, server, database, statement, file, piece) for piece in pieces]:
            done.result()
    return True


def _statement(dumped: Path, entry: str) -> str | None:
    """The COPY of the table with its columns, as pg_restore would run it."""
    with _listed([entry]) as chosen:
        argv = [str(programs() / "pg_restore"), "--file=-", chosen, str(dumped)]
        nothing = subprocess.DEVNULL
        with subprocess.Popen(argv, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing, env=ENVIRONMENT) as process:
            assert process.stdout
            lines = (line.decode(errors="replace").rstrip("\n") for line in process.stdout)
            statement = next((line for line in lines if COPY.fullmatch(line)), None)
            process.kill()
    return statement


def cut(file: Path, count: int) -> list[tuple[int, int]]:
    """Where each of at most `count` pieces of about the same size begins and ends. Rows are lines in such a file; none is cut."""
    size = file.stat().st_size
    ends = [0]
    with open(file, "rb") as rows:
        for number in range(1, count):
            rows.seek(max(size * number // count, ends[-1]))
            rows.readline()
            ends.append(rows.tell())
    ends.append(size)
    return [(start, end) for start, end in itertools.pairwise(ends) if start < end]


class _Piece:
    """The bytes of a file between two places, as the driver of a COPY reads them."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._left = end - start
        file.seek(start)

    def read(self, size: int) -> bytes:
        block = self._file.read(min(size, self._left))
        self._left -= len(block)
        return block


def _feed(server: Server, database: str, statement: str, file: Path, piece: tuple[int, int]) -> None:
    """Has one session take a piece."""
    with open(file, "rb") as rows, session(server, database, settings=settings()) as loading:
        loading.copy_in(statement.removesuffix(";"), _Piece(rows, *piece), BLOCK)


def settings() -> dict[str, str]:
    """Of the sessions that load. Commits may reach the disk later: the one that exchanges the names flushes all before it."""
    memory = min(512, max(64, available_bytes() // MIB // 8 // jobs()))
    return {
        "synchronous_commit": "off",
        "maintenance_work_mem": f"{memory}MB",
        "statement_timeout": "0",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "search_path": "",
    }


def environment() -> dict[str, str]:
    return {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in settings().items())}


def _file(dumped: Path, entry: str) -> Path:
    return dumped / f"{entry.split(';', maxsplit=1)[0]}.dat"


def _bytes(dumped: Path, entry: str) -> int:
    return _file(dumped, entry).stat().st_size if DATA.fullmatch(entry) and _file(dumped, entry).exists() else 0

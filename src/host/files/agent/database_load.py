"""Puts a dump into an empty database.

What is large goes in by several sessions: pg_restore gives each table one, and one table of LiteLLM holds nearly all there is.
"""

import concurrent.futures
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent import database_content
from agent.command import ENVIRONMENT, CommandFailed, memory_file, run
from agent.database_dump import HOURS, jobs
from agent.database_server import PSQL, Server, conversation, programs
from agent.machine import available_bytes
from agent.output import Refused

LARGE = 32 * 1024**2
BLOCK = 1024**2
MIB = 1024**2
# The row of pg_restore's list that stands for the rows of a table; its number is also the name of the file.
DATA = re.compile(r"\d+; \d+ \d+ TABLE DATA public (?P<table>.+) \S+")
COPY = re.compile(r"COPY .+ FROM stdin;")


def load(server: Server, database: str, dumped: Path, without: tuple[str, ...] = ()) -> None:
    """Restores a dump into an empty database; rows of the tables `without` stay out. Refuses at the first thing that fails.

    Statistics are not gathered: see `read_back`.
    """
    try:
        listing = run(str(programs() / "pg_restore"), "--list", str(dumped), timeout=600).splitlines()
        left_out = [line for line in listing if (found := DATA.fullmatch(line)) and found["table"] in without]
        large = [line for line in listing if line not in left_out and _bytes(dumped, line) >= LARGE]
        _restore(server, database, dumped, listing, "--section=pre-data")
        for line in sorted(large, key=lambda line: _bytes(dumped, line), reverse=True):
            _load_in_pieces(server, database, dumped, line)
        rest = [line for line in listing if line not in left_out and line not in large]
        _restore(server, database, dumped, rest, "--section=data", "--section=post-data", f"--jobs={jobs()}")
    except CommandFailed as failed:
        raise Refused("dump", f"The dump cannot be restored: {failed}", failed.output) from None


def read_back(server: Server, database: str, tables: list[str] | None = None) -> database_content.Content:
    """What the database holds, as `database_content.read` has it; beside that the statistics are gathered that a dump lacks."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool, conversation(server, database) as session:
        analyzed = pool.submit(server.ask, database, "ANALYZE;", HOURS)
        found = database_content.read(session.ask, tables)
        analyzed.result()
    return found


def _restore(server: Server, database: str, dumped: Path, entries: Sequence[str], *options: str) -> None:
    with _listed(entries) as chosen:
        argv = server.tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={database}", chosen, *options)
        run(*argv, str(dumped), timeout=12 * HOURS, environment=_settings())


@contextmanager
def _listed(entries: Sequence[str]) -> Iterator[str]:
    """The option by which pg_restore takes these entries alone."""
    with tempfile.NamedTemporaryFile("w") as listing:
        listing.write("".join(f"{line}\n" for line in entries))
        listing.flush()
        yield f"--use-list={listing.name}"


def _load_in_pieces(server: Server, database: str, dumped: Path, entry: str) -> None:
    file = _file(dumped, entry)
    argv = server.tool("psql", *PSQL, "-d", database, "-c", _statement(server, dumped, entry))
    pieces = cut(file, jobs())
    with concurrent.futures.ThreadPoolExecutor(len(pieces)) as pool:
        for done in [pool.submit(_feed, argv, file, start, end) for start, end in pieces]:
            done.result()


def _statement(server: Server, dumped: Path, entry: str) -> str:
    """The COPY of the table with its columns, as pg_restore would run it."""
    with _listed([entry]) as chosen:
        argv = [str(programs() / "pg_restore"), "--file=-", chosen, str(dumped)]
        quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(argv, stdout=subprocess.PIPE, env=ENVIRONMENT, **quiet) as process:
            assert process.stdout
            lines = (line.decode(errors="replace").rstrip("\n") for line in process.stdout)
            statement = next((line for line in lines if COPY.fullmatch(line)), None)
            process.kill()
    if statement is None:
        raise CommandFailed(argv, "named no COPY", entry)
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
    return [(start, end) for start, end in zip(ends, ends[1:], strict=False) if start < end]


def _feed(argv: list[str], file: Path, start: int, end: int) -> None:
    """Has one session take a piece. With its statement as an argument, psql takes nothing of what it reads for a command."""
    with memory_file() as said, open(file, "rb") as rows:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=said, stderr=said, env=ENVIRONMENT | _settings())
        assert process.stdin
        try:
            rows.seek(start)
            while start < end and (block := rows.read(min(BLOCK, end - start))):
                process.stdin.write(block)
                start += len(block)
            process.stdin.close()
        except BrokenPipeError:
            # What it refused is in what it said.
            pass
        finally:
            if start < end:
                process.kill()
            code = process.wait(12 * HOURS)
        if code != 0:
            said.seek(0)
            raise CommandFailed(argv, f"exited {code}", said.read(), code)


def _settings() -> dict[str, str]:
    """Of the sessions that load. Commits may reach the disk later: the one that exchanges the names flushes all before it."""
    memory = min(512, max(64, available_bytes() // MIB // 8 // jobs()))
    settings = {
        "synchronous_commit": "off",
        "maintenance_work_mem": f"{memory}MB",
        "statement_timeout": "0",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "search_path": "",
    }
    return {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in settings.items())}


def _file(dumped: Path, entry: str) -> Path:
    return dumped / f"{entry.split(';')[0]}.dat"


def _bytes(dumped: Path, entry: str) -> int:
    return _file(dumped, entry).stat().st_size if DATA.fullmatch(entry) and _file(dumped, entry).exists() else 0

"""Takes an old database out of its server: one exported snapshot for the dump and for what is remembered of its content."""

import subprocess
from pathlib import Path
from typing import Any

from agent.base.process import CommandFailed, memory_file
from agent.base.refusal import Refused, disk_full
from agent.database import content as database_content, dump as database_dump, load as database_load, tables as database_tables
from agent.database.server import programs
from agent.database.session import Session
from agent.gateway import schema
from agent.takeover import carried, old_server

OLDEST_TO_DUMP = 90200


def require_version(asked: Session, server: old_server.OldServer) -> int:
    """The version of the server, as PostgreSQL counts. Refuses one that this host's programs do not know."""
    version = int(asked.one("SELECT current_setting('server_version_num')::int"))
    ours = int(programs().parent.name)
    if version // 10000 > ours:
        raise Refused(
            "server-older",
            f"The old database at {server.place} is of PostgreSQL {version // 10000}, and this host has {ours}, whose programs cannot copy "
            "it. Take it over on a host with that version or a newer one.",
        )
    if version < OLDEST_TO_DUMP:
        raise Refused("server-older", f"PostgreSQL {version // 10000} of the old database is older than pg_dump reads.")
    return version


def take(server: old_server.OldServer, target: Path, between: schema.Distance, locale: str) -> dict[str, Any] | None:
    """Dumps what is carried into the folder `target`. Answers what the same moment held, in the form of a manifest; None where the dump
    has to go through the scratch cluster first: its schema is older, there is more in it, or nothing of it can be compared.
    """
    with server.session(0) as asked:
        asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        asked.rows(database_content.SETTINGS)
        left = carried.LeftOut(asked)
        as_it_is = _is_as_ours(asked) and not between.pending and not between.missing and not left.document()
        argv = _pg_dump(asked.one("SELECT pg_export_snapshot()"), left, target)
        content: dict[str, Any] = {}
        with memory_file() as said:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=server.environment())
            try:
                if as_it_is:
                    roots = {"roots": database_tables.read(asked).roots(), "locale": locale}
                    content = database_dump.facts(asked) | database_content.read(asked) | roots
                code = process.wait(12 * database_dump.HOURS)
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise _undumped(server, CommandFailed(argv[:1], f"exited {code}", said.read(), code), target)
        if as_it_is:
            content = database_content.moved(content, database_content.positions(asked))
    listing = [line for line in database_load.listed(target) if line and not line.startswith(";")]
    return content if as_it_is and all(carried.is_loaded(line) for line in listing) else None


def _is_as_ours(asked: Session) -> bool:
    """Whether what it says of rows and definitions is what this host's own server would say of the same."""
    ((major, encoding),) = asked.rows("SELECT current_setting('server_version_num')::int / 10000, getdatabaseencoding()::text")
    views = set(asked.column("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"))
    return major == int(programs().parent.name) and encoding == "UTF8" and views >= carried.VIEWS


def _pg_dump(snapshot: str, left: carried.LeftOut, target: Path) -> list[str]:
    return old_server.tool(
        "pg_dump", "--format=directory", "--compress=0", "--no-sync", f"--jobs={database_dump.jobs()}", f"--snapshot={snapshot}",
        "--no-password", "--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions",
        "--no-security-labels", "--no-tablespaces", "--no-large-objects", f"--lock-wait-timeout={old_server.LOCK_SECONDS}s",
        *left.excluded(), f"--file={target}",
    )  # fmt: skip


def _undumped(server: old_server.OldServer, failed: CommandFailed, target: Path) -> Refused:
    if any("No space left" in line for line in failed.output):
        return disk_full(target, failed.output)
    return server.refused(failed)

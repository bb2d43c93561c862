"""Takes a database out: one exported snapshot for the dump and for what is remembered of its content."""

import concurrent.futures
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from agent.base import priority
from agent.base.process import ENVIRONMENT, CommandFailed, memory_file, run
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres, tables
from agent.database.server import Server, programs
from agent.database.session import LOCK_SECONDS, Session, session

HOURS = 3600
# By which the server's process that works for pg_dump is known.
NAME = "litellm-gitops-dump"


def jobs() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


def dump(server: Server, database: str, target: Path) -> dict[str, Any]:
    """Dumps into the folder `target` and answers what the same moment held, with facts of the server.

    Uncompressed, because restic finds the same data again only so, and not flushed to the disk, because what a crash leaves is thrown
    away. The checksums are read while the dump is written.
    """
    with session(server, database) as asked, concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _require_own_programs(asked)
        asked.rows(database_content.SETTINGS)
        # Beside pg_dump's own session there is work for two cores already; the gateway needs the others.
        asked.rows("SET max_parallel_workers_per_gather = 0")
        ((snapshot, process_id),) = asked.rows("SELECT pg_export_snapshot(), pg_backend_pid()")
        priority.follow(process_id)
        # Large objects are not LiteLLM's; the serving role could make one that the reading role may not read, which would end the dump.
        argv = server.tool(
            "pg_dump", "--format=directory", "--compress=0", "--no-sync", f"--snapshot={snapshot}", "--no-password",
            "--no-large-objects", f"--lock-wait-timeout={LOCK_SECONDS}s", f"--file={target}", database,
        )  # fmt: skip
        with memory_file() as said:
            named = ENVIRONMENT | {"PGAPPNAME": NAME}
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=named)
            pool.submit(_give_way, server, database, process)
            try:
                content = facts(asked) | database_content.read(asked) | {"roots": tables.read(asked).roots()}
                code = process.wait(12 * HOURS)
                content = database_content.moved(content, database_content.positions(asked))
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise CommandFailed(argv, f"exited {code}", said.read(), code)
    return content


def _require_own_programs(asked: Session) -> None:
    serving, ours = asked.one("SELECT current_setting('server_version_num')::int / 10000"), int(programs().parent.name)
    if serving != ours:
        raise Refused(
            "database-tools",
            f"PostgreSQL {serving} answers on port 5432, but the configuration of this product is in the cluster of PostgreSQL {ours}. "
            "Give that one the port, or run deploy when the other one has the gateway's data now.",
        )


def _give_way(server: Server, database: str, dump: "subprocess.Popen[bytes]") -> None:
    """The server's process that works for pg_dump does not belong to our unit: it gets its priority when it appears."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s AND usename = current_user"
    with session(server, database) as asked:
        while dump.poll() is None:
            if found := asked.one(query, {"name": NAME}):
                priority.follow(found)
                return
            time.sleep(0.1)


def facts(asked: Session) -> dict[str, Any]:
    """What a manifest says of the server, and of how far the database has come."""
    ((bytes_, version, locale),) = asked.rows(
        "SELECT pg_database_size(current_database()), current_setting('server_version_num')::int, datcollate "
        "FROM pg_catalog.pg_database WHERE datname = current_database()"
    )
    migrations = postgres.finished_migrations(asked)
    ((spend, newest),) = asked.rows(f'SELECT coalesce(sum({postgres.SPEND}), 0), max("startTime")::text FROM public."LiteLLM_SpendLogs"')
    return {
        "bytes": bytes_,
        "serverVersion": version,
        "locale": locale,
        "migrations": migrations,
        "spend": float(spend),
        "newestRequest": newest,
    }


def tables_listed(dumped: Path) -> int:
    """How many tables' rows are in a dump, by its own list."""
    listing = run(str(programs() / "pg_restore"), "--list", str(dumped), timeout=600).splitlines()
    return sum(" TABLE DATA " in line for line in listing if not line.startswith(";"))

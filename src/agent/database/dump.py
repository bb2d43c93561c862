"""Takes a database out: one exported snapshot for the dump and for what is remembered of its content."""

import concurrent.futures
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from agent.base import priority
from agent.base.process import ENVIRONMENT, CommandFailed, memory_file, run
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres
from agent.database.server import Server
from agent.database.session import LOCK_SECONDS, Session, session

HOURS = 3600
# By which the server's process that works for pg_dump is known.
NAME = "litellm-gitops-dump"
# What grows without end: left out of a restore of the configuration tier.
LOG_TABLES = ("LiteLLM_SpendLogs", "LiteLLM_SpendLogToolIndex", "LiteLLM_SpendLogGuardrailIndex", "LiteLLM_ErrorLogs", "LiteLLM_AuditLog")


def jobs() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


def dump(server: Server, database: str, target: Path) -> dict[str, Any]:
    """Dumps into the folder `target` and answers what the same moment held, with facts of the server.

    Uncompressed, because restic finds the same data again only so, and not flushed to the disk, because what a crash leaves is thrown
    away. The checksums are read while the dump is written.
    """
    with session(server, database) as asked, concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
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
                content = _facts(asked) | database_content.read(asked)
                code = process.wait(12 * HOURS)
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise CommandFailed(argv, f"exited {code}", said.read(), code)
    return content


def _give_way(server: Server, database: str, dump: "subprocess.Popen[bytes]") -> None:
    """The server's process that works for pg_dump does not belong to our unit: it gets its priority when it appears."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = %(name)s AND usename = current_user"
    with session(server, database) as asked:
        while dump.poll() is None:
            if found := asked.one(query, {"name": NAME}):
                priority.follow(found)
                return
            time.sleep(0.1)


def _facts(asked: Session) -> dict[str, Any]:
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


def keep_rows(server: Server, source: str, target: str, tables: tuple[str, ...], scratch: Path) -> None:
    """Copies the rows of some tables from one database of the server into another that has the same tables, empty."""
    with session(server, source) as asked:
        have = set(asked.column("SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"))
    named = [f'--table=public."{name}"' for name in tables if name in have]
    if not named:
        return
    try:
        run(*server.tool("pg_dump", "--format=custom", "--data-only", f"--file={scratch}", *named, source), timeout=12 * HOURS)
        run(*server.tool("pg_restore", "--data-only", "--exit-on-error", f"--dbname={target}", str(scratch)), timeout=12 * HOURS)
    except CommandFailed as failed:
        raise Refused("logs", f"The rows of the logs could not be taken along: {failed}", failed.output) from None


def room_for(bytes_: int, folder: Path, what: str) -> None:
    """Refuses before the disk is full, which would stop the gateway's own database."""
    spare = 512 * 1024**2
    free = shutil.disk_usage(folder).free
    if free < bytes_ + spare:
        mib = 1024**2
        raise Refused(
            "disk-full",
            f"{what} needs {(bytes_ + spare) // mib} MiB on the host's disk, and {free // mib} MiB are free. Nothing was begun. "
            "Free some, or give the machine a larger disk, and run again.",
        )

"""Takes a database out: one exported snapshot for the dump and for what is remembered of its content."""

import concurrent.futures
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from agent import database_content, niceness
from agent.command import ENVIRONMENT, CommandFailed, memory_file, run
from agent.database_server import Server, conversation
from agent.output import Refused

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
    with conversation(server, database) as session, concurrent.futures.ThreadPoolExecutor(1) as pool:
        session.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        session.ask(database_content.SETTINGS)
        # Beside pg_dump's own session there is work for two cores already; the gateway needs the others.
        session.ask("SET max_parallel_workers_per_gather = 0")
        snapshot, process_id = session.ask("SELECT pg_export_snapshot(), pg_backend_pid()")[0].split("|")
        niceness.follow(int(process_id))
        argv = server.tool(
            "pg_dump", "--format=directory", "--compress=0", "--no-sync", f"--snapshot={snapshot}", "--no-password",
            f"--file={target}", database,
        )  # fmt: skip
        with memory_file() as said:
            named = ENVIRONMENT | {"PGAPPNAME": NAME}
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=named)
            pool.submit(_give_way, server, database, process)
            try:
                content = _facts(session.ask) | database_content.read(session.ask)
                code = process.wait(12 * HOURS)
            finally:
                process.kill()
                process.wait()
            if code != 0:
                said.seek(0)
                raise CommandFailed(argv, f"exited {code}", said.read(), code)
    return content


def _give_way(server: Server, database: str, dump: "subprocess.Popen[str]") -> None:
    """The server's process that works for pg_dump does not belong to our unit: it gets its priority when it appears."""
    query = f"SELECT pid FROM pg_stat_activity WHERE application_name = '{NAME}'"
    with conversation(server, database) as session:
        while dump.poll() is None:
            if found := session.ask(query):
                return niceness.follow(int(found[0]))
            time.sleep(0.1)


def _facts(ask: database_content.Ask) -> dict[str, Any]:
    bytes_, version, locale = ask(
        "SELECT pg_database_size(current_database()), current_setting('server_version_num'), datcollate "
        "FROM pg_catalog.pg_database WHERE datname = current_database()"
    )[0].split("|")
    migrations = ask(
        "SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1"
    )
    spend = ask('SELECT coalesce(sum(spend), 0), coalesce(max("startTime")::text, \'\') FROM public."LiteLLM_SpendLogs"')[0].split("|")
    return {
        "bytes": int(bytes_),
        "serverVersion": int(version),
        "locale": locale,
        "migrations": migrations,
        "spend": float(spend[0]),
        "newestRequest": spend[1] or None,
    }


def keep_rows(server: Server, source: str, target: str, tables: tuple[str, ...], scratch: Path) -> None:
    """Copies the rows of some tables from one database of the server into another that has the same tables, empty."""
    have = set(server.ask(source, "SELECT relname FROM pg_class WHERE relkind = 'r';").splitlines())
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

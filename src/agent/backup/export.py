"""Writes the gateway out as a plain compose project with all its data, so that nobody depends on this product to go on."""

import re
import secrets
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.backup import compose, settings as backup_settings
from agent.base import audit, durable, jobs, lease, room
from agent.base.clock import now
from agent.base.events import step
from agent.base.paths import STATE
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, dump as database_dump, swap as database_swap
from agent.database.server import READER
from agent.database.session import session
from agent.gateway import beside, release

if TYPE_CHECKING:
    from agent.contract_types import ExportAnswer, ExportQuestion

UNIT = "litellm-gitops-export.service"
FOLDER = STATE / "export"
STAGING = STATE / "export.new"
# The machine itself, which within a container is another one.
LOOPBACK = re.compile(r"(?<![\w.])(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?![\w.])")
# Of the host's units, and not for one who starts the image alone: there LiteLLM brings its database forward.
NOT_EXPORTED = ("DISABLE_SCHEMA_UPDATE",)


def main(given: "ExportQuestion") -> "ExportAnswer":
    """Input: {run}. Answers what `work` does."""
    lease.require(given["run"])
    answer: ExportAnswer = jobs.work(UNIT, "export", given, *jobs.GENTLY)
    return answer


def clean_up() -> None:
    """Removes what an export that was cut short left: it holds keys and all rows in clear."""
    shutil.rmtree(STAGING, ignore_errors=True)


def work(given: "ExportQuestion") -> "ExportAnswer":
    """Holds: the gateway serves on; the folder of before is there until the new one is whole."""
    serving = release.serving()
    if serving is None:
        raise Refused("not-deployed", "No gateway is deployed on this host yet. Run deploy first.")
    clean_up()
    try:
        _require_room()
        durable.folder(STAGING, 0o700)
        database = _database()
        with step("files"):
            _files(serving, database["serverVersion"] // 10000)
        shutil.rmtree(FOLDER, ignore_errors=True)
        STAGING.rename(FOLDER)
        durable.flush_directory(STATE)
    finally:
        clean_up()
    rows = database_content.rows(database)
    audit.record(given["run"], "export", release=serving, rows=rows)
    config = (FOLDER / "litellm/config.yaml").read_text()
    return {
        "folder": str(FOLDER),
        "rows": rows,
        "tables": len(database["tables"]),
        "bytes": sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()),
        "image": release.describe(serving)["image"],
        "postgres": database["serverVersion"] // 10000,
        "loopback": len(LOOPBACK.findall(config)),
    }


def _require_room() -> None:
    with session(READER, database_swap.LIVE) as asked:
        room.require({STATE: int(asked.one("SELECT pg_database_size(current_database())"))}, "An export")


def _database() -> dict[str, Any]:
    folder = STAGING / "database"
    durable.folder(folder, 0o755)
    with step("database") as this:
        try:
            database = database_dump.dump(READER, database_swap.LIVE, folder / "dump")
        except CommandFailed as failed:
            raise Refused("database-dump", f"The database cannot be exported: {failed}", failed.output) from None
        found, expected = database_dump.tables_listed(folder / "dump"), len(database["tables"])
        if found < expected:
            raise Refused("database-dump", f"The dump has the rows of {found} tables; the database has {expected}.")
        this.detail = f"{database_content.rows(database)} rows in {expected} tables"
    # The server in the container is nobody that this host knows; the folder above lets root alone in.
    (folder / "dump").chmod(0o755)
    for file in (folder / "dump").iterdir():
        file.chmod(0o644)
    durable.write(folder / "restore.sh", compose.RESTORE.encode(), 0o755)
    return database


def _files(serving: str, postgres: int) -> None:
    about = release.describe(serving)
    content = release.content_in(release.folder(serving))
    folder = STAGING / "litellm"
    durable.folder(folder, 0o755)
    for path, file in content.beside.items():
        durable.folder((folder / path).parent, 0o755)
        durable.write(folder / path, file, 0o644)
    durable.write(folder / beside.PLACE, content.config.encode(), 0o644)
    domain, date = backup_settings.read().domain, now().date().isoformat()
    text = compose.project(domain, date, about["image"], about["workers"], postgres)
    durable.write(STAGING / "compose.yaml", text.encode(), 0o644)
    durable.write(STAGING / "compose.override.yaml", compose.override(_environments(serving)).encode())


def _environments(serving: str) -> Mapping[str, Mapping[str, str]]:
    """New passwords for what is reached in the project's own network alone; the keys of the gateway and its providers are the same."""
    database, redis = secrets.token_hex(24), secrets.token_hex(24)
    own = {
        "DATABASE_URL": f"postgresql://{compose.USER}:{database}@{compose.DATABASE}:5432/{compose.USER}",
        "REDIS_HOST": compose.REDIS,
        "REDIS_PASSWORD": redis,
    }
    litellm = {name: value for name, value in release.environment(serving).items() if name not in NOT_EXPORTED}
    return {
        "litellm": litellm | own,
        "database": {
            "POSTGRES_USER": compose.USER,
            "POSTGRES_DB": compose.USER,
            "POSTGRES_PASSWORD": database,
            "PGDATA": "/var/lib/postgresql/data",
        },
        "redis": {"REDIS_PASSWORD": redis},
    }

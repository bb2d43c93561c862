"""How the database's schema and the one that an image of LiteLLM wants differ, and what follows from that.

An older LiteLLM on a newer schema loses data in two ways: up to 1.103 its own migrations compare the database with the image's schema
and drop what that does not have, and any version works without the columns that it does not know. No migration leads back.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from agent.base import migration_runs
from agent.base.process import CommandFailed
from agent.base.refusal import Refused, few
from agent.database import postgres
from agent.database.session import Session
from agent.gateway import images
from agent.litellm import image_files

if TYPE_CHECKING:
    from agent.contract_types import ImageSchema, UpgradeBackupAnswer

# Their names begin so; all else in the database is somebody's own.
PREFIX = "LiteLLM_"
# LiteLLM's own partitions of it, and what its runbook for them leaves.
PARTITIONED = "LiteLLM_SpendLogs_"
# LiteLLM took these out of later versions, as 24 of its packages show from 0.1.21 to 0.4.110. The baseline_diff are empty files, the first
# made a table under the name that it has no more, the last took columns of MCP servers away that came back. A database that has had one is
# not ahead of an image by that.
WITHDRAWN = frozenset((
    "20251101123718_add_vector_store_index_table", "20251115120021_baseline_diff", "20251115120539_baseline_diff",
    "20260214124140_baseline_diff", "20260311180521_schema_sync",
))  # fmt: skip
COLUMNS = (
    "SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "AND a.attnum > 0 AND NOT a.attisdropped AND starts_with(c.relname, 'LiteLLM_')"
)


@dataclasses.dataclass(frozen=True)
class Database:
    """What a database has: names of its finished migrations, and LiteLLM's columns by table."""

    migrations: list[str]
    columns: dict[str, set[str]]

    @property
    def is_empty(self) -> bool:
        return not self.migrations and not self.columns


@dataclasses.dataclass(frozen=True)
class Distance:
    """What lies between a database and an image."""

    # Migrations that the image brings and the database has not had.
    pending: list[str]
    # Those that the database has had and the image does not know.
    unknown: list[str]
    # Columns that the image works with and the database has not, as table.column.
    missing: list[str]
    # Columns of LiteLLM's tables that the image does not know, and what its pending migrations drop, rename or empty by name.
    leaving: list[str]


def distance(database: Database, wanted: image_files.Schema) -> Distance:
    """Pure.

    LiteLLM took some migrations out of later versions whose columns came by others. So one that the image does not know counts only
    when it is newer than all that the image brings, or when the database has a column that the image does not know either; and a column
    that somebody added by hand says nothing of those that are known to have been taken out.
    """
    brought, had = set(wanted.migrations), set(database.migrations)
    strange = [name for name in database.migrations if name not in brought]
    newest = max((name.encode() for name in wanted.migrations), default=b"")
    known = {table: set(columns) for table, columns in wanted.columns.items()}
    extra = _beyond(database.columns, known)
    is_ahead = any(name.encode() > newest or (extra and name not in WITHDRAWN) for name in strange)
    pending = [name for name in wanted.migrations if name not in had]
    return Distance(
        pending=pending,
        unknown=strange if strange and is_ahead else [],
        missing=_beyond(known, database.columns),
        leaving=sorted({*extra, *taken(database, wanted, pending)}),
    )


def taken(database: Database, wanted: image_files.Schema, pending: Iterable[str]) -> list[str]:
    """What these migrations drop, rename or empty by name, of what the database has: `table` or `table.column`."""
    return sorted({*_there(database.columns, (one for name in pending for one in wanted.taken.get(name, [])))})


def _there(columns: Mapping[str, set[str]], names: Iterable[str]) -> list[str]:
    """Of `table` and `table.column` those that the database has."""
    has = {*columns, *(f"{table}.{column}" for table, names_ in columns.items() for column in names_)}
    return [name for name in names if name in has]


def _beyond(some: Mapping[str, set[str]], others: Mapping[str, set[str]]) -> list[str]:
    ours = (table for table in some if table.startswith(PREFIX) and not table.startswith(PARTITIONED))
    return sorted(f"{table}.{column}" for table in ours for column in some[table] - others.get(table, set()))


def of_database() -> Database:
    """Of the live one. Raises where it cannot be asked: that it has no schema yet is something else."""
    with postgres.reading() as asked:
        return read(asked)


def read(asked: Session) -> Database:
    columns: dict[str, set[str]] = {}
    for table, column in asked.rows(COLUMNS):
        columns.setdefault(table, set()).add(column)
    # One that was made by `prisma db push` has tables and no record of migrations.
    is_recorded = asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL")
    return Database(postgres.finished_migrations(asked) if is_recorded else [], columns)


def of_image(image: str) -> image_files.Schema:
    wanted = image_files.schema(image)
    if wanted is None:
        raise Refused(
            "image-schema",
            f"The image {image} has no migrations that could be read (litellm_proxy_extras/migrations), so it is not known whether it fits "
            "the database, which has content. Nothing was changed. Name one of LiteLLM's own images, such as litellm-database.",
        )
    return wanted


def require_fit(image: str) -> None:
    """Refuses an image that the database is ahead of, and one whose migrations have not been run.

    What serves already is taken as it is: to refuse it would only stand in the way of a rotation or a sync.
    """
    if images.is_served(image):
        return
    database = of_database()
    if database.is_empty:
        return
    between = distance(database, of_image(image))
    if between.unknown:
        raise moved_on(image, between.unknown)
    if between.pending:
        raise Refused(
            "migrations-pending",
            f"The database does not have {named(between.pending, 'migration')} of {image}. Nothing was changed. "
            "Declare this image and run deploy, which takes a backup and then runs them.",
            migrations=between.pending,
        )


def require_complete(image: str, between: Distance) -> None:
    """After migrations: refuses where some are not recorded, or a column is not there although they are."""
    if between.pending:
        raise Refused(
            "migration",
            f"The migrations of {image} ended without an error, but {named(between.pending, 'migration')} are not recorded in the "
            "database. Nothing serves the new image.",
        )
    if between.missing:
        raise Refused(
            "schema-incomplete",
            f"All migrations of {image} are recorded in the database, but it does not have {named(between.missing, 'column')}, which this "
            "LiteLLM reads and writes. They were dropped by an older LiteLLM or by hand, or this version forgot their migration. Nothing "
            "serves the new image. Restore a backup from before they were dropped, or name another version.",
            columns=between.missing,
        )


def foreseen(image: str) -> "ImageSchema | None":
    """{pending, unknown, leaving, backup}: what deploy will find, of an image that was on this host before, and the name of the backup
    that leads back. None for one that was not, whose migrations are read once it is pulled.
    """
    wanted = image_files.kept_schema(image)
    if wanted is None:
        return None
    try:
        between = distance(of_database(), wanted)
    except CommandFailed:
        # That there is no database is reported beside this.
        return None
    before = migration_runs.backup_before(between.unknown) if between.unknown else None
    return {
        "pending": between.pending, "unknown": between.unknown, "leaving": between.leaving, "backup": before["name"] if before else None,
    }  # fmt: skip


def moved_on(image: str, unknown: list[str]) -> Refused:
    """The refusal of an image that is older than the database's schema; names the backup from before."""
    version = images.litellm_version(image)
    older = f"{image} (LiteLLM {version})" if version else image
    before = migration_runs.backup_before(unknown)
    return Refused(
        "schema-moved",
        f"The database has had {named(unknown, 'migration')} that {older} does not know. It would work on a schema that it was not made "
        "for. Neither the database nor what serves was touched. Declare the image that serves, or a newer one. To go back: "
        f"{_way_back(before)} If you know that these migrations only added things, rollback with force goes back to an earlier release on "
        "the schema as it is.",
        migrations=unknown,
        backup=None if before is None else before["snapshot"],
    )


def _way_back(before: "UpgradeBackupAnswer | None") -> str:
    if before is None:
        return "restore a backup from before them; none is known that was taken for them, the command backups lists all there are."
    name = before["name"]
    if before["snapshot"] is None:
        return f"the dump {name} of {before['time']} was taken before them; load it into a new database with pg_restore."
    return (
        f"the backup {name} of {before['time']} was taken before them; the command restore with backup: {name} and scope: all brings its "
        "image back too, and first says what was written since."
    )


def lost(before: Database, after: Database) -> list[str]:
    """Columns of LiteLLM's tables that were there and are not any more."""
    return _beyond(before.columns, after.columns)


def named(names: Iterable[str], what: str) -> str:
    """`2 migrations (20250101_a, 20250102_b)`"""
    known = list(names)
    return f"{len(known)} {what}{'' if len(known) == 1 else 's'} ({few(known)})"

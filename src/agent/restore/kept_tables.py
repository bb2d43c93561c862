"""The tables that a restore of the configuration leaves as they are: copied out of the live database, with what is written meanwhile.

Holds: no row of them is lost between the copy and the exchange of the databases. What was written after the copy began is known by
its transaction, whose number counts for the whole server, and follows after the exchange.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from agent.base import room
from agent.base.paths import BACKUPS
from agent.base.process import ENVIRONMENT, CommandFailed, memory_file
from agent.base.refusal import DATABASE, Refused
from agent.database import load as database_load, tables as database_tables
from agent.database.dump import HOURS
from agent.database.server import OWNER, READER
from agent.database.session import LOCK_SECONDS, Session, identifier, session
from agent.litellm import tables as litellm_tables

# What a table and its parts are made of, in no order: two of the same shape take each other's rows.
SHAPE = """
WITH part AS (SELECT one::regclass AS oid FROM unnest(%(parts)s::text[]) AS one)
SELECT md5(coalesce(string_agg(line, chr(10) ORDER BY line), '')) FROM (
  SELECT concat_ws(' ', c.oid::regclass, c.relkind, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid)) AS line
    FROM part JOIN pg_class c USING (oid)
  UNION ALL SELECT concat_ws(' ', a.attrelid::regclass, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM part JOIN pg_attribute a ON a.attrelid = part.oid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM part JOIN pg_index i ON i.indrelid = part.oid
  UNION ALL SELECT concat_ws(' ', o.conrelid::regclass, quote_ident(o.conname), pg_get_constraintdef(o.oid))
    FROM part JOIN pg_constraint o ON o.conrelid = part.oid WHERE o.contype <> 'n'
) AS shape"""
VIEWS = "SELECT format('%I.%I', schemaname, viewname) FROM pg_views WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'"
SCHEMAS = (
    "SELECT DISTINCT quote_ident(n.nspname) FROM unnest(%(parts)s::text[]) one "
    "JOIN pg_class c ON c.oid = one::regclass JOIN pg_namespace n ON n.oid = c.relnamespace"
)
COLUMNS = (
    "SELECT quote_ident(attname), "
    "attnum = ANY (coalesce((SELECT indkey::int2[] FROM pg_index WHERE indrelid = attrelid AND indisprimary), '{}')) "
    "FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
# The transaction that wrote a row, by its full number: a row holds the lower half.
WRITER = "now.xid - ((now.xid %% 4294967296) - t.xmin::text::bigint + 4294967296) %% 4294967296"
LATER = (
    "SELECT {columns} FROM {table} t, (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid) now "
    f"WHERE {WRITER} >= pg_snapshot_xmin(%(since)s::pg_snapshot)::text::bigint"
)
SIZE = "SELECT coalesce(sum(pg_total_relation_size(one::regclass)), 0)::bigint FROM unnest(%(parts)s::text[]) one"
MARK = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
# A table without a key would get rows twice that were just about to be seen.
UNSEEN = f" AND NOT pg_visible_in_snapshot(({WRITER})::text::xid8, %(since)s::pg_snapshot)"

Document = dict[str, Any]


def of(live: database_tables.Schema) -> list[str]:
    """The tables that stay: all but the configuration, and but those of others that are tied to it by a foreign key."""
    stay = {name for name in live.parts if name not in litellm_tables.CONFIGURATION}
    while True:
        tied = {
            one
            for pair in live.references
            for one in pair
            if one in stay and one not in litellm_tables.USAGE and not stay.issuperset(pair) and not litellm_tables.USAGE & set(pair)
        }
        if not tied:
            return sorted(stay)
        stay -= tied


def copy(source: str, target: str) -> Document:
    """Puts the tables into `target`, a database with the configuration of a backup; answers {tables, since}: what `follow` needs."""
    with session(READER, source, 12 * HOURS) as live, session(OWNER, target) as there:
        live.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0")
        ((snapshot, since),) = live.rows("SELECT pg_export_snapshot(), pg_current_snapshot()::text")
        schema = database_tables.read(live)
        tables = of(schema)
        if not tables:
            return {"tables": [], "since": since}
        parts = [part for name in tables for part in schema.parts[name]]
        room.require({Path(DATABASE): int(live.one(SIZE, {"parts": parts}))}, "The copy of the logs")
        other = _differing(live, there, schema, tables)
        views = set(there.column(VIEWS))
        there.rows("SET statement_timeout = 0")
        for name in _in_the_way(there, schema, other):
            there.rows(f"DROP TABLE IF EXISTS {name} CASCADE")
        lost = views - set(there.column(VIEWS))
        new = [part for name in other for part in schema.parts[name]]
        for place in live.column(SCHEMAS, {"parts": new}):
            there.rows(f"CREATE SCHEMA IF NOT EXISTS {place}")
        carry = _Carrier(source, target, snapshot)
        carry("--section=pre-data", new)
        carry("--data-only", parts)
        carry("--section=post-data", new)
        carry("--schema-only", sorted(lost & set(live.column(VIEWS))))
    return {"tables": tables, "since": since}


def follow(source: str, target: str, kept: Document) -> int:
    """Takes along what was written into `source` since; answers how many rows. Done twice, it does the same."""
    count = 0
    try:
        with session(READER, source, 12 * HOURS) as there, session(OWNER, target, settings=database_load.settings()) as live:
            live.rows("BEGIN")
            # Rows without a key could not be distinguished from those that an attempt before a crash has brought.
            mark = f"litellm-gitops: what was written into {source} since {kept['since']} is here"
            if live.one(MARK) == mark:
                return 0
            schema = database_tables.read(there)
            for name in database_tables.parents_first([one for one in kept["tables"] if one in schema.parts], schema.references):
                count += _follow(there, live, name, kept["since"])
            live.rows(f"COMMENT ON DATABASE {identifier(target)} IS %(mark)s", {"mark": mark})
            live.rows("COMMIT")
    except CommandFailed as failed:
        raise Refused("logs", f"What was logged meanwhile could not be copied: {failed}", failed.output) from None
    return count


def counts(database: str, tables: list[str]) -> dict[str, int]:
    """How many rows each of the tables has now, those without any left out."""
    with session(READER, database, HOURS) as asked:
        there = database_tables.read(asked).parts
        found = {name: int(asked.one(f"SELECT count(*) FROM {name}")) for name in tables if name in there}
    return {name: count for name, count in sorted(found.items()) if count > 0}


def now(database: str) -> str:
    """The moment, as `follow` takes it."""
    with session(READER, database) as asked:
        return str(asked.one("SELECT pg_current_snapshot()::text"))


def _differing(live: Session, there: Session, schema: database_tables.Schema, tables: list[str]) -> list[str]:
    """Those that the target does not have, or has in another shape: partitions are made from day to day, and columns by migrations."""
    have = database_tables.read(there).parts
    return [
        name
        for name in tables
        if set(have.get(name, ())) != set(schema.parts[name])
        or live.one(SHAPE, {"parts": list(schema.parts[name])}) != there.one(SHAPE, {"parts": list(schema.parts[name])})
    ]


def _in_the_way(there: Session, schema: database_tables.Schema, tables: list[str]) -> list[str]:
    """Tables of the target whose names these and their parts need."""
    needed = {part for name in tables for part in schema.parts[name]}
    return sorted(name for name, parts in database_tables.read(there).parts.items() if needed.intersection(parts))


class _Carrier:
    """Copies tables from one database of the server into another, as one moment had them and without a file between."""

    def __init__(self, source: str, target: str, snapshot: str) -> None:
        self._dump = READER.tool(
            "pg_dump", "--format=custom", "--compress=0", "--no-password", "--strict-names", f"--lock-wait-timeout={LOCK_SECONDS}s",
            f"--snapshot={snapshot}",
        )  # fmt: skip
        self._restore = OWNER.tool("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={target}")
        self._source = source

    def __call__(self, option: str, names: list[str]) -> None:
        if not names:
            return
        # As the server quotes a name, quotes stand around what pg_dump would take for a pattern; capitals need them anyway.
        chosen = [f"--table={name}" for name in names]
        with memory_file() as said:
            argv, env = [*self._dump, option, *chosen, self._source], ENVIRONMENT | database_load.environment()
            with (
                subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=said, env=env) as giving,
                subprocess.Popen([*self._restore, option], stdin=giving.stdout, stdout=said, stderr=said, env=env) as taking,
            ):
                assert giving.stdout
                giving.stdout.close()
                try:
                    codes = taking.wait(12 * HOURS), giving.wait(60)
                finally:
                    giving.kill()
                    taking.kill()
            if any(codes):
                said.seek(0)
                failed = CommandFailed(self._restore, f"exited {max(codes)}", said.read(), max(codes))
                raise Refused("logs", f"The tables that stay could not be copied: {failed} Nothing was changed.", failed.output)


def _follow(source: Session, target: Session, table: str, since: str) -> int:
    columns = source.rows(COLUMNS, {"table": table})
    names = ", ".join(name for name, _ in columns)
    key = ", ".join(name for name, is_key in columns if is_key)
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name, is_key in columns if not is_key)
    # What is no value of the statement, but a part of a name, must not be taken for one.
    chosen = {"columns": ", ".join(f"t.{name}" for name, _ in columns).replace("%", "%%"), "table": table.replace("%", "%%")}
    wanted = LATER.format(**chosen) + ("" if key else UNSEEN)
    with tempfile.TemporaryFile(dir=BACKUPS) as rows:
        source.copy_out(wanted, {"since": since}, rows)
        if not rows.tell():
            return 0
        rows.seek(0)
        target.rows(f"CREATE TEMPORARY TABLE carried AS SELECT {names} FROM {table} WITH NO DATA")
        target.copy_in(f"COPY pg_temp.carried ({names}) FROM STDIN", rows, database_load.BLOCK)
    clash = f"ON CONFLICT ({key}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING") if key else ""
    target.rows(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM pg_temp.carried {clash}")
    count: int = target.one("SELECT count(*) FROM pg_temp.carried")
    target.rows("DROP TABLE pg_temp.carried")
    return count

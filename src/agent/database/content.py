"""What is in a database, in a form that two of them can be compared by: rows and checksum of every table, and each definition."""

from typing import Any

from agent.base.refusal import few
from agent.database.session import Session

Content = dict[str, Any]

# The text of a row must not depend on who asks.
SETTINGS = (
    "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET xmlbinary = 'base64'; SET search_path = ''; SET idle_in_transaction_session_timeout = 0; "
    "SET statement_timeout = 0"
)
OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
NAME = "format('%I.%I', n.nspname, c.relname)"
# By kind: SQL that answers name and definition of each object.
DEFINITIONS = {
    "column": (
        f"SELECT {NAME} || '.' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || "
        "coalesce(pg_get_expr(d.adbin, d.adrelid), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        f"WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {OURS}"
    ),
    "index": (
        f"SELECT {NAME}, pg_get_indexdef(c.oid) || ' ' || i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
        f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}"
    ),
    "constraint": (
        f"SELECT {NAME} || '.' || quote_ident(o.conname), pg_get_constraintdef(o.oid) FROM pg_constraint o "
        f"JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE o.contype <> 'n' AND {OURS}"
    ),
    # Not its position: see `positions`.
    "sequence": (
        "SELECT format('%I.%I', schemaname, sequencename), "
        "concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle) FROM pg_sequences WHERE schemaname !~ '^pg_'"
    ),
    # Rows are counted in the partitions that hold them; this is which table they are part of.
    "partition": (
        f"SELECT {NAME}, concat_ws(' ', pg_get_partkeydef(c.oid), i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid)) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid "
        f"WHERE c.relkind IN ('r', 'p') AND (c.relkind = 'p' OR c.relispartition) AND {OURS}"
    ),
    "view": f"SELECT {NAME}, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE c.relkind IN ('v', 'm') AND {OURS}",
    "enum": (
        "SELECT format('%I.%I', n.nspname, t.typname), string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e "
        f"JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {OURS} GROUP BY 1"
    ),
}
TABLES = f"SELECT {NAME} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND {OURS} ORDER BY 1"
# Hashed as they are stored, also in an array; a value of any other type is hashed by its text, which takes more than twice as long.
STORED = (
    "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "uuid", "date", "timestamp",
    "timestamptz", "jsonb", "bytea",
)  # fmt: skip
# The row of a table as one expression, with every name quoted by the server.
ROW = (
    "SELECT string_agg(format(CASE WHEN coalesce(e.typname, t.typname) = ANY (%(stored)s) THEN 't.%%I' ELSE 't.%%I::text' END, a.attname), "
    "', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' "
    "WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped"
)
# By sequence the number that it gave last. No transaction holds it back, so two questions in one snapshot may be answered apart.
POSITIONS = (
    "SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value - increment_by) FROM pg_sequences "
    "WHERE schemaname !~ '^pg_'"
)


def read(asked: Session, tables: list[str] | None = None) -> Content:
    """{tables: {name: {rows, checksum}}, sequences: {name: [at least, at most]}, definitions: {kind: {name: md5}}}.

    The rows are of `tables` only, or of all.
    """
    asked.rows(SETTINGS)
    return {
        "sequences": {name: [at, at] for name, at in positions(asked).items()},
        "tables": {name: read_table(asked, name) for name in asked.column(TABLES) if tables is None or name in tables},
        "definitions": {kind: _definitions(asked, sql) for kind, sql in DEFINITIONS.items()},
    }


def read_table(asked: Session, name: str) -> dict[str, str | int]:
    """The checksum does not depend on the order of rows, which no dump keeps. `name` is as `TABLES` answers it: quoted by the server."""
    row = asked.one(ROW, {"table": name, "stored": list(STORED)}) or ""
    ((rows, checksum),) = asked.rows(f"SELECT count(*), coalesce(sum(hash_record_extended(ROW({row}), 0)), 0)::text FROM ONLY {name} t")
    return {"rows": int(rows), "checksum": checksum}


def positions(asked: Session) -> dict[str, int]:
    """The number that each sequence gave last."""
    return {name: int(at) for name, at in asked.rows(POSITIONS)}


def moved(content: Content, after: dict[str, int]) -> Content:
    """The content with the sequences as they may be in a dump that was taken between its reading and `after`."""
    span = {name: [min(low, after.get(name, low)), max(high, after.get(name, high))] for name, (low, high) in content["sequences"].items()}
    return content | {"sequences": span}


def _definitions(asked: Session, sql: str) -> dict[str, str]:
    return dict(asked.rows(f"SELECT name::text, md5(definition) FROM ({sql}) AS found(name, definition) ORDER BY 1"))


def differences(wanted: Content, found: Content) -> list[str]:
    """Sentences that name what is not the same; empty when the two hold the same."""
    said = []
    tables, others = wanted["tables"], found["tables"]
    said += _names("tables are missing", [name for name in tables if name not in others])
    said += _names("tables were not there", [name for name in others if name not in tables])
    for name in tables.keys() & others.keys():
        want, got = tables[name], others[name]
        if want["rows"] != got["rows"]:
            said.append(f"{name} has {got['rows']} rows where {want['rows']} were backed up")
        elif want["checksum"] != got["checksum"]:
            said.append(f"the rows of {name} are other ones than were backed up")
    sequences = wanted.get("sequences")
    for name, (low, high) in (sequences or {}).items():
        if (at := found["sequences"].get(name, [low])[0]) < low or at > high:
            said.append(f"the sequence {name} is at {at}, not between {low} and {high} as while it was backed up")
    for kind, definitions in wanted["definitions"].items():
        have = found["definitions"].get(kind, {})
        plural = {"index": "indexes"}.get(kind, f"{kind}s")
        said += _names(f"{plural} are missing", [name for name in definitions if name not in have])
        if kind == "sequence" and sequences is None:
            # Backups of versions before 0.2 have here where each stood at the beginning, which the dump does not go by.
            continue
        said += _names(f"{plural} differ", [name for name in definitions if name in have and have[name] != definitions[name]])
    return sorted(said)


def _names(what: str, names: list[str]) -> list[str]:
    if not names:
        return []
    return [f"{len(names)} {what}: {few(sorted(names))}"]


def rows(content: Content) -> int:
    return sum(int(table["rows"]) for table in content["tables"].values())

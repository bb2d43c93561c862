"""What of an old database is LiteLLM's, and so is carried: by names, in a dump's list and in a database.

Everything else stays where it is, and is named: tables of people's own and of other programs, functions and triggers that are not
LiteLLM's, other schemas, extensions, and who may do what.
"""

import re
from typing import TYPE_CHECKING

from agent.database import content as database_content
from agent.database.session import Session, identifier

if TYPE_CHECKING:
    from agent.contract_types import LeftOut as LeftOutEntry

PREFIX = re.compile(r"litellm[_-]", re.IGNORECASE)
MIGRATIONS = "_prisma_migrations"
# Those that LiteLLM makes when it first serves; the migrations of an image make the missing ones (`in_image/migrate.py`).
VIEWS = frozenset((
    "LiteLLM_VerificationTokenView", "MonthlyGlobalSpend", "Last30dKeysBySpend", "Last30dModelsBySpend", "MonthlyGlobalSpendPerKey",
    "MonthlyGlobalSpendPerUserPerKey", "DailyTagSpend", "Last30dTopEndUsersSpend",
))  # fmt: skip
# Kinds of a dump's entries, by what their name is of. What is not here is not carried.
OF_DATABASE = ("ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE")
# An index has only its own name there, and an enum is used by columns.
OF_SCHEMA = ("TYPE", "INDEX", "INDEX ATTACH", "TABLE ATTACH", "TABLE", "SEQUENCE", "SEQUENCE OWNED BY", "SEQUENCE SET", "DEFAULT",
             "CONSTRAINT", "FK CONSTRAINT")  # fmt: skip
# These count only where the name, or that of their table, is LiteLLM's.
OF_LITELLM = ("TABLE DATA", "VIEW", "FUNCTION", "TRIGGER")
KINDS = sorted((*OF_SCHEMA, *OF_LITELLM), key=len, reverse=True)
ENTRY = re.compile(rf"\d+; \d+ \d+ (?P<kind>{'|'.join(KINDS)}) public (?P<name>.+) \S+")
WHOLE = re.compile(rf"\d+; \d+ \d+ ({'|'.join(OF_DATABASE)}) - .*")
STAYS = re.compile(
    r"\d+; \d+ \d+ (?P<kind>SCHEMA|VIEW|MATERIALIZED VIEW|FUNCTION|PROCEDURE|TRIGGER|EXTENSION) \S+ (?P<name>(?!public ).+) \S*"
)
RELATIONS = (
    "SELECT n.nspname::text, c.relname::text, c.relkind::text, greatest(c.reltuples, 0)::bigint FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') "
    f"AND {database_content.OURS} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1, 2"
)
# A sequence that belongs to a column goes where its table goes.
OWNED = (
    "SELECT s.relname::text FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
    "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND (t.relname ~* '^litellm[_-]' OR t.relname = '_prisma_migrations')"
)
SCHEMAS = f"SELECT n.nspname::text FROM pg_namespace n WHERE {database_content.OURS} AND n.nspname <> 'public'"
ROUTINES = (
    "SELECT p.oid::regprocedure::text, p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
TRIGGERS = (
    "SELECT t.tgname::text, c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
)
RULES = "SELECT rulename::text, tablename::text FROM pg_rules WHERE schemaname = 'public' AND rulename <> '_RETURN'"
POLICIES = "SELECT policyname::text, tablename::text FROM pg_policies WHERE schemaname = 'public'"
DROPPED = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "f": "FOREIGN TABLE", "S": "SEQUENCE"}


def is_table(name: str) -> bool:
    """Whether LiteLLM has the table of this name, or a later version may."""
    return PREFIX.match(name) is not None or name == MIGRATIONS


def is_loaded(line: str) -> bool:
    """Whether the entry of a dump's list goes into the scratch database."""
    found = ENTRY.fullmatch(line)
    if found is None:
        return WHOLE.fullmatch(line) is not None
    kind, name = found["kind"], found["name"]
    if kind == "VIEW":
        return name in VIEWS
    # Of a trigger the name of the table comes first.
    return kind in OF_SCHEMA or (is_table(name) if kind != "TRIGGER" else PREFIX.search(name.partition(" ")[2]) is not None)


def left_in(listing: list[str]) -> "list[LeftOutEntry]":
    """What a dump has and is not carried, for people; tables are in what `strip` answers."""
    found = (STAYS.fullmatch(line) for line in listing if not is_loaded(line))
    return [{"name": f"{one['kind'].lower()} {one['name']}", "why": "not LiteLLM's: it stays in the dump"} for one in found if one]


def is_data(line: str) -> bool:
    return " TABLE DATA " in line


class LeftOut:
    """What is in a database and stays there, by kind."""

    def __init__(self, asked: Session) -> None:
        relations = [(schema, name, kind, int(rows)) for schema, name, kind, rows in asked.rows(RELATIONS)]
        owned = set(asked.column(OWNED))
        self.relations = [
            (name, kind, rows)
            for schema, name, kind, rows in relations
            if schema == "public" and not is_table(name) and name not in owned and name not in VIEWS
        ]
        self.schemas: list[str] = asked.column(SCHEMAS)
        self.routines = [str(signature) for signature, name in asked.rows(ROUTINES) if not PREFIX.match(name)]
        self.triggers = [(name, table) for name, table in asked.rows(TRIGGERS) if not PREFIX.match(name)]
        self.rules = [*asked.rows(RULES)]
        self.policies = [*asked.rows(POLICIES)]

    def document(self) -> "list[LeftOutEntry]":
        """For people."""
        own = "not LiteLLM's: it stays in the old database"
        tables: list[LeftOutEntry] = [
            {"name": f"public.{name}", "why": f"{own}, with about {rows} rows"} for name, kind, rows in self.relations if kind in "rp"
        ]
        others: list[LeftOutEntry] = [{"name": f"public.{name}", "why": own} for name, kind, _ in self.relations if kind in "vmf"]
        schemas: list[LeftOutEntry] = [{"name": f"schema {name}", "why": own} for name in self.schemas]
        routines: list[LeftOutEntry] = [{"name": f"function {name}", "why": own} for name in self.routines]
        on_tables: list[LeftOutEntry] = [
            {"name": f"{name} on {table}", "why": own} for name, table in (*self.triggers, *self.rules, *self.policies)
        ]
        return [*tables, *others, *schemas, *routines, *on_tables]

    def excluded(self) -> list[str]:
        """The options by which pg_dump leaves them alone, also where its role may not read them."""
        return [
            *(f"--exclude-schema={identifier(name)}" for name in self.schemas),
            *(f"--exclude-table=public.{identifier(name)}" for name, _, _ in self.relations),
        ]


def strip(asked: Session) -> "list[LeftOutEntry]":
    """Takes out of a scratch database what came along and is not carried, and answers that. Called as the role that owns it all."""
    found = LeftOut(asked)
    for name in found.schemas:
        asked.rows(f"DROP SCHEMA {identifier(name)} CASCADE")
    for name, kind, _ in found.relations:
        asked.rows(f"DROP {DROPPED[kind]} IF EXISTS public.{identifier(name)} CASCADE")
    for signature in found.routines:
        asked.rows(f"DROP ROUTINE IF EXISTS {signature} CASCADE")
    left = LeftOut(asked)
    for what, pairs in (("TRIGGER", left.triggers), ("RULE", left.rules), ("POLICY", left.policies)):
        for name, table in pairs:
            asked.rows(f"DROP {what} IF EXISTS {identifier(name)} ON public.{identifier(table)} CASCADE")
    for table in asked.column("SELECT relname::text FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"):
        asked.rows(f"ALTER TABLE public.{identifier(table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
    return found.document()

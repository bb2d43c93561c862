"""What an old database holds, in the words of those who decide whether to take it over. Only read; no secret is in the answer."""

from typing import TYPE_CHECKING

from agent.base.refusal import Refused
from agent.database import content as database_content, postgres
from agent.database.session import Session, identifier
from agent.gateway import schema
from agent.litellm import image_files
from agent.takeover import carried

if TYPE_CHECKING:
    from agent.contract_types import OldContent, OldNames

KEYS = "LiteLLM_VerificationToken"
LOG = "LiteLLM_SpendLogs"
MOST_NAMED = 20
LONGEST = 80
# A table of more rows is not counted for a plan.
MOST_COUNTED = 2_000_000
# Whom LiteLLM's own interface makes a key for at each login.
NOT_OF_PEOPLE = "team_id IS DISTINCT FROM 'litellm-dashboard'"
UNREADABLE = (
    "SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'S') AND c.relname = ANY (%(names)s) AND NOT "
    "CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'SELECT') ELSE has_table_privilege(c.oid, 'SELECT') END ORDER BY 1"
)


def require_litellm(asked: Session) -> None:
    """Refuses a database of another product, an empty one, and one that the role may not read."""
    names = asked.column("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S')")
    owned = asked.column(carried.OWNED)
    ours = [name for name in names if carried.is_table(name) or name in owned]
    if KEYS not in ours:
        what = f"it has {len(names)} other tables in the schema public" if names else "its schema public is empty"
        raise Refused("not-litellm", f"This is not a database of LiteLLM: it has no table {KEYS}; {what}. Nothing was taken over.")
    refused = asked.column(UNREADABLE, {"names": ours})
    if refused:
        shown = ", ".join(refused[:MOST_NAMED]) + (" …" if len(refused) > MOST_NAMED else "")
        raise Refused(
            "old-database-rights",
            f"The role may not read {len(refused)} of LiteLLM's tables in the old database: {shown}. GRANT SELECT ON ALL TABLES IN SCHEMA "
            "public and on all sequences to it is enough; it needs no other right.",
        )


def distance(asked: Session, image: str) -> schema.Distance:
    """How far the schema is from that of the image. Refuses one that is newer: nothing leads back."""
    wanted = image_files.schema(image) or schema.of_image(image)
    between = schema.distance(schema.read(asked), wanted)
    if between.unknown:
        raise Refused(
            "schema-newer",
            f"The old database is of a newer LiteLLM: it has had {schema.named(between.unknown, 'migration')} that {image} does not know. "
            "Declare the image that the old gateway runs, or a newer one, deploy it, and run again.",
            migrations=between.unknown,
        )
    return between


def read(asked: Session) -> "OldContent":
    """What people know of a gateway: how many keys, teams, … it has, and what they are called."""
    tables = {name: _rows(asked, name) for name in asked.column(database_content.TABLES) if _is_carried(name)}
    there = postgres.columns(asked)
    return {
        "tables": dict(sorted(tables.items())),
        "rows": sum(tables.values()),
        "keys": _named(asked, there, KEYS, "key_alias", where=NOT_OF_PEOPLE),
        "teams": _named(asked, there, "LiteLLM_TeamTable", "team_alias", "team_id"),
        "users": _named(asked, there, "LiteLLM_UserTable", "user_email", "user_id"),
        "budgets": _named(asked, there, "LiteLLM_BudgetTable", "budget_id"),
        "models": _named(asked, there, "LiteLLM_ProxyModelTable", "model_name"),
        "credentials": _named(asked, there, "LiteLLM_CredentialsTable", "credential_name"),
        "spend": _spend(asked, tables),
    }


def _is_carried(name: str) -> bool:
    schema_, _, table = name.partition(".")
    return schema_ == "public" and carried.is_table(table.strip('"').replace('""', '"'))


def _spend(asked: Session, tables: dict[str, int]) -> float | None:
    """Of the log of requests; None where that is long."""
    rows = tables.get(f'public."{LOG}"')
    if rows is None or rows > MOST_COUNTED:
        return None
    return float(asked.one(f'SELECT coalesce(sum({postgres.SPEND}), 0) FROM public."{LOG}"'))


def _rows(asked: Session, name: str) -> int:
    """Of a large table about how many."""
    about = asked.one("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %(name)s::regclass", {"name": name})
    if about > MOST_COUNTED:
        return int(about)
    return int(asked.one(f"SELECT count(*) FROM ONLY {name}"))


def _named(asked: Session, there: set[postgres.Column], table: str, *columns: str, where: str = "true") -> "OldNames":
    """How many there are, and what the first of them are called, by the first of the columns that has something."""
    known = [identifier(name) for name in columns if (table, name) in there]
    if not known:
        return {"count": 0, "names": []}
    name, of = f"coalesce({', '.join(known)})", f"FROM public.{identifier(table)} WHERE {where}"
    names = asked.column(f"SELECT left({name}::text, {LONGEST}) {of} AND {name} IS NOT NULL ORDER BY 1 LIMIT {MOST_NAMED}")
    return {"count": int(asked.one(f"SELECT count(*) {of}")), "names": names}

"""Added to the agent's programs by the test: what a deploy does to a database, without a gateway that serves.

Holds: whatever the image, the database and the tables of people, nothing is gone that was not foreseen.
"""

from typing import Any

from agent.base.refusal import Refused
from agent.database import postgres, swap as database_swap
from agent.database.server import OWNER
from agent.database.session import identifier, session
from agent.gateway import images, migration, schema
from agent.litellm import image_files

NAME = "litellm_probe"
OWN = "CREATE TABLE public.mine (id int, note text); INSERT INTO public.mine SELECT n, md5(n::text) FROM generate_series(1, 100) n;"
EXTRA = "ALTER TABLE public.\"LiteLLM_UserTable\" ADD COLUMN of_mine text DEFAULT 'x';"
ROW = "INSERT INTO public.\"LiteLLM_UserTable\" (user_id, spend) VALUES ('alice', 42);"


def main(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Input: {images}: each is tried on a database that each of them has made. Answers {from, to, outcome, lost, foreseen} of each pair."""
    for image in given["images"]:
        images.make_ready(image)
    try:
        return [_try(before, after) for before in given["images"] for after in given["images"]]
    finally:
        database_swap.drop(NAME)


def _try(before: str, after: str) -> dict[str, Any]:
    database_swap.drop(NAME)
    database_swap.create(NAME)
    url = postgres.owner_url(NAME)
    migration.run_on(before, {}, migration.Place(url))
    with session(OWNER, NAME) as owner:
        owner.rows(OWN + EXTRA + ROW)
        database, had = schema.read(owner), _content(owner)
    wanted = image_files.schema(after)
    assert wanted is not None
    between = schema.distance(database, wanted)
    outcome = "refused"
    if not between.unknown:
        try:
            migration.run_on(after, {}, migration.Place(url))
            outcome = "migrated"
        except Refused as refused:
            outcome = f"{refused.code}: {refused.log[-3:]}"
    with session(OWNER, NAME) as owner:
        has = _content(owner)
    return {
        "from": before, "to": after, "outcome": outcome, "unknown": between.unknown, "foreseen": between.leaving,
        "lost": sorted(name for name, rows in had.items() if has.get(name) != rows),
    }  # fmt: skip


def _content(owner: Any) -> dict[str, int]:
    """Rows of each table, and by `table.column` its values that are not null; without Prisma's own books."""
    tables = owner.column(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'"
    )
    counts = {table: owner.one(f"SELECT count(*) FROM public.{identifier(table)}") for table in tables}
    columns = owner.rows(
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name = ANY (%(tables)s)", {"tables": tables},
    )  # fmt: skip
    return counts | {f"{table}.{column}": counts[table] for table, column in columns}

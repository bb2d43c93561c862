"""The database of a restore, beside the live one: loaded, compared with what was backed up, and completed by what stays."""

from pathlib import Path
from typing import Any

from agent.base.events import step
from agent.base.refusal import Refused
from agent.database import content as database_content, load as database_load, postgres, swap as database_swap
from agent.database.server import OWNER
from agent.gateway import migration
from agent.restore import kept_tables, plan as restore_plan

Document = dict[str, Any]


def build(about: Document, scope: str, name: str, dumped: Path, migrate: str | None) -> Document | None:
    """Makes the database `name` of a dump and of what its manifest says of it; the live one is only read.

    `migrate` is the image that brings it to the live schema where it is older. Answers what `kept_tables.follow` needs after the
    exchange, null where nothing stays. Refuses when what was loaded is not what was backed up.
    """
    with step("database") as this:
        postgres.ensure()
        database_swap.drop(name)
        database_swap.create(name)
        loaded = restore_plan.loaded(about, restore_plan.stays(scope))
        database_load.load(OWNER, name, dumped, without=about["tables"].keys() - set(loaded))
        this.detail = name
    with step("check") as this:
        _check(about, name, loaded)
        rows = sum(about["tables"][one]["rows"] for one in loaded)
        this.detail = f"{rows} rows in {len(loaded)} tables, every checksum equal"
    if migrate is not None:
        with step("migrations") as this:
            migration.run_on(migrate, {"storeModelInDb": False}, migration.Place(postgres.owner_url(name)))
            this.detail = f"the backup is of an older version; its copy has the schema of {migrate} now"
    if scope != "configuration":
        return None
    # After the migrations: these tables are as the live version has them.
    with step("logs") as this:
        kept = kept_tables.copy(database_swap.LIVE, name)
        this.detail = f"{len(kept['tables'])} tables of the live database taken along as they are"
    return kept


def _check(about: Document, name: str, loaded: list[str]) -> None:
    read = database_load.read_back(OWNER, name, loaded)
    wanted = about | {"tables": {one: about["tables"][one] for one in loaded}}
    wrong = database_content.differences(wanted, read)
    if wrong:
        raise Refused("content", "The restored data differs from the backup: " + "; ".join(wrong[:10]))

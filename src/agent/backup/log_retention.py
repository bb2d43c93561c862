"""What LiteLLM is declared to remove of its own logs, and whether that explains a backup that is smaller than the ones before."""

from typing import Any

from agent.base.refusal import Refused
from agent.database import tables as database_tables
from agent.litellm import configuration, tables as litellm_tables

SETTINGS = ("maximum_spend_logs_retention_period", "maximum_spend_logs_size")
# By which part of its rows a backup may be smaller than is usual.
SHRUNKEN = 0.5

Document = dict[str, Any]


def declared(config: str) -> str | None:
    """The settings of a config.yaml that remove logs, as `name: value`; None when none does."""
    if not any(name in config for name in SETTINGS):
        return None
    document = configuration.load(config)
    general = document.get("general_settings") if isinstance(document, dict) else None
    found = [f"{name}: {general[name]}" for name in SETTINGS if general.get(name)] if isinstance(general, dict) else []
    return ", ".join(found) or None


def require_whole(about: Document, usual: Document) -> str | None:
    """Refuses a backup in which more than half of the rows of `usual` are missing; both are manifests.

    Rows of logs alone may be missing, when the backup's own configuration removes them: then that is said.
    """
    database, before = about["database"], usual["database"]
    rows, had = _rows(database), _rows(before)
    total, usually = sum(rows.values()), sum(had.values())
    if total >= usually * SHRUNKEN:
        return None
    kept, kept_before = (sum(count for name, count in one.items() if name not in litellm_tables.EXPIRING) for one in (rows, had))
    if about.get("logRetention") and kept >= kept_before * SHRUNKEN:
        return f"{usually - total} rows fewer than is usual, all of them in logs: {about['logRetention']}"
    raise Refused("shrunken", f"The backup has {total} rows; the previous ones had {usually}. {_most(rows, had)}")


def _rows(database: Document) -> dict[str, int]:
    return database_tables.by_table(database["tables"], database.get("roots", {}))


def _most(rows: dict[str, int], had: dict[str, int]) -> str:
    name = max(had, key=lambda one: had[one] - rows.get(one, 0))
    return f"{name} has {rows.get(name, 0)} of {had[name]}."

"""Which images' migrations this database has had, and which backup was taken before each run of them."""

from typing import TYPE_CHECKING, Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import MIGRATED

if TYPE_CHECKING:
    from agent.contract_types import UpgradeBackupAnswer

KEPT = 20

Document = dict[str, Any]


def images() -> list[str]:
    """Those whose migrations were run, the newest last."""
    known: list[str] = _read().get("images", [])
    return known


def runs() -> list[Document]:
    """[{image, time, migrations: [name], backup: {snapshot, name, time}}], the newest last; those on an empty database are left out."""
    known: list[Document] = _read().get("runs", [])
    return known


def note(image: str, migrations: list[str], backup: "UpgradeBackupAnswer") -> None:
    """Called before the migrations are run: one that dies halfway has changed something already."""
    run = {"image": image, "time": now().isoformat(), "migrations": migrations, "backup": backup}
    durable.write_json(MIGRATED, _read() | {"runs": [*runs(), run][-KEPT:]})


def done(image: str) -> None:
    durable.write_json(MIGRATED, _read() | {"images": [*(one for one in images() if one != image), image][-KEPT:]})


def backup_before(migrations: list[str]) -> "UpgradeBackupAnswer | None":
    """The backup that was taken before the first of these was run: {snapshot, name, time}; with no snapshot it is a file."""
    first = min(migrations, key=str.encode)
    # After a restore the same one may have been run again.
    return next((run["backup"] for run in reversed(runs()) if first in run["migrations"]), None)


def backup_for(image: str) -> "UpgradeBackupAnswer | None":
    """The backup that was taken before the image's migrations were last run."""
    return next((run["backup"] for run in reversed(runs()) if run["image"] == image), None)


def backups() -> set[str]:
    """The snapshots that a way back leads over."""
    return {run["backup"]["snapshot"] for run in runs()} - {None}


def _read() -> Document:
    return durable.read_json(MIGRATED) or {}

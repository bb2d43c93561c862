"""Lists the backups that there are."""

from typing import TYPE_CHECKING

from agent.backup import backup, restic, settings as backup_settings
from agent.base import durable

if TYPE_CHECKING:
    from agent.contract_types import BackupsAnswer, BackupsQuestion, ListedBackup


def work(given: "BackupsQuestion") -> "BackupsAnswer":
    """Answers {backups: [{id, time, kind}], copy: the same or null, proven, keepDays}; the newest last."""
    del given
    settings = backup_settings.read()
    copy = restic.copy(settings)
    return {
        "backups": _list(restic.local(settings)),
        "copy": None if copy is None else _list(copy),
        "proven": durable.read_json(backup.PROVEN),
        "keepDays": settings.keep_days,
    }


def _list(repository: restic.Repository) -> "list[ListedBackup]":
    return [{"id": one.original[:8], "time": one.time.isoformat(), "kind": one.kind} for one in repository.snapshots()]

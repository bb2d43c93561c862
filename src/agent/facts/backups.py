"""How old the newest backup and its last proof are, here and off-site."""

from typing import Any

from agent.backup import backup, restic, settings as backup_settings
from agent.base import durable
from agent.base.refusal import Refused

Document = dict[str, Any]


def gather() -> Document:
    """{oldestHours, repository, copy, proven}: a place is {count, newest, problem}, `copy` null when none is declared."""
    settings = backup_settings.read()
    copy = restic.copy(settings)
    return {
        "oldestHours": settings.oldest_hours,
        "repository": _place(restic.local(settings)),
        "copy": None if copy is None else _place(copy),
        "proven": durable.read_json(backup.PROVEN),
    }


def _place(repository: restic.Repository) -> Document:
    about: Document = {"location": repository.location, "count": 0, "newest": None, "problem": None}
    try:
        # Without a lock: a program that only looks writes nothing into it.
        # One of another gateway's database is none of this one's.
        found = [one for one in repository.snapshots("--no-lock") if one.kind != "adopted"]
    except Refused as refused:
        # There is none before the first backup, which has a finding of its own.
        return about if refused.code == "repository-missing" else about | {"problem": refused.message}
    return about | {"count": len(found), "newest": found[-1].time.isoformat() if found else None}

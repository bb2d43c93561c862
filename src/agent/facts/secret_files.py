"""Files that hold secrets and that others than their owner could read; and what was left lying in clear."""

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.backup import backup
from agent.base import durable, keys
from agent.base.paths import (
    BACKUP_ENV,
    BACKUP_SETTINGS,
    BACKUP_SSH_KEY,
    BACKUPS,
    CERTIFICATE_VALUES,
    REDIS_SECRET_CONF,
    REGISTRY_ENV,
    RELEASES,
    ROTATION,
    STATE,
)
from agent.base.process import run
from agent.gateway import own_certificate
from agent.redis import server as redis_server

FOLDERS = (STATE, BACKUPS)


def gather() -> dict[str, Any]:
    """{wide: [{path, mode, owner, wantedMode, wantedOwner}], leftovers}: only what is wrong."""
    return {"wide": [wrong for path, owner in secrets() if (wrong := judged(path, owner))], "leftovers": _leftovers()}


def secrets() -> Iterator[tuple[Path, str]]:
    """Everything that only its owner may read."""
    given = (BACKUP_ENV, REGISTRY_ENV, CERTIFICATE_VALUES)
    for path in (*keys.MAKERS, *given, BACKUP_SSH_KEY, *FOLDERS, *sorted(RELEASES.glob("*/env"))):
        yield path, "root:root"
    if ROTATION.exists():
        for path in (ROTATION, *sorted(ROTATION.rglob("*"))):
            yield path, "root:root"
    yield REDIS_SECRET_CONF, redis_server.OWNER
    yield own_certificate.BUNDLE, own_certificate.OWNER
    repository = str((durable.read_json(BACKUP_SETTINGS) or {}).get("repository") or "")
    if repository.startswith("/"):
        yield Path(repository), "root:root"


def judged(path: Path, wanted: str) -> dict[str, Any] | None:
    """What is wrong with the file, None when nothing is or it is not there: what is missing is reported elsewhere."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return None
    owner = f"{_name(pwd.getpwuid, status.st_uid)}:{_name(grp.getgrgid, status.st_gid)}"
    mode = stat.S_IMODE(status.st_mode)
    # A service reads what is root's by its group, in which nobody else is.
    shared = not wanted.endswith(":root") and wanted.startswith("root:")
    if mode & (0o037 if shared else 0o077) == 0 and owner == wanted:
        return None
    closed = "0700" if stat.S_ISDIR(status.st_mode) else "0640" if shared else "0600"
    return {"path": str(path), "mode": f"{mode:04o}", "owner": owner, "wantedMode": closed, "wantedOwner": wanted}


def _name(lookup: Any, number: int) -> str:
    try:
        return str(lookup(number)[0])
    except KeyError:
        return str(number)


def _leftovers() -> list[str]:
    """What a backup writes in clear on its way into the repository, while none is in progress."""
    if not backup.STAGING.exists():
        return []
    busy = run("systemctl", "list-units", "--plain", "--no-legend", "--state=activating,active", "litellm-*backup.service", check=False)
    return [] if busy.strip() else [str(backup.STAGING)]

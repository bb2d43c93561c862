"""How full the file systems are that the gateway writes to."""

import os
from pathlib import Path
from typing import Any

from agent import contract
from agent.base import durable
from agent.base.paths import BACKUP_SETTINGS

PLACES = (
    "/", contract.ETC, "/var/lib/litellm-gitops", "/var/lib/postgresql", "/var/lib/redis", "/var/lib/containers", "/var/log",
    "/tmp",  # noqa: S108 - looked at, not written to
)  # fmt: skip


def gather() -> list[dict[str, Any]]:
    """One entry for each file system: {path, sizeBytes, freeBytes, files, freeFiles, readOnly, holds}; `holds` are our places on it."""
    repository = str((durable.read_json(BACKUP_SETTINGS) or {}).get("repository") or "")
    found: dict[str, dict[str, Any]] = {}
    for place in (*PLACES, *([repository] if repository.startswith("/") else [])):
        if not os.path.exists(place):
            continue
        mount = _mount_of(Path(place))
        disk = os.statvfs(mount)
        entry = found.setdefault(
            str(mount),
            {
                "path": str(mount),
                "sizeBytes": disk.f_blocks * disk.f_frsize,
                "freeBytes": disk.f_bavail * disk.f_frsize,
                "files": disk.f_files,
                "freeFiles": disk.f_favail,
                "readOnly": bool(disk.f_flag & os.ST_RDONLY),
                "holds": [],
            },
        )
        entry["holds"].append(place)
    return list(found.values())


def _mount_of(path: Path) -> Path:
    above = path.resolve()
    while not os.path.ismount(above):
        above = above.parent
    return above

"""The files that this product places on the host, compared by hash, mode and owner, and replaced as a whole."""

import grp
import hashlib
import os
import pwd
import stat
from pathlib import Path
from typing import Any

from agent import durable

# PostgreSQL's configuration lies under its major version, which the distribution decides: `*` stands for the newest there.
WILDCARD = "*"


def resolve(pattern: str) -> Path | None:
    """The path that `pattern` means on this host, or None while the folder with the wildcard does not exist."""
    if WILDCARD not in pattern:
        return Path(pattern)
    before, _, after = pattern.partition(WILDCARD)
    above = Path(before)
    versions = [entry.name for entry in above.iterdir() if entry.name.isdigit()] if above.is_dir() else []
    return Path(f"{before}{max(versions, key=int)}{after}") if versions else None


def differing(wanted: dict[str, dict[str, Any]]) -> list[str]:
    """Paths whose content hash, mode ("0644") or owner ("user:group") is not as wanted. Shape: {path: {sha256, mode, owner}}."""
    return sorted(path for path, want in wanted.items() if not _same(path, want))


def _same(pattern: str, want: dict[str, Any]) -> bool:
    path = resolve(pattern)
    if path is None:
        return False
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) != int(want["mode"], 8):
            return False
        if (status.st_uid, status.st_gid) != owner_of(want["owner"]):
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == want["sha256"]
    except FileNotFoundError:
        return False


def place(wanted: dict[str, dict[str, Any]]) -> None:
    """Writes the files. Shape: {path: {content, mode, owner}}."""
    for pattern, want in wanted.items():
        path = resolve(pattern)
        if path is None:
            raise FileNotFoundError(f"no folder matches {pattern}")
        owner = owner_of(want["owner"])
        if owner is None:
            raise LookupError(f"{path} is to belong to {want['owner']}, which does not exist here")
        durable.folder(path.parent, 0o755)
        durable.write(path, want["content"].encode(), int(want["mode"], 8), owner)


def owner_of(text: str) -> tuple[int, int] | None:
    """Numeric user and group of "user:group"; None while one of them does not exist."""
    user, _, group = text.partition(":")
    try:
        return pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid
    except KeyError:
        return None

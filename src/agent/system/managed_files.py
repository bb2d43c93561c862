"""The files that this product places on the host, compared by hash, mode and owner, and replaced as a whole.

All of them belong to root and lie in folders of root: the services that they configure read them by their group. The packages of
PostgreSQL and Redis give these folders to the services; a service that was broken into could have root write elsewhere then.
"""

import grp
import hashlib
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from agent.base import durable, nofollow
from agent.base.refusal import Refused
from agent.system import clusters

if TYPE_CHECKING:
    from agent.contract_types import FileHash, ManagedFile

# PostgreSQL's configuration lies under its major version, which the distribution decides: `*` is that of the gateway's cluster.
WILDCARD = "*"


def resolve(pattern: str) -> Path | None:
    """The path that `pattern` means on this host, or None while the folder with the wildcard does not exist."""
    if WILDCARD not in pattern:
        return Path(pattern)
    before, _, after = pattern.partition(WILDCARD)
    major = clusters.ours(Path(before))
    return None if major is None else Path(f"{before}{major}{after}")


def differing(wanted: "Mapping[str, FileHash]") -> list[str]:
    """Paths whose content hash, mode ("0644") or owner ("user:group") is not as wanted. Shape: {path: {sha256, mode, owner}}."""
    return sorted(path for path, want in wanted.items() if not _same(path, want))


def _same(pattern: str, want: "FileHash") -> bool:
    return _is(pattern, want) and nofollow.is_safe(Path(str(resolve(pattern))).parent)


def _is(pattern: str, want: "FileHash") -> bool:
    """Whether the file is as wanted, wherever its folder belongs."""
    path = resolve(pattern)
    if path is None:
        return False
    try:
        with nofollow.reading(path) as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) != int(want["mode"], 8) or (status.st_uid, status.st_gid) != owner_of(want["owner"]):
                return False
            found = hashlib.file_digest(file, "sha256").hexdigest()
        return found == str(want["sha256"])
    except (FileNotFoundError, NotADirectoryError, Refused):
        return False


def with_other_content(wanted: "Mapping[str, FileHash]") -> list[str]:
    """Of the files, those that a service must read again: what is merely another owner or mode it does not see."""
    return [pattern for pattern, want in wanted.items() if _hash(pattern) != want["sha256"]]


def _hash(pattern: str) -> str | None:
    path = resolve(pattern)
    try:
        if path is None:
            return None
        with nofollow.reading(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, Refused):
        return None


def place(wanted: "Mapping[str, ManagedFile]") -> None:
    """Writes the files, after their folders became root's where they were not. Shape: {path: {content, mode, owner}}."""
    for pattern, want in wanted.items():
        path = resolve(pattern)
        if path is None:
            raise FileNotFoundError(f"no folder matches {pattern}")
        owner = owner_of(want["owner"])
        if owner is None:
            raise LookupError(f"{path} should belong to {want['owner']}, which does not exist here")
        with nofollow.folder(path.parent, make=0o755, claim=True) as at:
            durable.write_at(at, path, want["content"].encode(), int(want["mode"], 8), owner)


def owner_of(text: str) -> tuple[int, int] | None:
    """Numeric user and group of "user:group"; None while one of them does not exist."""
    user, _, group = text.partition(":")
    try:
        return pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid
    except KeyError:
        return None

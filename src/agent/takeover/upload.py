"""What an adoption is given besides its question: keys and a URL, which are written down nowhere else, and the files of a dump."""

import errno
import json
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from agent.base import durable, room
from agent.base.events import step
from agent.base.paths import BACKUPS
from agent.base.refusal import Refused, disk_full
from agent.takeover import dump_file, old_server

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = BACKUPS / "adopt"
SECRETS = PLACE / "secrets.json"
AUTHORITY = PLACE / "authority.pem"
FILES = PLACE / "source"
SECRET = ("url", "authority", "salt", "master", "before")
BLOCK = 1024**2
MOST_BLOCK = 16 * BLOCK
SINGLE = "dump"

Document = dict[str, Any]


def keep_secrets(given: "Mapping[str, Any]") -> Document:
    """Puts them where only this run's unit reads them; answers the rest, which may be written down."""
    durable.folder(BACKUPS, 0o700)
    durable.folder(PLACE, 0o700)
    durable.write(SECRETS, json.dumps({name: given[name] for name in SECRET if given.get(name)}).encode())
    return {name: value for name, value in given.items() if name not in SECRET}


def secrets() -> dict[str, str]:
    found: dict[str, str] = durable.read_json(SECRETS) or {}
    return found


def server(secrets: dict[str, str]) -> old_server.OldServer:
    """The one that the URL names; its authority becomes a file, as libpq wants it."""
    authority = None
    if secrets.get("authority"):
        durable.write(AUTHORITY, secrets["authority"].encode())
        authority = AUTHORITY
    return old_server.read(secrets.get("url", ""), authority)


def source() -> Path:
    """The dump that was brought: a file, or a folder."""
    single = FILES / SINGLE
    return single if single.exists() else FILES


def receive(source: "Mapping[str, Any]", stream: IO[bytes] | None = None) -> None:
    """Takes the files from standard input, one after the other, each as long as was said; or one dump in blocks. Refuses what is cut."""
    if source["kind"] == "stream":
        room.require({BACKUPS: int(source["bytes"])}, "To receive the dump")
        durable.folder(FILES, 0o700)
        with step("receive") as this:
            this.detail = f"{_receive_blocks(FILES / SINGLE, stream or sys.stdin.buffer)} bytes"
        return
    if source["kind"] != "files":
        return
    files = source["files"]
    if len(files) > 1 and not any(one["name"] == dump_file.TABLE_OF_CONTENTS for one in files):
        raise Refused("dump-file", f"The folder has no {dump_file.TABLE_OF_CONTENTS}: it is no dump of pg_dump --format=directory.")
    room.require({BACKUPS: sum(int(one["bytes"]) for one in files)}, "To receive the dump")
    durable.folder(FILES, 0o700)
    with step("receive") as this:
        for one in files:
            _receive(FILES / _name(one["name"], len(files)), int(one["bytes"]), stream or sys.stdin.buffer)
        this.detail = f"{sum(int(one['bytes']) for one in files)} bytes"


def _name(name: str, count: int) -> str:
    """A file on its own gets a name of ours; of a folder only what pg_dump writes is taken."""
    if count == 1 and name != dump_file.TABLE_OF_CONTENTS:
        return SINGLE
    if not dump_file.OF_DIRECTORY.fullmatch(name):
        raise Refused("dump-file", f"The folder holds {name[:80]!r}, which pg_dump --format=directory does not write. Nothing was read.")
    return name


def _receive_blocks(path: Path, stream: IO[bytes]) -> int:
    """A dump whose length nobody knows before: blocks, each after its length in 4 bytes, and an empty one when pg_dump ended well."""
    total = 0
    try:
        with os.fdopen(_create(path), "wb") as file:
            while size := int.from_bytes(_whole(stream, 4, total)):
                file.write(_whole(stream, size, total))
                total += size
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(path) from None
        raise
    return total


def _whole(stream: IO[bytes], size: int, before: int) -> bytes:
    block = stream.read(size) if size <= MOST_BLOCK else b""
    if len(block) < size:
        raise Refused("dump-file", f"The dump ended early, after {before} bytes: the connection ended, or pg_dump failed. Run again.")
    return block


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _receive(path: Path, size: int, stream: IO[bytes]) -> None:
    left = size
    with os.fdopen(_create(path), "wb") as file:
        while left > 0 and (block := stream.read(min(BLOCK, left))):
            file.write(block)
            left -= len(block)
    if left > 0:
        raise Refused("dump-file", f"Only {size - left} of {size} bytes of the dump arrived: the connection ended. Run again.")

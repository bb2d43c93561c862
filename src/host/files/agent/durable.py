"""Files that survive a power cut: written beside, flushed, then renamed over."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.output import Refused, note


def write(
    path: Path,
    content: bytes,
    mode: int = 0o600,
    owner: tuple[int, int] | None = None,
) -> None:
    """Replaces `path` as a whole; it never exists half written, nor for a moment with a wider mode or another owner."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_directory(path.parent)


def write_json(path: Path, document: Any) -> None:
    write(path, (json.dumps(document, indent=1) + "\n").encode())


def read_json(path: Path) -> Any:
    """The document in `path`, or None when there is none."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def append_line(path: Path, line: str) -> None:
    """Adds one line in a single write and flushes it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, (line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link(path: Path, target: str) -> None:
    """Makes `path` a symbolic link to `target`, in place of what it was, without a moment in which it is missing."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    os.symlink(target, beside)
    os.replace(beside, path)
    flush_directory(path.parent)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    flush_directory(path.parent)


def folder(path: Path, mode: int) -> None:
    """Makes sure that the folder exists; the ones made on the way get `mode` as well, whatever the umask says."""
    if not path.is_dir():
        if not path.parent.is_dir():
            folder(path.parent, 0o755)
        path.mkdir(exist_ok=True)
        path.chmod(mode)


def flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path, seconds: float = 30) -> Iterator[None]:
    """Holds an exclusive lock on `path`; the kernel frees it when this process ends, however it ends."""
    folder(path.parent, 0o755)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        begun = time.monotonic()
        told = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - begun
                if waited > 5 and not told:
                    note("wait", "What an earlier run began on this host is still going on; waiting for it.")
                    told = True
                if waited >= seconds:
                    raise Refused(
                        "busy",
                        "Another program of litellm-gitops is changing this host right now. Run again when it has ended.",
                    ) from None
                time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)

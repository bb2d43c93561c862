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

from agent.base import nofollow
from agent.base.events import note
from agent.base.refusal import Refused


def write(
    path: Path,
    content: bytes,
    mode: int = 0o600,
    owner: tuple[int, int] | None = None,
) -> None:
    """Replaces `path` as a whole; it never exists half written, nor for a moment with a wider mode or another owner.

    Refuses with the code `path` where somebody else than root could move the folder away, as all of this module does.
    """
    with nofollow.folder(path.parent) as at:
        write_at(at, path, content, mode, owner)


def write_at(at: int, path: Path, content: bytes, mode: int, owner: tuple[int, int] | None) -> None:
    """As `write`, into the folder that is open as `at`."""
    beside = _beside(path)
    with _named(path):
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=at)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if owner is not None:
                    os.fchown(file.fileno(), *owner)
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            os.replace(beside, path.name, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=at)
            raise
        os.fsync(at)


def _beside(path: Path) -> str:
    return f".{path.name}.{secrets.token_hex(4)}"


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error names the whole path, though the work is done by a descriptor of its folder."""
    try:
        yield
    except OSError as failure:
        failure.filename = str(path)
        failure.filename2 = None
        raise


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
    with nofollow.folder(path.parent) as at, _named(path):
        descriptor = os.open(path.name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=at)
    try:
        os.write(descriptor, (line + "\n").encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link(path: Path, target: str) -> None:
    """Makes `path` a symbolic link to `target`, instead of what it was, without a moment in which it is missing."""
    beside = _beside(path)
    with nofollow.folder(path.parent) as at, _named(path):
        os.symlink(target, beside, dir_fd=at)
        os.replace(beside, path.name, src_dir_fd=at, dst_dir_fd=at)
        os.fsync(at)


def remove(path: Path) -> None:
    with nofollow.folder(path.parent) as at, _named(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path.name, dir_fd=at)
        os.fsync(at)


def folder(path: Path, mode: int) -> None:
    """Makes sure that the folder exists; the ones made on the way get 0755, the last one `mode`, whatever the umask says."""
    with nofollow.folder(path, make=mode):
        pass


def flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path, seconds: float = 30) -> Iterator[None]:
    """Holds an exclusive lock on `path`; the kernel frees it when this process ends, however it ends."""
    with nofollow.folder(path.parent, make=0o755) as at, _named(path):
        descriptor = os.open(path.name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=at)
    try:
        begun = time.monotonic()
        noted = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - begun
                if waited > 5 and not noted:
                    note("wait", "Work that an earlier run started on this host is still running; waiting for it.")
                    noted = True
                if waited >= seconds:
                    raise Refused(
                        "busy",
                        "Another run of litellm-gitops is changing this host right now. Run again when it has finished.",
                    ) from None
                time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)

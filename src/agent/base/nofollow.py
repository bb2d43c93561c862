"""Folders and files opened so that nobody but root decides where they lie.

Holds: a folder is root's when it belongs to root and nobody else may write to it; then every name in it, links too, was made by
root. In a folder of another account, that account can put a link or something else in the place of any name, at any moment, also
between two calls of ours. So paths are walked from `/` on, folder by folder, by descriptors; a link is followed only where root
made it; and what lies in a folder of another account is only looked at by `foreign`, which follows none.
"""

import contextlib
import errno
import grp
import io
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from agent.base.refusal import Refused

# In tests that need no root the account that runs them is all there is.
TRUSTED = frozenset((0, os.geteuid()))
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
MOST_LINKS = 40
MOST_ROUNDS = 10_000
# What another account may be given by its package, and deploy takes back: the folders that configuration of ours lies in.
CLAIMED = Path("/etc")


@contextlib.contextmanager
def folder(path: Path, make: int | None = None, claim: bool = False) -> Iterator[int]:
    """A descriptor of the folder, which is root's, as are all above it; refuses with the code `path` where they are not.

    With `make` what is missing is made, the folder itself with that mode. With `claim` folders below /etc that belong to another
    account become root's; they keep their group.
    """
    descriptor = _walk(path, make, claim, False)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def foreign(path: Path) -> Iterator[int]:
    """A descriptor of a folder that may belong to anybody, reached without a link that somebody else than root made."""
    descriptor = _walk(path, None, False, True)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_safe(path: Path) -> bool:
    """Whether the folder and all above it are root's. One that is missing is none."""
    try:
        with folder(path):
            return True
    except (Refused, FileNotFoundError):
        return False


def regular(name: str, at: int, where: Path) -> int:
    """A descriptor to read the regular file `name` of the folder; anything else is refused, and a pipe does not hold us up."""
    try:
        descriptor = os.open(name, OPEN_FILE, dir_fd=at)
    except OSError as failure:
        failure.filename = str(where / name)
        if failure.errno in (errno.ELOOP, errno.ENXIO):
            raise _refused(where / name, "is not a regular file") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(where / name, "is not a regular file")
    return descriptor


@contextlib.contextmanager
def reading(path: Path) -> Iterator[io.BufferedReader]:
    """The regular file, open to be read; its folder may belong to anybody."""
    with foreign(path.parent) as at, open(regular(path.name, at, path.parent), "rb") as file:
        yield file


def copy_file(source: Path, target: Path) -> None:
    """Copies a regular file out of a folder of anybody; `target` is new and lies in a folder of ours."""
    with foreign(source.parent) as at:
        _copy_regular(source.name, at, source.parent, target)


def copy_tree(source: Path, target: Path) -> None:
    """Copies a folder of anybody with its modes and times, links as links; what is neither file, folder nor link stays behind."""
    with foreign(source) as at:
        _copy_folder(at, source, target)


def remove_tree(path: Path) -> None:
    """Removes what is there, a folder with all below it, no matter who owns it, works in it now or swaps names in it.

    The folder above may be another account's: only the one name in it is at stake.
    """
    try:
        with foreign(path.parent) as above:
            _remove(path.name, above)
    except FileNotFoundError:
        pass


def _walk(path: Path, make: int | None, claim: bool, anybody: bool) -> int:
    if not path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{path} is not an absolute path")
    links = 0
    while True:
        at, where, rest = os.open("/", OPEN_FOLDER), Path("/"), list(path.parts[1:])
        try:
            ours = _accept(at, where, True, claim, anybody)
            while rest:
                below = _below(at, where, rest, make)
                if isinstance(below, Path):
                    links += 1
                    if not ours or links > MOST_LINKS:
                        raise _refused(where / rest[0], "is a link that somebody else than root could have made")
                    path = below
                    break
                os.close(at)
                at, where = below, where / rest.pop(0)
                ours = _accept(at, where, ours, claim, anybody)
            else:
                found, at = at, -1
                return found
        finally:
            if at != -1:
                os.close(at)


def _below(at: int, where: Path, rest: list[str], make: int | None) -> int | Path:
    """The next folder, or where the link in its place leads to."""
    name = rest[0]
    try:
        return os.open(name, OPEN_FOLDER, dir_fd=at)
    except FileNotFoundError:
        if make is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(where / name)) from None
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=at)
        made = os.open(name, OPEN_FOLDER, dir_fd=at)
        # Whatever the umask says.
        os.fchmod(made, make if len(rest) == 1 else 0o755)
        return made
    except OSError as failure:
        about = os.lstat(name, dir_fd=at)
        if not stat.S_ISLNK(about.st_mode):
            failure.filename = str(where / name)
            raise
        if about.st_uid not in TRUSTED:
            raise _refused(where / name, f"is a link that the user {about.st_uid} made") from None
        return Path(os.path.normpath(where / os.readlink(name, dir_fd=at) / "/".join(rest[1:])))


def _accept(at: int, where: Path, above: bool, claim: bool, anybody: bool) -> bool:
    """Whether the folder and all above it are root's; refuses where it must be and is not."""
    about = os.fstat(at)
    if above and _is_ours(about):
        return True
    if claim and above and where.is_relative_to(CLAIMED) and where != CLAIMED:
        # Owner first: from then on nobody else may change the mode.
        os.fchown(at, 0, -1)
        os.fchmod(at, stat.S_IMODE(about.st_mode) & ~0o022)
        return True
    if not anybody:
        mode = stat.S_IMODE(about.st_mode)
        raise _refused(where, f"belongs to the user {about.st_uid} and has the mode {mode:04o}, so others than root may change it")
    return False


def _is_ours(about: os.stat_result) -> bool:
    if about.st_uid not in TRUSTED:
        return False
    # In a sticky folder, such as /tmp, nobody may move what is somebody else's; what belongs to whom is looked at one step below.
    writers = 0 if about.st_mode & stat.S_ISVTX else about.st_mode & 0o022
    return not writers & 0o002 and (not writers or about.st_gid in _groups_of_root())


def _groups_of_root() -> tuple[int, ...]:
    """Root's own, and `staff`, which Debian lets write to /usr/local of a machine that is old enough: who is in it is root anyway."""
    try:
        return (0, grp.getgrnam("staff").gr_gid)
    except KeyError:
        return (0,)


def _refused(path: Path, what: str) -> Refused:
    return Refused(
        "path",
        f"{path} {what}: that account could make root write to, or read from, a place of its choice, so nothing was done there. "
        "Give the folder to root (chown root, chmod go-w), or use another one.",
    )


def _copy_folder(at: int, where: Path, target: Path) -> None:
    about = os.fstat(at)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in sorted(os.listdir(at)):
        kind = os.lstat(name, dir_fd=at).st_mode
        if stat.S_ISDIR(kind):
            below = _enter(name, at, where)
            try:
                _copy_folder(below, where / name, target / name)
            finally:
                os.close(below)
        elif stat.S_ISLNK(kind):
            os.symlink(os.readlink(name, dir_fd=at), target / name)
        elif stat.S_ISREG(kind):
            _copy_regular(name, at, where, target / name)
    _like(target, about)


def _enter(name: str, at: int, where: Path) -> int:
    try:
        return os.open(name, OPEN_FOLDER, dir_fd=at)
    except NotADirectoryError:
        raise _refused(where / name, "is no folder any more") from None


def _copy_regular(name: str, at: int, where: Path, target: Path) -> None:
    with open(regular(name, at, where), "rb") as source, open(target, "xb") as copy:
        while chunk := source.read(1024 * 1024):
            copy.write(chunk)
        about = os.fstat(source.fileno())
    _like(target, about)


def _like(target: Path, about: os.stat_result) -> None:
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))
    target.chmod(stat.S_IMODE(about.st_mode) & 0o777)


def _remove(name: str, above: int) -> None:
    if not _unlink(name, above):
        return
    at = os.open(name, OPEN_FOLDER, dir_fd=above)
    try:
        if os.geteuid() == 0:
            # Nobody comes in by its path from now on.
            os.fchown(at, 0, 0)
            os.fchmod(at, 0o700)
        # Folders are moved up and emptied here, so that however deep they lie a few descriptors are enough. Anyone who works in one
        # of them still may fill it again, but not for ever.
        for _ in range(MOST_ROUNDS):
            names = os.listdir(at)
            for each in names:
                if _unlink(each, at):
                    _hoist(each, at)
            if not names:
                break
    finally:
        os.close(at)
    os.rmdir(name, dir_fd=above)


def _hoist(name: str, at: int) -> None:
    below = os.open(name, OPEN_FOLDER, dir_fd=at)
    try:
        for each in os.listdir(below):
            if _unlink(each, below):
                os.rename(each, secrets.token_hex(8), src_dir_fd=below, dst_dir_fd=at)
    finally:
        os.close(below)
    try:
        os.rmdir(name, dir_fd=at)
    except OSError as failure:
        if failure.errno != errno.ENOTEMPTY:
            raise


def _unlink(name: str, at: int) -> bool:
    """Removes the name; true when it is a folder, which that does not do."""
    try:
        if stat.S_ISDIR(os.lstat(name, dir_fd=at).st_mode):
            return True
        os.unlink(name, dir_fd=at)
    except FileNotFoundError:
        pass
    return False

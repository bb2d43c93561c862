"""A dump that somebody brought: of pg_dump's custom, directory or plain format. It is loaded into the scratch cluster alone.

The entries of an archive are chosen by its own list. A plain dump is a program for psql, which could run anything as its caller: psql runs
here as nobody, who sees nothing but the scratch database, there owns nothing but that, and cannot become anybody else.
"""

import contextlib
import dataclasses
import gzip
import pwd
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from agent.base import durable
from agent.base.paths import RUNTIME
from agent.base.process import ENVIRONMENT, CommandFailed
from agent.base.refusal import Refused, disk_full
from agent.database import load as database_load
from agent.database.server import OWNER, programs
from agent.restore import scratch
from agent.takeover import carried

if TYPE_CHECKING:
    from agent.contract_types import LeftOut

GZIP = b"\x1f\x8b"
CUSTOM = b"PGDMP"
TAR = 257
TAR_MAGIC = b"ustar"
TABLE_OF_CONTENTS = "toc.dat"
# The files that pg_dump writes into a folder.
OF_DIRECTORY = re.compile(r"(toc|\d{1,10})\.dat(\.(gz|lz4|zst))?|blobs(_\d{1,10})?\.toc|blob_\d{1,10}\.dat(\.(gz|lz4|zst))?")
COMPLETE = re.compile(rb"-- PostgreSQL database (cluster )?dump complete")
VERSION = re.compile(r"Dumped from database version:? (\d+)(?:\.(\d+))?")
BLOCK = 1024**2
TAIL = 64 * 1024
NOBODY = "nobody"
# psql goes on after these: who owned what and may do what is not carried, and so are extensions; of what they would have made, the first
# use is an error that counts.
PASSED_OVER = frozenset(("42704", "42501", "42P06", "42710", "58P01", "0A000"))
SAID = re.compile(r"ERROR:\s+(?P<state>[0-9A-Z]{5}): (?P<text>.*)")
MOST_SAID = 20
SECONDS = 12 * 3600
# How many times larger what is in a compressed dump is at most taken to be.
SWELLS, SWELLS_PLAIN = 8, 2


def required(source: Path) -> int:
    """Bytes that a database of this dump is taken to need."""
    size = sum(file.stat().st_size for file in (source.iterdir() if source.is_dir() else [source]))
    return size * (SWELLS_PLAIN if source.is_file() and not _is_archive(source) and not _is_packed(source) else SWELLS)


@dataclasses.dataclass(frozen=True)
class Loaded:
    """`version` is that of the server that was dumped, as PostgreSQL counts, where the dump says it."""

    version: int | None
    left: "list[LeftOut]"


def load(cluster: scratch.Cluster, source: Path) -> Loaded:
    """Loads what is LiteLLM's of a dump, and of a plain one all there is."""
    if source.is_dir() or _is_archive(source):
        return _load_archive(cluster, source)
    return _load_plain(cluster, source)


def _is_archive(source: Path) -> bool:
    with open(source, "rb") as file:
        begin = file.read(TAR + len(TAR_MAGIC))
    if begin[TAR:] == TAR_MAGIC:
        raise Refused("dump-file", "This is an archive of tar. Give a dump of pg_dump as -Fc or plain makes it, or the folder of -Fd.")
    return begin.startswith(CUSTOM)


def _is_packed(source: Path) -> bool:
    with open(source, "rb") as file:
        return file.read(2) == GZIP


def _load_archive(cluster: scratch.Cluster, source: Path) -> Loaded:
    try:
        listing = database_load.listed(source)
    except CommandFailed as failed:
        raise _unreadable(str(failed), failed.output) from None
    if not any(carried.is_data(line) and carried.is_loaded(line) for line in listing):
        raise _not_litellm(f"{source.name} lists no rows of a table of LiteLLM in the schema public")
    try:
        database_load.load(cluster.server, scratch.DATABASE, source, wanted=carried.is_loaded)
    except Refused as refused:
        text = "\n".join(refused.log)
        if "No space left" in text:
            raise disk_full(scratch.PLACE, refused.log) from None
        if re.search(r"end of file|could not (read|find|open|uncompress)|unexpected", text):
            raise _unreadable(refused.message, refused.log) from None
        raise
    return Loaded(_version("\n".join(line for line in listing if line.startswith(";"))), carried.left_in(listing))


def _unreadable(text: str, log: list[str]) -> Refused:
    major = programs().parent.name
    return Refused(
        "dump-file",
        f"The dump cannot be read to its end: {text}. It is cut short, damaged, no dump of pg_dump, or of the pg_dump of a newer "
        f"PostgreSQL than {major}, which is this host's. Make it again, and copy it whole.",
        log,
    )


def _not_litellm(why: str) -> Refused:
    return Refused("not-litellm", f"This is not a database of LiteLLM: {why}. Nothing was taken over.")


def _version(text: str) -> int | None:
    found = VERSION.search(text)
    if found is None:
        return None
    major, minor = int(found[1]), int(found[2] or 0)
    return major * 10000 + minor if major >= 10 else major * 10000 + minor * 100


def _load_plain(cluster: scratch.Cluster, source: Path) -> Loaded:
    account = pwd.getpwnam(NOBODY)
    durable.folder(RUNTIME, 0o755)
    password = f"127.0.0.1:5432:*:{OWNER.user}:{cluster.password}\n"
    durable.write(scratch.PSQL_PASSWORD, password.encode(), 0o600, (account.pw_uid, account.pw_gid))
    with subprocess.Popen(
        _psql(str(programs() / "psql")), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as psql:
        assert psql.stdin
        assert psql.stderr
        listener = _Listener(psql.stderr)
        listener.start()
        try:
            head, tail = _feed(source, psql.stdin)
        finally:
            listener.join()
            code = psql.wait()
            scratch.PSQL_PASSWORD.unlink(missing_ok=True)
    if any("No space left" in line for line in listener.wrong):
        raise disk_full(scratch.PLACE, listener.wrong)
    if COMPLETE.search(tail) is None and code == 0:
        raise _unreadable('its last line is not "PostgreSQL database dump complete"', listener.wrong)
    if listener.wrong or code != 0:
        first = listener.wrong[0] if listener.wrong else (listener.other or [f"psql ended with {code}"])[-1]
        raise Refused("dump", f"The dump cannot be loaded: {first}", listener.wrong or listener.other)
    return Loaded(_version(head.decode(errors="replace")), [])


def _psql(program: str) -> list[str]:
    """As a unit, so that systemd takes from it all that it does not need, and any run can end it."""
    confined = (
        f"User={NOBODY}", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
        "PrivateDevices=yes", "ProtectKernelTunables=yes", "ProtectControlGroups=yes", "RestrictNamespaces=yes", "RestrictSUIDSGID=yes",
        # No socket of another program of this host, and no network but the scratch one.
        "RestrictAddressFamilies=AF_INET", f"NetworkNamespacePath=/run/netns/{scratch.NETWORK}", "MemoryMax=1G", "TasksMax=16",
        "Nice=10", scratch.SACRIFICED, f"RuntimeMaxSec={SECONDS}",
    )  # fmt: skip
    return [
        "systemd-run", f"--unit={scratch.PSQL_UNIT}", "--collect", "--quiet", "--pipe", "--wait",
        *(f"--property={one}" for one in confined),
        f"--setenv=PGPASSFILE={scratch.PSQL_PASSWORD}", "--setenv=PGOPTIONS=-c synchronous_commit=off", "--setenv=LC_ALL=C.UTF-8",
        program, "--no-psqlrc", "--quiet", "--set=VERBOSITY=verbose", "--no-password",
        "--host=127.0.0.1", "--port=5432", f"--username={OWNER.user}", f"--dbname={scratch.DATABASE}", "--output=/dev/null",
    ]  # fmt: skip


class _Listener(threading.Thread):
    """Takes down what psql says on the error output, as far as anybody would read it, and lets it say all of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        # Of the errors that count, and of all else.
        self.wrong: list[str] = []
        self.other: list[str] = []
        self._stream = stream

    def run(self) -> None:
        for raw in iter(lambda: self._stream.readline(BLOCK), b""):
            self.hear(raw.decode(errors="replace").strip())

    def hear(self, line: str) -> None:
        found = SAID.search(line)
        if found is None:
            self.other = [*self.other, line][-MOST_SAID:]
        elif found["state"] not in PASSED_OVER and len(self.wrong) < MOST_SAID:
            self.wrong.append(found["text"][:300])


def _feed(source: Path, to: IO[bytes]) -> tuple[bytes, bytes]:
    """Gives psql the whole file; answers how it begins and how it ends."""
    head, tail = b"", b""
    try:
        for block in _blocks(source):
            head = head or block[:TAIL]
            tail = (tail + block)[-TAIL:]
            to.write(block)
    except BrokenPipeError:
        # It ended before; what it said tells why.
        pass
    finally:
        with contextlib.suppress(BrokenPipeError):
            to.close()
    return head, tail


def _blocks(source: Path) -> Iterator[bytes]:
    with gzip.open(source) if _is_packed(source) else open(source, "rb") as file:
        try:
            yield from iter(lambda: file.read(BLOCK), b"")
        except (EOFError, gzip.BadGzipFile) as cut:
            raise _unreadable(str(cut), []) from None

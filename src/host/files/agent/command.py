"""Runs programs of the host. Values that are secret go in by standard input or files, never as arguments."""

import math
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

# Programs must answer in the language that the agent parses, and must not wait for a person.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
    "NEEDRESTART_SUSPEND": "1",
}
# What a program does at most that only waits, in the units of `_work`.
NO_WORK = 0.5


class CommandFailed(Exception):
    """A program ended with another code than 0, or took too long; `output` holds its last lines."""

    def __init__(self, argv: Sequence[str], reason: str, output: str, code: int | None = None) -> None:
        self.code = code
        self.output = [line for line in output.strip().split("\n") if line][-40:]
        # After a full disk come lines of what was done about it.
        full = (line for line in self.output if "no space left" in line.lower())
        telling = next(full, self.output[-1] if self.output else "(it printed nothing)")
        super().__init__(f"{' '.join(argv[:4])} {reason}: {telling}")


class DatabaseGone(CommandFailed):
    """The server was not there, or went away while it worked."""


class NotPrepared(CommandFailed):
    """The host was deployed by a version that read its database in another way."""

    def __init__(self, missing: str) -> None:
        super().__init__(("PostgreSQL",), "cannot be asked", f"this host lacks {missing}, which deploy brings. Run deploy once.")


def run(
    *argv: str,
    stdin: str | None = None,
    timeout: float = 60,
    check: bool = True,
    environment: dict[str, str] | None = None,
    still: float = math.inf,
) -> str:
    """Standard output of a program. Raises `CommandFailed` with what it printed when it fails or exceeds `timeout` seconds.

    `environment` holds variables beside the usual ones; like a file, it is seen by root alone. A program that does nothing for
    `still` seconds is asked to end, so that it can say what held it up, and killed after as long again.
    """
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=ENVIRONMENT | _proxies() | (environment or {}),
    ) as process:
        try:
            stdout, stderr, ended = _printed(process, stdin, timeout, still)
        except subprocess.TimeoutExpired as expired:
            partial = expired.stderr or b""
            text = partial if isinstance(partial, str) else partial.decode(errors="replace")
            raise CommandFailed(argv, f"took more than {timeout:.0f} s", text) from None
        finally:
            process.kill()
    if ended:
        raise CommandFailed(argv, f"did nothing for {still:.0f} s and was ended", stdout + stderr, process.returncode)
    if check and process.returncode != 0:
        raise CommandFailed(argv, f"exited {process.returncode}", stdout + stderr, process.returncode)
    return stdout


def _printed(process: "subprocess.Popen[str]", stdin: str | None, timeout: float, still: float) -> tuple[str, str, bool]:
    """What it prints on both outputs, and whether it was asked to end because it did nothing."""
    deadline = time.monotonic() + timeout
    worked, since = 0.0, time.monotonic()
    ended = False
    while True:
        try:
            return *process.communicate(stdin, min(still / 10, deadline - time.monotonic())), ended
        except subprocess.TimeoutExpired:
            if time.monotonic() >= deadline:
                raise
        stdin = None
        work, now = _work(process.pid), time.monotonic()
        if work - worked > NO_WORK:
            worked, since = work, now
        elif now - since > still:
            if ended:
                process.kill()
            else:
                process.terminate()
            ended, since = True, now


def _work(pid: int) -> float:
    """What a process has done up to now: seconds of processor, and bytes read and written, of which 128 KiB count as much as one."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        moved = (int(line.split()[1]) for line in Path(f"/proc/{pid}/io").read_text().splitlines()[:2])
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + sum(moved) / 2**17
    except OSError:
        return 0


def memory_file() -> TextIO:
    """What a program that runs on may print into: on no disk, which may be full, and which those who only look must not touch."""
    return open(os.memfd_create("output"), "w+", errors="replace")


def _proxies() -> dict[str, str]:
    """A host that reaches the world through a proxy says so in these variables; apt and podman need them."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    both = [*names, *(name.upper() for name in names)]
    return {name: os.environ[name] for name in both if name in os.environ}

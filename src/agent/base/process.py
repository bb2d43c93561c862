"""Runs programs of the host. Values that are secret go in by standard input or files, never as arguments."""

import math
import os
import selectors
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
# What is kept of a program's output. One that talks to a container, or reads what a container wrote, would go on for as long as that does.
MOST_PRINTED = 64 * 1024**2


class CommandFailed(Exception):
    """A program ended with another code than 0, or took too long; `output` holds its last lines."""

    def __init__(self, argv: Sequence[str], reason: str, output: str, code: int | None = None) -> None:
        self.code = code
        self.output = [line for line in output.strip().split("\n") if line][-40:]
        # After a full disk come lines of what was done about it.
        full = (line for line in self.output if "no space left" in line.lower())
        cause = next(full, self.output[-1] if self.output else "(it printed nothing)")
        super().__init__(f"{' '.join(argv[:4])} {reason}: {cause}")


class DatabaseGone(CommandFailed):
    """The server was not there, or went away while it worked."""


class DatabaseRefused(CommandFailed):
    """The server is there and did not do what it was asked."""


class NotPrepared(CommandFailed):
    """The host was deployed by a version that read its database in another way."""

    def __init__(self, missing: str) -> None:
        super().__init__(("PostgreSQL",), "cannot be asked", f"{missing} is missing on this host; deploy installs it. Run deploy once.")


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
        env=ENVIRONMENT | _proxies() | (environment or {}),
    ) as process:
        try:
            stdout, stderr, ended = _printed(process, stdin, timeout, still)
        except subprocess.TimeoutExpired as expired:
            raise CommandFailed(argv, f"took more than {timeout:.0f} s", _text(expired.stderr or b"")) from None
        except _TooMuch:
            raise CommandFailed(argv, f"printed more than {MOST_PRINTED // 1024**2} MiB and was ended", "") from None
        finally:
            process.kill()
    if ended:
        raise CommandFailed(argv, f"did nothing for {still:.0f} s and was ended", stdout + stderr, process.returncode)
    if check and process.returncode != 0:
        raise CommandFailed(argv, f"exited {process.returncode}", stdout + stderr, process.returncode)
    return stdout


class _TooMuch(Exception):
    pass


def _printed(process: "subprocess.Popen[bytes]", stdin: str | None, timeout: float, still: float) -> tuple[str, str, bool]:
    """What it prints on both outputs, and whether it was asked to end because it did nothing."""
    deadline = time.monotonic() + timeout
    worked, since, look = 0.0, time.monotonic(), time.monotonic() + still / 10
    ended = False
    with _Pipes(process, stdin) as pipes:
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise subprocess.TimeoutExpired(process.args, timeout, stderr=bytes(pipes.stderr))
            if pipes.are_over(min(look, deadline) - now):
                return _text(pipes.stdout), _text(pipes.stderr), ended
            if (now := time.monotonic()) < look:
                continue
            look = now + still / 10
            work = _work(process.pid)
            if work - worked > NO_WORK:
                worked, since = work, now
            elif now - since > still:
                if ended:
                    process.kill()
                else:
                    process.terminate()
                ended, since = True, now


class _Pipes:
    """Both outputs of a program as far as they were read, and its input as far as it took it."""

    def __init__(self, process: "subprocess.Popen[bytes]", stdin: str | None) -> None:
        self._process = process
        self._left = memoryview((stdin or "").encode())
        self.stdout, self.stderr = bytearray(), bytearray()

    def __enter__(self) -> "_Pipes":  # noqa: PYI034 - typing.Self is of Python 3.11
        self._selector = selectors.DefaultSelector()
        for pipe, heard in ((self._process.stdout, self.stdout), (self._process.stderr, self.stderr)):
            assert pipe is not None
            self._selector.register(pipe, selectors.EVENT_READ, heard)
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
            self._selector.register(self._process.stdin, selectors.EVENT_WRITE)
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()

    def are_over(self, seconds: float) -> bool:
        """Moves what can be moved, or waits so long for it; whether both outputs and the program itself have ended."""
        if not self._selector.get_map():
            try:
                self._process.wait(max(seconds, 0))
                return True
            except subprocess.TimeoutExpired:
                return False
        for key, _ in self._selector.select(max(seconds, 0)):
            if key.data is None:
                self._write(key)
            elif chunk := os.read(key.fd, 2**16):
                key.data.extend(chunk)
                if len(key.data) > MOST_PRINTED:
                    raise _TooMuch
            else:
                self._selector.unregister(key.fileobj)
        return False

    def _write(self, key: selectors.SelectorKey) -> None:
        try:
            self._left = self._left[os.write(key.fd, self._left[: 2**16]) :] if self._left else self._left
        except BlockingIOError:
            return
        except BrokenPipeError:
            # It ended without reading all; how it ended says the rest.
            self._left = self._left[:0]
        if not self._left:
            self._selector.unregister(key.fileobj)
            assert self._process.stdin is not None
            self._process.stdin.close()


def _text(printed: bytes | bytearray) -> str:
    return printed.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")


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

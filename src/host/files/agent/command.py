"""Runs programs of the host. Values that are secret go in by standard input or files, never as arguments."""

import os
import subprocess
from collections.abc import Sequence
from typing import TextIO

# Programs must answer in the language that the agent parses, and must not wait for a person.
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
    "NEEDRESTART_SUSPEND": "1",
}


class CommandFailed(Exception):
    """A program ended with another code than 0, or took too long; `output` holds its last lines."""

    def __init__(self, argv: Sequence[str], reason: str, output: str, code: int | None = None) -> None:
        self.code = code
        self.output = [line for line in output.strip().split("\n") if line][-40:]
        last = self.output[-1] if self.output else "(it printed nothing)"
        super().__init__(f"{' '.join(argv[:4])} {reason}: {last}")


def run(
    *argv: str,
    stdin: str | None = None,
    timeout: float = 60,
    check: bool = True,
    environment: dict[str, str] | None = None,
) -> str:
    """Standard output of a program. Raises `CommandFailed` with what it printed when it fails or exceeds `timeout` seconds.

    `environment` holds variables beside the usual ones; like a file, it is seen by root alone.
    """
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=ENVIRONMENT | _proxies() | (environment or {}),
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        partial = expired.stderr or b""
        text = partial if isinstance(partial, str) else partial.decode(errors="replace")
        raise CommandFailed(argv, f"took more than {timeout:.0f} s", text) from None
    if check and done.returncode != 0:
        raise CommandFailed(
            argv, f"exited {done.returncode}", done.stdout + done.stderr, done.returncode
        )
    return done.stdout


def memory_file() -> TextIO:
    """What a program that runs on may print into: on no disk, which may be full, and which those who only look must not touch."""
    return open(os.memfd_create("output"), "w+", errors="replace")


def _proxies() -> dict[str, str]:
    """A host that reaches the world through a proxy says so in these variables; apt and podman need them."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    both = [*names, *(name.upper() for name in names)]
    return {name: os.environ[name] for name in both if name in os.environ}

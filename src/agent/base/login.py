"""Who logged in, as sshd knows it: what a runner says of itself is its own word."""

import functools
import os
import re
from pathlib import Path

from agent.base.process import CommandFailed, run

ACCEPTED = re.compile(r"Accepted publickey for (\S+) from (\S+) port \d+ ssh2: \S+ (SHA256:\S+)")


@functools.cache
def current() -> dict[str, str] | None:
    """{user, from, key}: account, address and fingerprint of the SSH key of the connection that this program runs in."""
    for pid in _ancestors():
        try:
            # Of root alone, who is sshd: others can write lines that look the same.
            log = run("journalctl", "-q", "--no-pager", "-b", "-o", "cat", "-n", "50", f"_PID={pid}", "_UID=0", timeout=10)
        except (CommandFailed, FileNotFoundError):
            return None
        accepted = ACCEPTED.findall(log)
        if accepted:
            # An earlier process may have had the same number.
            user, address, key = accepted[-1]
            return {"user": user, "from": address, "key": key}
    return None


def _ancestors() -> list[int]:
    """Those that are sshd, the nearest first."""
    found: list[int] = []
    pid = os.getppid()
    while pid > 1:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            break
        name = stat[stat.index("(") + 1 : stat.rindex(")")]
        if name.startswith("sshd"):
            found.append(pid)
        pid = int(stat[stat.rindex(")") + 2 :].split()[1])
    return found

"""Finds LiteLLM's worker processes in /proc, and which of them answers a given connection.

No address leads to one worker: the kernel hands each new connection to any of them. What tells them apart is who holds the
accepted socket, and that stands in /proc.
"""

import os
import re

LISTEN = "0A"


def workers(port: int) -> set[int]:
    """Process ids of the workers that listen on 127.0.0.1:port; the process that forked them is not one."""
    inodes = _sockets(local_port=port, state=LISTEN)
    holders = {pid for inode in inodes for pid in _holders(inode)}
    children = {pid for pid in holders if _parent(pid) in holders}
    return children or holders


def worker_of(port: int, peer_port: int) -> int | None:
    """The worker that holds the server's side of the connection from 127.0.0.1:peer_port; None before it was accepted."""
    for inode in _sockets(local_port=port, remote_port=peer_port):
        for pid in _holders(inode):
            return pid
    return None


def _sockets(local_port: int, remote_port: int | None = None, state: str | None = None) -> list[str]:
    found: list[str] = []
    with open("/proc/net/tcp", encoding="ascii") as lines:
        next(lines)
        for line in lines:
            fields = line.split()
            if int(fields[1].partition(":")[2], 16) != local_port:
                continue
            if remote_port is not None and int(fields[2].partition(":")[2], 16) != remote_port:
                continue
            if state is not None and fields[3] != state:
                continue
            if fields[9] != "0":
                found.append(fields[9])
    return found


def _holders(inode: str) -> list[int]:
    wanted = f"socket:[{inode}]"
    return [pid for pid in _litellm_processes() if _has_open(pid, wanted)]


def _litellm_processes() -> list[int]:
    """Only processes that could be LiteLLM: reading every descriptor of a busy host would take long."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _is_python(name)]


def _is_python(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return re.search(rb"litellm|gunicorn|python", file.read(400)) is not None
    except OSError:
        return False


def _has_open(pid: int, wanted: str) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        return any(_points_at(f"{folder}/{name}") == wanted for name in os.listdir(folder))
    except OSError:
        return False


def _points_at(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The name in parentheses may hold spaces: the fields start behind the last one.
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0

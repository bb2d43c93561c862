"""Finds LiteLLM's worker processes in /proc, and which of them answers a given connection.

No address leads to one worker: the kernel hands each new connection to any of them. What distinguishes them is who holds the
accepted socket, and that is in /proc.
"""

import os
import re
from collections.abc import Collection, Iterator

LISTEN = "0A"


def workers(port: int) -> set[int]:
    """Process ids of the workers that listen on 127.0.0.1:port; the process that forked them is not one."""
    holders = {pid for pid, _ in _holders(_sockets(port, LISTEN))}
    children = {pid for pid in holders if _parent(pid) in holders}
    return children or holders


def workers_of(port: int, peer_ports: Collection[int]) -> dict[int, int]:
    """The worker that holds the server's side of each connection from 127.0.0.1, by our port; none before it was accepted."""
    ends = {inode: peer for inode, peer in _sockets(port).items() if peer in peer_ports}
    return {ends[inode]: pid for pid, inode in _holders(ends)}


def _sockets(local_port: int, state: str | None = None) -> dict[str, int]:
    """The port at the other end of each socket of ours, by its inode."""
    found: dict[str, int] = {}
    with open("/proc/net/tcp", encoding="ascii") as lines:
        next(lines)
        for line in lines:
            fields = line.split()
            if _port(fields[1]) == local_port and state in (None, fields[3]) and fields[9] != "0":
                found[fields[9]] = _port(fields[2])
    return found


def _port(address: str) -> int:
    return int(address.partition(":")[2], 16)


def _holders(inodes: Collection[str]) -> Iterator[tuple[int, str]]:
    """Each process that has one of the sockets open, with its inode."""
    if inodes:
        wanted = {f"socket:[{inode}]": inode for inode in inodes}
        for pid in _litellm_processes():
            yield from ((pid, wanted[name]) for name in _opened(pid) if name in wanted)


def _opened(pid: int) -> list[str]:
    folder = f"/proc/{pid}/fd"
    try:
        return [_points_at(f"{folder}/{name}") for name in os.listdir(folder)]
    except OSError:
        return []


def _litellm_processes() -> list[int]:
    """Only processes that could be LiteLLM: reading every descriptor of a busy host would take long."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _is_python(name)]


def _is_python(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return re.search(rb"litellm|gunicorn|python", file.read(400)) is not None
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

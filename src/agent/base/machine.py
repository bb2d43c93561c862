"""Facts of the machine itself, and whether this product supports it."""

import os
import platform
import socket
from typing import TYPE_CHECKING

from agent.base import paths
from agent.base.clock import now
from agent.base.refusal import Refused, disk_full

if TYPE_CHECKING:
    from agent.contract_types import HostFacts

LEAST_SPACE = 100 * 1024**2
LEAST_FILES = 1000
# The first releases that carry podman 4.4 or newer, which brought Quadlet.
OLDEST = {"debian": (13,), "ubuntu": (24, 4)}


def facts() -> "HostFacts":
    release = os_release()
    disk = os.statvfs("/")
    return {
        "os": {
            "id": release.get("ID", "unknown"),
            "version": release.get("VERSION_ID", ""),
            "name": release.get("PRETTY_NAME", "unknown"),
        },
        "python": platform.python_version(),
        "arch": platform.machine(),
        "vcpu": len(os.sched_getaffinity(0)),
        "memoryBytes": memory_bytes(),
        "disk": {
            "sizeBytes": disk.f_blocks * disk.f_frsize,
            "freeBytes": disk.f_bavail * disk.f_frsize,
        },
        "time": now().isoformat(),
        "hostname": socket.gethostname(),
    }


def os_release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def memory_bytes() -> int:
    return _memory("MemTotal")


def available_bytes() -> int:
    """Memory that can be had without taking it from somebody."""
    return _memory("MemAvailable")


def _memory(name: str) -> int:
    with open("/proc/meminfo", encoding="ascii") as lines:
        for line in lines:
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def require_space() -> None:
    """Refuses to begin what could not be finished: a release, its journal and its log lines need some room."""
    for path in (paths.ETC, paths.STATE):
        above = next(one for one in (path, *path.parents) if one.exists())
        disk = os.statvfs(above)
        if disk.f_bavail * disk.f_frsize < LEAST_SPACE or (disk.f_files > 0 and disk.f_favail < LEAST_FILES):
            raise disk_full(path)


def require_supported() -> None:
    """Refuses what cannot run the gateway, with the reason."""
    release = os_release()
    name = release.get("PRETTY_NAME", "an unknown system")
    oldest = OLDEST.get(release.get("ID", ""))
    version = release.get("VERSION_ID", "0")
    if oldest is None or _numbers(version) < oldest:
        raise Refused(
            "unsupported-system",
            f"This host runs {name}. The gateway needs Debian 13 or Ubuntu 24.04 or newer, the first whose "
            "podman (4.4 or newer) runs containers as systemd services (Quadlet). Use such a machine.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())

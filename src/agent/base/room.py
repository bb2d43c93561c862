"""Room on the host's disks, looked at before something is begun that would fill them and so stop PostgreSQL."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from agent.base.refusal import FREE_SOME, Refused

# What must be left: PostgreSQL and Redis write on meanwhile.
SPARE = 512 * 1024**2
MIB = 1024**2


def require(needed: Mapping[Path, int], what: str) -> None:
    """Refuses when a file system has less than is needed in all the places on it, in bytes, and a spare."""
    disks: dict[int, list[Path]] = {}
    for place in needed:
        disks.setdefault(_there(place).stat().st_dev, []).append(place)
    for places in disks.values():
        bytes_ = sum(needed[place] for place in places)
        free = shutil.disk_usage(_there(places[0])).free
        if bytes_ > 0 and free < bytes_ + SPARE:
            on = " and ".join(str(place) for place in places if needed[place] > 0)
            raise Refused(
                "disk-full",
                f"{what} needs {-(-bytes_ // MIB)} MiB on the disk of {on}, {SPARE // MIB} MiB must stay free, and {free // MIB} MiB "
                f"are free. Nothing was started; the gateway keeps serving. {FREE_SOME}",
                needed=bytes_,
                free=free,
            )


def _there(place: Path) -> Path:
    """The place, or the folder that it will be made in."""
    return next(one for one in (place, *place.parents) if os.path.exists(one))

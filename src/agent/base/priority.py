"""Has long work let the gateway go first."""

import contextlib
import os
from pathlib import Path


def follow(process_id: int) -> None:
    """Gives the process the priority of this one, which systemd set; one that has ended meanwhile needs none.

    Where sessions are scheduled as groups (autogroup, as Debian's kernels do), a priority counts within the session alone: every
    service has one of its own, and so has each process of PostgreSQL. The group takes a priority too.
    """
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process_id, nice)
    # Not there without autogroup; and a kernel that takes no other change so soon after the last leaves it as it was.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process_id}/autogroup").write_text(str(nice))

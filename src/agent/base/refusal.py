"""What a program refuses, with a code that is stable and a text for people that names the next step."""

import os
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.contract_types import ErrorCode

MOST_NAMED = 5
DATABASE = "/var/lib/postgresql"
# A file of PostgreSQL's log.
LEAST_FREE = 16 * 1024**2
FREE_SOME = (
    "Free some (journalctl --vacuum-size=200M, podman image prune, old files in /var/backups), or give the machine a larger disk, "
    "and run again."
)


class Refused(Exception):
    """Something the caller can understand and fix; `code` is stable (docs/errors.md), `message` is for people and names the next step."""

    def __init__(self, code: "ErrorCode", message: str, log: list[str] | None = None, **data: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.log = log or []
        self.data = data

    def document(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "log": self.log,
            "data": self.data,
        }


def few(names: Iterable[str]) -> str:
    """The first names of a list, for a message: `a, b, c, d, e …`"""
    known = list(names)
    return ", ".join(known[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")


def disk_full(where: object, log: list[str] | None = None) -> Refused:
    return Refused(
        "disk-full",
        f"No space is left on the host's disk for {where}. The gateway keeps serving. {FREE_SOME}",
        log,
    )


def database_gone(log: list[str]) -> Refused:
    # It ends when its log cannot be written.
    if os.path.isdir(DATABASE) and shutil.disk_usage(DATABASE).free < LEAST_FREE:
        return disk_full("PostgreSQL", log)
    return Refused(
        "database-down",
        "PostgreSQL does not answer, or stopped in the meantime. systemd restarts it; journalctl -u 'postgresql@*' shows why "
        "it stopped. Run the same command again when it is up.",
        log,
    )

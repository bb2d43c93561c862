"""PostgreSQL's own programs against one server: the machine's, or a scratch one."""

import dataclasses
from pathlib import Path

from agent.base.refusal import Refused
from agent.system import clusters

VERSIONS = Path("/usr/lib/postgresql")
# What a backup and its proof need.
PROGRAMS = ("postgres", "initdb", "pg_dump", "pg_restore", "pg_amcheck")
SOCKET = Path("/var/run/postgresql")


@dataclasses.dataclass(frozen=True)
class Server:
    """A server and the role that asks it."""

    socket: Path
    user: str
    port: int = 5432

    @property
    def is_machine(self) -> bool:
        return self.socket == SOCKET

    def tool(self, name: str, *arguments: str) -> list[str]:
        """The command line of a program of PostgreSQL that is root's to run; it connects by the socket, without a password."""
        return [str(programs() / name), "-h", str(self.socket), "-p", str(self.port), "-U", self.user, *arguments]


# The machine's server by each role that root becomes by the peer map (pg_ident.conf). What each may do: see `postgres`.
READER = Server(SOCKET, "litellm_reader")
SERVING = Server(SOCKET, "litellm")
OWNER = Server(SOCKET, "litellm_owner")
# Lets root in to the database `postgres` alone, where nothing of LiteLLM's is.
SUPERUSER = Server(SOCKET, "postgres")


def programs() -> Path:
    """Those of the gateway's own major version; Debian's wrappers would choose on their own.

    A dump, its scratch server and the live one are of one major: a newer pg_restore writes settings that an older server refuses.
    """
    major = clusters.ours()
    if major is None:
        raise Refused("database-down", "PostgreSQL is not installed on this host. Run deploy.")
    folder = VERSIONS / str(major) / "bin"
    missing = [name for name in PROGRAMS if not (folder / name).exists()]
    if missing:
        raise Refused(
            "database-tools",
            f"The gateway's database is of PostgreSQL {major}, and {', '.join(missing)} of that version are missing in {folder}. "
            f"Install them (apt-get install postgresql-{major}), or move the database to a version that is installed (pg_upgradecluster).",
        )
    return folder

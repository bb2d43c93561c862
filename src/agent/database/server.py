"""PostgreSQL's own programs against one server: the machine's, or a scratch one."""

import dataclasses
from pathlib import Path

from agent.base.refusal import Refused

VERSIONS = Path("/usr/lib/postgresql")
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
    """Those of the newest major version that has a server here; Debian's wrappers would choose by themselves."""
    found = sorted((int(path.parts[-3]) for path in VERSIONS.glob("*/bin/postgres")), reverse=True)
    if not found:
        raise Refused("database-down", "PostgreSQL is not installed on this host. Run deploy.")
    return VERSIONS / str(found[0]) / "bin"

"""PostgreSQL's own programs against one server: the machine's, or a scratch one."""

import dataclasses
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from agent.command import ENVIRONMENT, CommandFailed, memory_file, run
from agent.output import Refused

VERSIONS = Path("/usr/lib/postgresql")
ANSWERED = "litellm-gitops: answered"


@dataclasses.dataclass(frozen=True)
class Server:
    socket: Path
    user: str
    port: int = 5432

    def tool(self, name: str, *arguments: str) -> list[str]:
        """The command line of a program of PostgreSQL that is root's to run; it connects by the socket, without a password."""
        return [str(programs() / name), "-h", str(self.socket), "-p", str(self.port), "-U", self.user, *arguments]

    def ask(self, database: str, sql: str, timeout: float = 600) -> str:
        """What a script answers, a row a line, columns divided by `|`. Raises `CommandFailed`."""
        return run(*self.tool("psql", *PSQL, "-d", database), stdin=sql, timeout=timeout).strip("\n")


# The machine's, as the role that owns all of LiteLLM's tables: root becomes it by the peer map.
MACHINE = Server(Path("/var/run/postgresql"), "litellm")
PSQL = ("-X", "-q", "-At", "-v", "ON_ERROR_STOP=1")


def programs() -> Path:
    """Those of the newest major version that has a server here; Debian's wrappers would choose by themselves."""
    found = sorted((int(path.parts[-3]) for path in VERSIONS.glob("*/bin/postgres")), reverse=True)
    if not found:
        raise Refused("database-down", "PostgreSQL is not installed on this host. Run deploy.")
    return VERSIONS / str(found[0]) / "bin"


class Conversation:
    """One session of psql that stays open between questions: what it began, such as a transaction, goes on."""

    def __init__(self, process: "subprocess.Popen[str]", errors: TextIO, argv: Sequence[str]) -> None:
        self.process = process
        self.errors = errors
        self.argv = argv

    def ask(self, sql: str) -> list[str]:
        """Rows of the answer. Raises `CommandFailed` when the server refuses or is gone; the session has ended then."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(f"{sql};\n\\echo {ANSWERED}\n")
            self.process.stdin.flush()
        except OSError:
            raise self._failed() from None
        rows: list[str] = []
        for line in self.process.stdout:
            text = line.rstrip("\n")
            if text == ANSWERED:
                return rows
            rows.append(text)
        raise self._failed()

    def _failed(self) -> CommandFailed:
        code = self.process.wait(30)
        self.errors.seek(0)
        return CommandFailed(self.argv, f"exited {code}", self.errors.read(), code)


@contextmanager
def conversation(server: Server, database: str) -> Iterator[Conversation]:
    """Opens a session and ends it, and with it its transaction, however the work inside ends."""
    argv = server.tool("psql", *PSQL, "-d", database)
    with memory_file() as errors:
        process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, errors="replace", env=ENVIRONMENT
        )
        try:
            yield Conversation(process, errors, argv)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                try:
                    if stream:
                        stream.close()
                except OSError:
                    pass

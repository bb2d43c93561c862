"""A PostgreSQL that is not this host's: reached by a URL, read in transactions that can write nothing, over TLS that is verified."""

import contextlib
import dataclasses
import ipaddress
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from agent.base.process import ENVIRONMENT, CommandFailed
from agent.base.refusal import Refused
from agent.database.server import programs
from agent.database.session import Session, connected

# What the system trusts. libpq's own word for it, `system`, is of version 16.
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SCHEMES = ("postgres", "postgresql")
UNREADABLE = "it cannot be read as a URL; characters such as # and / in the password are written as %23 and %2F"
CONNECT_SECONDS = 20
# A count of a long log takes minutes where the disk is slow.
SECONDS = 600
LOCK_SECONDS = 10
LOOPBACK = ("localhost", "")
# In the words of libpq 15 to 17, by what is wrong.
TLS = re.compile(r"certificate verify failed|server certificate for|does not support SSL|SSL error|root certificate file", re.IGNORECASE)
LOGIN = re.compile(r"password authentication failed|no password supplied|role \"|database \"|no pg_hba.conf entry|authentication")
UNREACHABLE = re.compile(r"could not (connect|translate)|timeout expired|Connection refused|No route|unreachable", re.IGNORECASE)
VERIFIED = (
    "The connection must be encrypted, by a certificate that is valid for this name. Give the file of the authority that signed it (--ca), "
    "and the name that is in the certificate. In a network of your own, ?sslmode=disable at the end of the URL does without."
)


@dataclasses.dataclass(frozen=True)
class OldServer:
    """Where it is and how it is entered. The password is in here: an instance is never printed."""

    host: str
    port: int
    database: str
    user: str
    password: str = dataclasses.field(repr=False)
    tls: bool
    # The certificates that sign the server's.
    authority: Path

    @property
    def place(self) -> str:
        """For people; no secret is in it."""
        return f"{self.host}:{self.port}/{self.database}"

    def parameters(self) -> dict[str, str]:
        """By libpq's names."""
        return {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.database,
            "user": self.user,
            "password": self.password,
            "connect_timeout": str(CONNECT_SECONDS),
            "sslmode": "verify-full" if self.tls else "disable",
            "gssencmode": "disable",
            "channel_binding": "prefer",
        } | ({"sslrootcert": str(self.authority)} if self.tls else {})

    def environment(self) -> dict[str, str]:
        """The same for PostgreSQL's programs: like a file, only root sees it."""
        names = {"dbname": "PGDATABASE", "connect_timeout": "PGCONNECT_TIMEOUT", "channel_binding": "PGCHANNELBINDING"}
        given = {names.get(name, f"PG{name.upper()}"): value for name, value in self.parameters().items()}
        return ENVIRONMENT | given | {"PGOPTIONS": _options(0)}

    @contextlib.contextmanager
    def session(self, seconds: float = SECONDS) -> Iterator[Session]:
        """Ends however the work inside ends. Refuses in the words of what a person can do about it."""
        try:
            with connected(self.parameters() | {"application_name": "litellm-gitops", "options": _options(seconds)}) as asked:
                yield asked
        except CommandFailed as failed:
            raise self.refused(failed) from None

    def refused(self, failed: CommandFailed) -> Refused:
        """What its server, or the way to it, said, and what a person does about it."""
        log = failed.output
        text = "\n".join(log) or str(failed)
        said = f"The old database at {self.place}, which was not changed: {_first(text)}."
        if TLS.search(text):
            return Refused("old-database-tls", f"{said} {VERIFIED}", log)
        if "permission denied" in text:
            grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO it, and the same for the sequences, is enough."
            return Refused("old-database-rights", f"{said} The role {self.user} may not read all that a copy needs. {grant}", log)
        if LOGIN.search(text):
            fix = "Check the user, the password and the name of the database in OLD_DATABASE_URL."
            return Refused("old-database-login", f"{said} {fix}", log)
        if UNREACHABLE.search(text):
            fix = "Check that the new host reaches it: address, port and firewall, as seen from there."
            return Refused("old-database-unreachable", f"{said} {fix}", log)
        return Refused("old-database", f"{said} Run again: a copy begins anew.", log)


def read(url: str, authority: Path | None) -> OldServer:
    """What LiteLLM has as DATABASE_URL. Refuses what is none, and what a copy of one moment cannot be made through."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 5432
    except ValueError:
        raise _no_url(UNREADABLE) from None
    if parts.fragment:
        raise _no_url(UNREADABLE)
    if parts.scheme not in SCHEMES or not (parts.hostname or parts.path.strip("/")):
        raise _no_url("it does not begin with postgresql://USER:PASSWORD@HOST")
    query = parse_qs(parts.query)
    if query.get("pgbouncer", ["false"])[-1] == "true":
        raise _no_url("it leads to PgBouncer, and a copy of one moment needs the server itself; leave out pgbouncer=true with its address")
    if query.get("schema", ["public"])[-1] != "public":
        raise _no_url(f"LiteLLM's tables are in the schema {query['schema'][-1][:60]}, and only public is taken over")
    host = parts.hostname or "127.0.0.1"
    database = unquote(parts.path.strip("/")) or unquote(parts.username or "")
    if not parts.username or not database:
        raise _no_url("it names no user or no database")
    return OldServer(
        host=host, port=port, database=database, user=unquote(parts.username), password=unquote(parts.password or ""),
        tls=not is_here(host) and query.get("sslmode", [""])[-1] != "disable", authority=authority or SYSTEM_CERTIFICATES,
    )  # fmt: skip


def is_here(host: str) -> bool:
    """Whether the way to it never leaves this machine."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tool(name: str, *arguments: str) -> list[str]:
    """A program of PostgreSQL; where it connects is in its environment."""
    return [str(programs() / name), *arguments]


def _options(seconds: float) -> str:
    """Nothing can be written by such a session, and it stands in nobody's way for long."""
    pinned: Mapping[str, str] = {
        "default_transaction_read_only": "on",
        "search_path": "pg_catalog,public",
        "statement_timeout": f"{int(seconds * 1000)}",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": "0",
        "standard_conforming_strings": "on",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "row_security": "off",
    }
    return " ".join(f"-c {name}={value}" for name, value in pinned.items())


def _no_url(why: str) -> Refused:
    return Refused("old-database-url", f"OLD_DATABASE_URL cannot be used: {why}.")


def _first(text: str) -> str:
    """The line that says most, without what libpq puts before it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    best = next(
        (line for line in lines if re.search(r"error|fatal|denied|failed", line, re.IGNORECASE)), lines[0] if lines else "no answer"
    )
    return best.rstrip(".")[:300]

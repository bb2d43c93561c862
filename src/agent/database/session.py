"""Sessions with PostgreSQL by libpq (psycopg2), in this process.

No shell and no `psql` is in between: a line of a statement, of a name or of a value can never be a command. Values go in apart from
the statement, rows come back as Python's own, and names are quoted by `identifier` or on the server.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.base.process import DatabaseGone, DatabaseRefused, NotPrepared
from agent.database.server import READER, Server

# A question that takes longer has something in its way; what may take long says so.
SECONDS = 60
CONNECT_SECONDS = 20
# LiteLLM's role may lock its tables for as long as it likes; who only reads waits no longer than migrations keep it.
LOCK_SECONDS = 10
LOCKED = "55P03"
# No SQLSTATE comes with these: the connection was never there.
FULL = re.compile(r"too many (clients|connections)|remaining connection slots")
HOLDERS = (
    'sudo -u postgres psql -c "SELECT pid, usename, application_name, xact_start, query FROM pg_stat_activity '
    'WHERE usename IS NOT NULL ORDER BY xact_start"'
)
# By these, SQLSTATE classes, the server says that it is shutting down, starting, or that the connection broke.
GONE = ("57P", "08")
IDENTITIES = "/etc/postgresql/*/main/pg_ident.conf"

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class Session:
    """One connection; each statement is a transaction of its own unless `BEGIN` was among them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Values | None = None) -> list[Row]:
        """The rows of the last statement in `sql`; `%(name)s` in it is a value. Raises `DatabaseRefused`."""
        with _told(), self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def column(self, sql: str, values: Values | None = None) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self.rows(sql, values)]

    def one(self, sql: str, values: Values | None = None) -> Any:
        """The first value of the first row, None where there is no row."""
        return next(iter(self.column(sql, values)), None)

    def copy_out(self, query: str, values: Values, target: Any) -> None:
        """Writes the rows that `query` answers into the file `target`, as `copy_in` takes them."""
        with _told(), self._connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({cursor.mogrify(query, values).decode()}) TO STDOUT", target)

    def copy_in(self, statement: str, source: Any, size: int) -> None:
        """Runs a `COPY … FROM STDIN` on what `source.read(size)` gives."""
        with _told(), self._connection.cursor() as cursor:
            cursor.copy_expert(statement, source, size)


@contextmanager
def session(server: Server, database: str, seconds: float = SECONDS, settings: Mapping[str, str] | None = None) -> Iterator[Session]:
    """Opens a session and ends it, and with it its transaction, however the work inside ends.

    `seconds` bounds each statement. Settings that the owner of a database or role could have changed for us are pinned.
    Raises `DatabaseGone` where no server answers, `NotPrepared` on a host that an older version deployed.
    """
    pinned = {
        "search_path": "pg_catalog,public",
        "statement_timeout": f"{int(seconds * 1000)}",
        "lock_timeout": f"{LOCK_SECONDS}s" if server.user == READER.user else "0",
        "standard_conforming_strings": "on",
        "client_encoding": "UTF8",
        "client_min_messages": "warning",
        "row_security": "off",
    } | dict(settings or {})
    parameters = {
        "host": str(server.socket), "port": str(server.port), "user": server.user, "dbname": database,
        "connect_timeout": str(CONNECT_SECONDS), "application_name": "litellm-gitops",
        "options": " ".join(f"-c {name}={value}" for name, value in pinned.items()),
    }  # fmt: skip
    with connected(parameters, server) as asked:
        yield asked


@contextmanager
def connected(parameters: Mapping[str, str], server: Server | None = None) -> Iterator[Session]:
    """A session by these parameters of libpq; `server` where it is one of this host's."""
    psycopg2 = _library()
    with _told(server):
        connection = psycopg2.connect(**parameters)
    try:
        connection.autocommit = True
        yield Session(connection)
    finally:
        connection.close()


def identifier(name: str) -> str:
    """The name as SQL, whatever is in it. Raises ValueError for what PostgreSQL takes for no name."""
    if not name or "\0" in name:
        raise ValueError("not a PostgreSQL name")
    return '"' + name.replace('"', '""') + '"'


def _library() -> Any:
    try:
        import psycopg2  # noqa: PLC0415 - installed by deploy
    except ImportError:
        raise NotPrepared("python3-psycopg2") from None
    return psycopg2


@contextmanager
def _told(connecting: Server | None = None) -> Iterator[None]:
    """Says what the driver found wrong in the words of this product."""
    psycopg2 = _library()
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        # Rows may hold a date after the year 9999, or JSON that is nested too deeply for Python.
        raise DatabaseRefused(("PostgreSQL",), "answered", f"something unreadable ({type(error).__name__})") from None
    except psycopg2.Error as error:
        text = str(error).strip() or type(error).__name__
        gone = isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError))
        if gone and (error.pgcode is None or error.pgcode.startswith(GONE)):
            if FULL.search(text):
                taken = f"all of its connections are taken. systemctl restart litellm ends LiteLLM's; who has them: {HOLDERS}"
                raise DatabaseRefused(("PostgreSQL",), "refused", taken) from None
            if connecting is not None and connecting.is_machine and not _is_prepared():
                raise NotPrepared("the roles of its database") from None
            raise DatabaseGone(("PostgreSQL",), "found no server", text) from None
        if error.pgcode == LOCKED:
            text = (
                f"somebody has kept a table locked for more than {LOCK_SECONDS} s. systemctl restart litellm ends what LiteLLM locks; "
                f"who works there: {HOLDERS}"
            )
        raise DatabaseRefused(("PostgreSQL",), "refused", text) from None


def _is_prepared() -> bool:
    places = Path("/").glob(IDENTITIES.lstrip("/"))
    return any("litellm_reader" in place.read_text(errors="replace") for place in places)

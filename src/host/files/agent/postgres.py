"""The database: role and database `litellm`, local only. Root becomes the role by the peer map, LiteLLM by password."""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable

from agent import keys
from agent.command import CommandFailed, DatabaseGone, run
from agent.paths import POSTGRES_PASSWORD

NAME = "litellm"
ITERATIONS = 4096
# What psql ends with when it has no connection, or no more.
NO_CONNECTION = 2

# Table and name.
Column = tuple[str, str]


def state() -> str:
    """'ready' when role, database and LiteLLM's schema are there."""
    return "ready" if _ask_in(NAME, "SELECT to_regclass('_prisma_migrations') IS NOT NULL") == "t" else "missing"


def require_running() -> None:
    """Raises `DatabaseGone` while the server does not answer, which is something else than having no database of ours."""
    administer("SELECT 1")


def migrations() -> list[str]:
    """Names of the migrations that the schema has, in order; what an image of LiteLLM brings is a list that only grows."""
    query = "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1"
    return _ask_in(NAME, query).splitlines()


def has_content() -> bool:
    """Whether LiteLLM has ever kept something in the database."""
    return state() == "ready"


def ensure() -> list[str]:
    """Creates role and database where they lack, and sets the role's password when it is another; answers what was done."""
    password = keys.read(POSTGRES_PASSWORD)
    done: list[str] = []
    role = administer("SELECT rolpassword FROM pg_authid WHERE rolname = 'litellm'")
    if not role:
        _tell(f"CREATE ROLE litellm LOGIN PASSWORD '{verifier(password)}'")
        done.append("role made")
    elif not _matches(role, password):
        _tell(f"ALTER ROLE litellm LOGIN PASSWORD '{verifier(password)}'")
        done.append("password set")
    if not administer("SELECT 1 FROM pg_database WHERE datname = 'litellm'"):
        _tell("CREATE DATABASE litellm OWNER litellm ENCODING 'UTF8' TEMPLATE template0")
        done.append("database made")
    return done


def url(database: str = NAME) -> str:
    """What LiteLLM connects to. The password is hexadecimal, so nothing in it needs escaping."""
    return f"postgresql://{NAME}:{keys.read(POSTGRES_PASSWORD)}@127.0.0.1:5432/{database}"


def verifier(password: str, salt: bytes | None = None) -> str:
    """PostgreSQL's stored form of a SCRAM-SHA-256 password (RFC 5803), so that no statement ever carries the password."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hmac.new(salted, b"Client Key", hashlib.sha256).digest()
    stored = hashlib.sha256(client).digest()
    server = hmac.new(salted, b"Server Key", hashlib.sha256).digest()
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{text[0]}${text[1]}:{text[2]}"


def read(sql: str) -> str:
    """What a script answers, a row a line. Raises `CommandFailed`."""
    return _psql(NAME, sql)


def columns(ask: Callable[[str], list[str]]) -> set[Column]:
    """The columns that the schema of the running version has; `ask` answers the rows of a query."""
    rows = ask("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    return {(table, column) for table, column in (row.split("|", 1) for row in rows)}


def administer(sql: str) -> str:
    """Runs a script as the superuser, outside of our database; answers its rows. Raises `CommandFailed`."""
    return _psql("postgres", sql)


def _matches(stored: str, password: str) -> bool:
    try:
        salt = base64.b64decode(stored.split("$")[1].split(":")[1])
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(stored, verifier(password, salt))


def _ask_in(database: str, query: str) -> str:
    """Like `administer`, but an answer is not owed: before the first deploy there is no PostgreSQL at all."""
    try:
        return _psql(database, query)
    except (CommandFailed, FileNotFoundError):
        return ""


def _tell(statement: str) -> None:
    # A failing statement must not be copied into the server's log with the verifier in it.
    _psql("postgres", f"SET log_min_error_statement = panic;\n{statement};")


def _psql(database: str, sql: str) -> str:
    argv = ("runuser", "-u", "postgres", "--", "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database)
    try:
        return run(*argv, stdin=sql if sql.endswith(";") else sql + ";").strip()
    except CommandFailed as failed:
        if failed.code != NO_CONNECTION:
            raise
        raise DatabaseGone(argv, "found no server", "\n".join(failed.output), failed.code) from None

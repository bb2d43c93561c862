"""The database `litellm`, local only, and its roles. Root becomes each by the peer map (pg_ident.conf).

    litellm         LiteLLM serves with it: rows, and nothing of the schema
    litellm_owner   migrations and restores: owns the database and all in it
    litellm_reader  everything that this product reads: may write nothing
    postgres        the superuser, in the database `postgres` alone: databases and roles

Anyone who runs code in LiteLLM's container has the first one. What it can write is data for the others, never a statement, and the second
one, which an old database's functions and triggers would run as, owns nothing else.
"""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.base import durable, keys
from agent.base.paths import CONFIG, POSTGRES_OWNER_PASSWORD, POSTGRES_PASSWORD
from agent.base.process import CommandFailed, DatabaseGone, NotPrepared, run
from agent.database.server import OWNER, READER, SERVING, SUPERUSER, Server
from agent.database.session import Session, identifier, session

if TYPE_CHECKING:
    from agent.contract_types import DatabaseState

NAME = "litellm"
ITERATIONS = 4096
# What the serving role is called until it takes the place of the one that owned all before.
COMING = "litellm_coming"
RELOAD_SECONDS = 20

# What a request cost, instead of the column. The serving role can store any number, and one sum that leaves a double's range is an
# error of the whole statement: a single row would be the end of all backups. No request costs as much, and NaN is no cost either.
SPEND = "CASE WHEN abs(spend) < 1e15 THEN spend END"

# Table and name.
Column = tuple[str, str]


def state() -> "DatabaseState":
    """'ready' when roles, database and LiteLLM's schema are there; 'outdated' when the serving role owns them, as it once did."""
    try:
        with reading() as asked:
            return "ready" if asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL") else "missing"
    except NotPrepared:
        return "outdated" if CONFIG.is_symlink() else "missing"
    except CommandFailed:
        return "missing"


def require_running() -> None:
    """Raises `DatabaseGone` while the server does not answer, which is something else than having no database of ours."""
    with administering() as admin:
        admin.one("SELECT 1")


@contextmanager
def reading(seconds: float = 60) -> Iterator[Session]:
    """One transaction in which nothing can be written, as the role that only reads."""
    with session(READER, NAME, seconds) as asked:
        asked.rows("BEGIN READ ONLY")
        yield asked


@contextmanager
def administering() -> Iterator[Session]:
    """The superuser's session, outside of our database."""
    with session(SUPERUSER, "postgres", settings={"search_path": "pg_catalog"}) as admin:
        # A failing statement must not be copied into the server's log with a password's verifier in it.
        admin.rows("SET log_min_error_statement = panic")
        yield admin


def migrations() -> list[str]:
    """Names of the migrations that the schema has, in order; what an image of LiteLLM brings is a list that only grows."""
    try:
        with reading() as asked:
            return finished_migrations(asked)
    except CommandFailed:
        # Before the first deploy there is no PostgreSQL at all.
        return []


def finished_migrations(asked: Session) -> list[str]:
    return asked.column(
        "SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1"
    )


def has_content() -> bool:
    """Whether LiteLLM has ever kept something in the database, under any owner. Raises `DatabaseGone` where that cannot be known."""
    with administering() as admin:
        if not admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm'"):
            return False
        owner = SERVING if _is_undivided(admin) else OWNER
    with session(owner, NAME) as asked:
        return bool(asked.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL"))


def owner_serves() -> bool:
    """Whether LiteLLM still has sessions of the owner, from before the roles were separated. No migration is in progress."""
    with administering() as admin:
        over_tcp = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'litellm_owner' AND client_addr IS NOT NULL)"
        return bool(admin.one(over_tcp))


def reload() -> None:
    """Makes the server read again who may connect; sessions go on. Answers when it has."""
    run("systemctl", "reload", "postgresql.service", timeout=60)
    deadline = time.monotonic() + RELOAD_SECONDS
    while True:
        try:
            return require_running()
        except DatabaseGone:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def ensure() -> list[str]:
    """Creates roles and database where they are missing, and sets a password when it is another; answers what was done."""
    done: list[str] = []
    if not POSTGRES_OWNER_PASSWORD.exists():
        durable.write(POSTGRES_OWNER_PASSWORD, (keys.MAKERS[POSTGRES_OWNER_PASSWORD]() + "\n").encode())
    with administering() as admin:
        if _is_undivided(admin):
            _divide(admin)
            done.append("database roles separated")
        done += _ensure_roles(admin)
        if not admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm'"):
            create(admin, NAME)
            done.append("database made")
        elif admin.one("SELECT has_database_privilege('litellm', 'litellm', 'TEMP')"):
            _close(admin, NAME)
    return done


def _is_undivided(admin: Session) -> bool:
    """Whether the serving role still owns the database, as on a host that an earlier version deployed."""
    return bool(admin.one("SELECT 1 FROM pg_database WHERE datname = 'litellm' AND pg_get_userbyid(datdba) = 'litellm'"))


def _divide(admin: Session) -> None:
    """The role that owned everything becomes the owner, and a new one of its name may read and write rows alone.

    Holds at each moment: a new session of LiteLLM finds its role with its password and its rights. Sessions that are open stay those
    of the owner until the rollout that follows ends their processes.
    """
    if not admin.one("SELECT 1 FROM pg_roles WHERE rolname = %(name)s", {"name": COMING}):
        admin.rows(f"CREATE ROLE {COMING} NOLOGIN")
    admin.rows(f"GRANT CONNECT ON DATABASE litellm TO {COMING}")
    with session(SERVING, NAME) as owner:
        _grant(owner, COMING)
    serving, own = verifier(keys.read(POSTGRES_PASSWORD)), verifier(keys.read(POSTGRES_OWNER_PASSWORD))
    admin.rows(
        "BEGIN; ALTER ROLE litellm RENAME TO litellm_owner; "
        f"ALTER ROLE {COMING} RENAME TO litellm; "
        "ALTER ROLE litellm LOGIN PASSWORD %(serving)s; ALTER ROLE litellm_owner LOGIN PASSWORD %(own)s; COMMIT",
        {"serving": serving, "own": own},
    )


def _ensure_roles(admin: Session) -> list[str]:
    done: list[str] = []
    known = "SELECT rolname, coalesce(rolpassword, '') FROM pg_authid WHERE starts_with(rolname, 'litellm')"
    stored: dict[str, str] = dict(admin.rows(known))
    for role, file in ((OWNER.user, POSTGRES_OWNER_PASSWORD), (SERVING.user, POSTGRES_PASSWORD)):
        password = keys.read(file)
        if role not in stored:
            admin.rows(f"CREATE ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": verifier(password)})
            done.append(f"role {role} made")
        elif not _matches(stored[role], password):
            admin.rows(f"ALTER ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": verifier(password)})
            done.append(f"password of {role} set")
    if READER.user not in stored:
        admin.rows(
            f"BEGIN; CREATE ROLE {READER.user} LOGIN; GRANT pg_read_all_data, pg_read_all_stats TO {READER.user}; "
            f"ALTER ROLE {READER.user} SET default_transaction_read_only = on; COMMIT"
        )
        done.append(f"role {READER.user} made")
    return done


def create(admin: Session, name: str) -> None:
    """A new, empty database of the owner, which the serving role may enter."""
    admin.rows(f"CREATE DATABASE {identifier(name)} OWNER litellm_owner ENCODING 'UTF8' TEMPLATE template0")
    _close(admin, name)


def _close(admin: Session, name: str) -> None:
    """Others may not enter, and nobody but the owner may make temporary tables, which could take the place of real ones."""
    admin.rows(
        f"BEGIN; REVOKE ALL ON DATABASE {identifier(name)} FROM PUBLIC; REVOKE ALL ON DATABASE {identifier(name)} FROM litellm; "
        f"GRANT CONNECT ON DATABASE {identifier(name)} TO litellm, litellm_reader; COMMIT"
    )


def give_rows(server: Server, database: str) -> None:
    """Lets the serving role read and write the rows of all tables, those of later migrations too. Called after what makes tables."""
    with session(server, database) as owner:
        _grant(owner, SERVING.user)


def _grant(owner: Session, role: str) -> None:
    tables, sequences = "SELECT, INSERT, UPDATE, DELETE ON", "USAGE, SELECT ON"
    owner.rows(
        f"BEGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT {tables} ALL TABLES IN SCHEMA public TO {role}; "
        f"GRANT {sequences} ALL SEQUENCES IN SCHEMA public TO {role}; "
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {tables} TABLES TO {role}; "
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {sequences} SEQUENCES TO {role}; COMMIT"
    )
    # How far the schema has come decides what may be rolled back or restored.
    if owner.one("SELECT to_regclass('public._prisma_migrations') IS NOT NULL"):
        owner.rows(f"REVOKE INSERT, UPDATE, DELETE ON public._prisma_migrations FROM {role}")


def let_partition(wanted: bool) -> None:
    """Whether LiteLLM makes and drops partitions of its log itself, which only the owner can: it then serves as the owner.

    Nothing else depends on that role having no more than rows: what this product reads, it reads as another one.
    """
    with administering() as admin:
        if admin.one("SELECT pg_has_role('litellm', 'litellm_owner', 'MEMBER')") == wanted:
            return
        if wanted:
            admin.rows("BEGIN; GRANT litellm_owner TO litellm; ALTER ROLE litellm SET role = 'litellm_owner'; COMMIT")
        else:
            admin.rows("BEGIN; ALTER ROLE litellm RESET role; REVOKE litellm_owner FROM litellm; COMMIT")


def url(database: str = NAME) -> str:
    """What LiteLLM serves with. The password is hexadecimal, so nothing in it needs escaping."""
    return _url(SERVING.user, POSTGRES_PASSWORD, database)


def owner_url(database: str = NAME) -> str:
    """What migrations connect to."""
    return _url(OWNER.user, POSTGRES_OWNER_PASSWORD, database)


def _url(role: str, password: Path, database: str) -> str:
    return f"postgresql://{role}:{keys.read(password)}@127.0.0.1:5432/{database}"


def verifier(password: str, salt: bytes | None = None) -> str:
    """PostgreSQL's stored form of a SCRAM-SHA-256 password (RFC 5803), so that no statement ever carries the password."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hmac.new(salted, b"Client Key", hashlib.sha256).digest()
    stored = hashlib.sha256(client).digest()
    server = hmac.new(salted, b"Server Key", hashlib.sha256).digest()
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{text[0]}${text[1]}:{text[2]}"


def columns(asked: Session) -> set[Column]:
    """The columns that the schema of the running version has."""
    found = asked.rows("SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'")
    return {(table, column) for table, column in found}


def _matches(stored: str, password: str) -> bool:
    try:
        salt = base64.b64decode(stored.split("$")[1].split(":")[1])
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(stored, verifier(password, salt))

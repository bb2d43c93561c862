"""Runs inside LiteLLM's image, by its own Python: brings the database to the schema of the image, and makes LiteLLM's views.

Migrations are all that changes the schema here. LiteLLM's first resolver, which its server took by default up to 1.103, compares the
database with schema.prisma after them and drops whatever that does not have: columns of a newer version, tables of people's own. It is
never asked. By version of litellm_proxy_extras:

    from 0.4.104  run_migration_job: the second resolver, then LiteLLM's indexes                            LiteLLM 1.104 and newer
    from 0.4.68   setup_database with the second resolver                                                   1.83 to 1.103
    before        has the first one alone: Prisma runs the migrations, and nothing tries to fix what fails   up to 1.82

The server's own entry point comes to the same in the end and first loads all of LiteLLM. The views are what LiteLLM makes when it
starts to serve an empty database, and may not make here: it serves with a role that changes no schema.
"""

import asyncio
import contextlib
import importlib.machinery
import importlib.util
import inspect
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

# To load these takes most of a start; the job has a way for where they are not installed.
HEAVY = ("litellm", "prisma")


def main() -> int:
    # One NAME=value a line, taken literally: as container/start reads it.
    lines = sys.stdin.buffer.read().decode().split("\n")
    os.environ.update({name: value for name, has, value in (line.partition("=") for line in lines) if has})
    litellm = importlib.machinery.PathFinder.find_spec("litellm")
    views = Path((litellm.submodule_search_locations or ["/"])[0] if litellm else "/") / "proxy/db/create_views.py"
    code = _migrate()
    if code == 0 and views.exists():
        asyncio.run(_make_views(views))
    return code


def _migrate() -> int:
    sys.modules.update(dict.fromkeys(HEAVY))  # type: ignore[arg-type]
    try:
        from litellm_proxy_extras.utils import ProxyExtrasDBManager as Manager  # in the image only

        if hasattr(Manager, "run_migration_job"):
            _do_not_wait_for_others()
            return 0 if Manager.run_migration_job(use_migrate=True, use_v2_resolver=True) else 1
        if "use_v2_resolver" in inspect.signature(Manager.setup_database).parameters:
            return 0 if Manager.setup_database(use_migrate=True, use_v2_resolver=True) else 1
        return _deploy_alone(Manager)
    except RuntimeError as refused:
        # So the second resolver says what it cannot do.
        print(refused, file=sys.stderr, flush=True)
        return 1
    finally:
        for name in HEAVY:
            del sys.modules[name]


def _do_not_wait_for_others() -> None:
    """After each index it sleeps, for another replica that may wait for the lock: here is none."""
    with contextlib.suppress(ImportError):
        from litellm_proxy_extras import request_log_indexes

        request_log_indexes._LOCK_HANDOVER_SECONDS = 0  # noqa: SLF001 - it has no setting


def _deploy_alone(manager: Any) -> int:
    """Prisma's own part, which changes nothing but by migrations, and stops at the first that fails."""
    prisma = getattr(sys.modules[manager.__module__], "_get_prisma_command", lambda: "prisma")()
    return subprocess.run([prisma, "migrate", "deploy"], cwd=manager._get_prisma_dir(), check=False).returncode  # noqa: SLF001 - as LiteLLM itself does


async def _make_views(file: Path) -> None:
    """Makes those that are missing, by LiteLLM's own statements."""
    try:
        import psycopg  # in images whose job makes indexes with it
    except ImportError:
        await _make_views_by_prisma()
        return
    with psycopg.connect(os.environ["DATABASE_URL"].split("?")[0], autocommit=True) as connection:
        await _load_alone(file).create_missing_views(_Database(connection))


async def _make_views_by_prisma() -> None:
    from litellm.proxy.db.create_views import create_missing_views
    from prisma import Prisma

    async with Prisma() as database:
        await create_missing_views(database)


class _Database:
    """As much of Prisma's client as the statements are run by."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def query_raw(self, query: str) -> Any:
        return self._connection.execute(query).fetchall()

    async def execute_raw(self, query: str) -> int:
        self._connection.execute(query)
        return 0


def _load_alone(file: Path) -> Any:
    """The module without the rest of LiteLLM, of which it wants a logger and a span of nobody's trace."""

    @contextlib.asynccontextmanager
    async def db_span(*_: object) -> AsyncIterator[None]:
        yield

    logger = {"verbose_logger": logging.getLogger("litellm")}
    for name, members in {"litellm": logger, "litellm._logging": logger, "litellm.proxy": {}, "litellm.proxy.db": {}}.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__dict__.update(members)
    span = ModuleType("litellm.proxy.db.db_span")
    span.__dict__["db_span"] = db_span
    sys.modules[span.__name__] = span
    spec = importlib.util.spec_from_file_location("litellm.proxy.db.create_views", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())

"""Runs inside LiteLLM's image, by its own Python: brings the database to the schema of the image, and makes LiteLLM's views.

LiteLLM's migration job does the first by itself, in a second or two. The server's own entry point, which comes to the same job in the
end, first loads all of LiteLLM; it is asked only in an image whose job is missing or cannot do without. The views are what LiteLLM
makes when it starts to serve an empty database, and may not make here: it serves with a role that changes no schema.
"""

import asyncio
import contextlib
import importlib.machinery
import importlib.util
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
        from litellm_proxy_extras import request_log_indexes  # in the image only
        from litellm_proxy_extras.utils import ProxyExtrasDBManager

        # After each index it sleeps, for another replica that may wait for the lock: here is none.
        request_log_indexes._LOCK_HANDOVER_SECONDS = 0  # noqa: SLF001 - it has no setting
        # The resolver that the server takes by default: it forces nothing.
        return 0 if ProxyExtrasDBManager.run_migration_job(use_migrate=True, use_v2_resolver=True) else 1
    except (ImportError, AttributeError) as absent:
        print(f"LiteLLM's server migrates by itself, as this image has no job for it: {absent}", file=sys.stderr, flush=True)
        return subprocess.run(["litellm", "--skip_server_startup"], check=False).returncode
    finally:
        for name in HEAVY:
            del sys.modules[name]


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

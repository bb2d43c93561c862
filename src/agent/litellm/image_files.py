"""What is read of an image's own files, without anything of it being run: LiteLLM's version, its list of prices and its schema.

They are read from the image as the registry gave it, mounted read-only by podman, and never through the file system of a running
container, where every name may be a link that leads to the host's own files. What was read is kept by the image's digest.
"""

import dataclasses
import json
import os
import re
import stat
from pathlib import Path

from agent.base import durable
from agent.base.paths import STATE
from agent.base.process import run
from agent.litellm import migration_sql, prisma_schema

KEPT = STATE / "images"
DIGEST = re.compile(r"@sha256:([0-9a-f]{64})$")
VERSION = re.compile(r"litellm-([0-9][0-9A-Za-z.+!_]*)\.dist-info")
PACKAGES = ("site-packages", "dist-packages")
PRICES = "model_prices_and_context_window_backup.json"
# LiteLLM's list has 3 MB.
MOST_BYTES = 64 * 1024 * 1024
EXTRAS = "litellm_proxy_extras"
# People read them. One of LiteLLM's own has spaces.
MIGRATION = re.compile(r"[^\x00-\x1f\x7f/]{1,200}")
FILES = ("prices", "version", "schema")
OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclasses.dataclass(frozen=True)
class Schema:
    """The database's schema as the image wants it."""

    # Names of its migrations, in the order that Prisma runs them.
    migrations: list[str]
    # By table.
    columns: dict[str, list[str]]
    # By migration: what it drops, renames or empties, as `table` or `table.column`. Those that only add are left out.
    taken: dict[str, list[str]]


@dataclasses.dataclass(frozen=True)
class Contents:
    version: str | None
    # The list's bytes as LiteLLM has them: JSON, if all is well.
    prices: bytes | None
    schema: Schema | None


def version(image: str) -> str | None:
    """The version of the package litellm in the image: a bad release may do harm as soon as Python starts."""
    file = _kept(image, "version")
    known = None if file is None else _bytes(file)
    return read(image).version if known is None else known.decode() or None


def kept_version(image: str) -> str | None:
    """As `version`, of an image that was on this host before; one that was not is not looked at."""
    file = _kept(image, "version")
    known = None if file is None else _bytes(file)
    return known.decode() or None if known else None


def prices(image: str) -> bytes | None:
    """LiteLLM's list of prices; None when the image has none. Writes nothing, as who asks may be let look only."""
    file = _kept(image, "prices")
    known = None if file is None else _bytes(file)
    return read(image).prices if known is None else known or None


def schema(image: str) -> Schema | None:
    """What the image wants of the database; None when the image has no migrations to read."""
    known = kept_schema(image)
    return read(image).schema if known is None else known


def kept_schema(image: str) -> Schema | None:
    """As `schema`, of an image that was on this host before; one that was not is not looked at."""
    file = _kept(image, "schema")
    content = None if file is None else _bytes(file)
    return Schema(**json.loads(content)) if content else None


def remember(image: str) -> None:
    """Keeps what is read of the image, so that a plan need not mount it."""
    files = [_kept(image, name) for name in FILES]
    if None in files or all(file is not None and file.exists() for file in files):
        return
    found = read(image)
    wants = b"" if found.schema is None else json.dumps(dataclasses.asdict(found.schema)).encode()
    durable.folder(KEPT, 0o700)
    for file, content in zip(files, (found.prices or b"", (found.version or "").encode(), wants), strict=True):
        assert file is not None
        durable.write(file, content)


def forget_others(images: set[str]) -> None:
    """Removes what is kept of images that are not among these."""
    wanted = {digest[1] for image in images if (digest := DIGEST.search(image))}
    for file in KEPT.iterdir() if KEPT.is_dir() else ():
        if file.name.partition(".")[0] not in wanted:
            durable.remove(file)


def read(image: str) -> Contents:
    """Mounts the image and looks."""
    root = run("podman", "image", "mount", image).strip()
    try:
        return contents(root)
    finally:
        run("podman", "image", "unmount", image, check=False)


def contents(root: str) -> Contents:
    """What lies below the root of a file system; no link in it is followed."""
    for _, below, _, folder in os.fwalk(root, follow_symlinks=False):
        for name in [name for name in below if name in PACKAGES]:
            below.remove(name)
            try:
                packages = os.open(name, OPEN | os.O_DIRECTORY, dir_fd=folder)
            except OSError:
                # A link: what it leads to is found where it lies, if it is in the image at all.
                continue
            try:
                found = [match[1] for match in map(VERSION.fullmatch, sorted(os.listdir(packages))) if match]
                if found:
                    return Contents(found[-1], _list_in(packages), _schema_in(packages) or _schema_below(root))
            finally:
                os.close(packages)
    return Contents(None, None, None)


def _schema_below(root: str) -> Schema | None:
    """Where the package is not among the others, as when it was installed from where its source lies."""
    for _, below, _, folder in os.fwalk(root, follow_symlinks=False):
        if EXTRAS in below and (found := _schema_in(folder)):
            return found
    return None


def _schema_in(packages: int) -> Schema | None:
    """The migrations and the schema of the package, when they are plain files and folders."""
    try:
        extras = os.open(EXTRAS, OPEN | os.O_DIRECTORY, dir_fd=packages)
    except OSError:
        return None
    try:
        statements = _migrations_in(extras)
        text = _plain_file("schema.prisma", extras)
        if not statements or not text:
            return None
        taken = {name: found for name, sql in statements.items() if (found := migration_sql.taken(sql))}
        return Schema(list(statements), prisma_schema.columns(text.decode(errors="replace")), taken)
    finally:
        os.close(extras)


def _migrations_in(extras: int) -> dict[str, str]:
    """The statements of each migration by its name, in the order in which Prisma runs them: by the bytes of the names."""
    try:
        folder = os.open("migrations", OPEN | os.O_DIRECTORY, dir_fd=extras)
    except OSError:
        return {}
    try:
        found = {name: _statements(name, folder) for name in sorted(os.listdir(folder), key=os.fsencode) if MIGRATION.fullmatch(name)}
        return {name: sql for name, sql in found.items() if sql is not None}
    finally:
        os.close(folder)


def _statements(migration: str, folder: int) -> str | None:
    try:
        at = os.open(migration, OPEN | os.O_DIRECTORY, dir_fd=folder)
    except OSError:
        return None
    try:
        content = _plain_file("migration.sql", at)
        return None if content is None else content.decode(errors="replace")
    finally:
        os.close(at)


def _list_in(packages: int) -> bytes | None:
    """The list, when it is a regular file of a size that one may have, in a folder that is one."""
    try:
        folder = os.open("litellm", OPEN | os.O_DIRECTORY, dir_fd=packages)
    except OSError:
        return None
    try:
        return _plain_file(PRICES, folder)
    finally:
        os.close(folder)


def _plain_file(name: str, folder: int) -> bytes | None:
    try:
        with open(os.open(name, OPEN, dir_fd=folder), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                return None
            return file.read(MOST_BYTES)
    except OSError:
        return None


def _kept(image: str, what: str) -> Path | None:
    digest = DIGEST.search(image)
    return None if digest is None else KEPT / f"{digest[1]}.{what}"


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None

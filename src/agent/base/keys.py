"""The keys that are made on the host, once each, and never leave it in clear."""

import hashlib
import hmac
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from agent.base import durable
from agent.base.paths import (
    BACKUP_PASSWORD,
    ETC,
    FINGERPRINT_KEY,
    MASTER_KEY,
    POSTGRES_OWNER_PASSWORD,
    POSTGRES_PASSWORD,
    REDIS_PASSWORD,
    SALT_KEY,
    STATE,
)
from agent.base.refusal import Refused

MAKERS: dict[Path, Callable[[], str]] = {
    # LiteLLM asks for the prefix, and refuses to start with a well-known key.
    MASTER_KEY: lambda: "sk-" + secrets.token_hex(32),
    # Everything stored encrypted in the database hangs on this one: made at the first deploy, never changed.
    SALT_KEY: lambda: secrets.token_hex(32),
    POSTGRES_PASSWORD: lambda: secrets.token_hex(24),
    POSTGRES_OWNER_PASSWORD: lambda: secrets.token_hex(24),
    REDIS_PASSWORD: lambda: secrets.token_hex(24),
    FINGERPRINT_KEY: lambda: secrets.token_hex(32),
    BACKUP_PASSWORD: lambda: secrets.token_hex(32),
}


def missing() -> list[str]:
    return [str(path) for path in MAKERS if not _has_content(path)]


def make_missing(database_has_content: Callable[[], bool]) -> list[str]:
    """Makes the key files that are not there and answers what was done.

    Refuses when the salt key is gone but the database is not: a new one would make every stored credential unreadable.
    """
    durable.folder(ETC, 0o755)
    durable.folder(STATE, 0o700)
    absent = [path for path in MAKERS if not _has_content(path)]
    if SALT_KEY in absent and database_has_content():
        raise Refused(
            "salt-key-lost",
            f"{SALT_KEY} is missing, but the database has data encrypted with it. A new key would make that unreadable. "
            "Restore the file from a backup (every one has it), then deploy again.",
        )
    for path in absent:
        durable.write(path, (MAKERS[path]() + "\n").encode(), 0o600)
    wide = [path for path in MAKERS if stat.S_IMODE(path.stat().st_mode) != 0o600]
    for path in wide:
        path.chmod(0o600)
    return [f"{path} made" for path in absent] + [f"{path} closed to others" for path in wide]


def read(path: Path) -> str:
    """The key without the line end that people's editors add: LiteLLM compares every byte."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise Refused("key-missing", f"{path} is missing on the host. Run deploy, or restore a backup.") from None


def fingerprinter() -> Callable[[str], str] | None:
    """A function from a value to 16 hex digits that only this host can compute; None before the first deploy."""
    if not _has_content(FINGERPRINT_KEY):
        return None
    key = read(FINGERPRINT_KEY).encode()
    return lambda value: hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16]


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 1
    except FileNotFoundError:
        return False

"""Which backup is restored, whether it fits, and what that would change; nothing here changes the gateway."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from agent import contract
from agent.backup import manifest, restic, settings as backup_settings
from agent.backup.manifest import Manifest
from agent.base import durable, keys
from agent.base.events import note
from agent.base.paths import BACKUP_PASSWORD, BACKUP_SETTINGS, BACKUPS, ETC, SALT_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, dump as database_dump, postgres
from agent.database.server import programs
from agent.gateway import release

GIVEN_PASSWORD = BACKUPS / "given_password"

Document = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Chosen:
    repository: restic.Repository
    snapshot: restic.Snapshot
    manifest: Manifest
    scope: str
    # What serves on the restored data.
    image: str
    # Its schema is older than what that image wants.
    migrate: bool


def place_settings(given: Document | None) -> None:
    """On a host that lost /etc/litellm, what the declaration says of backups takes the place of what deploy said."""
    if given is not None and not BACKUP_SETTINGS.exists():
        durable.folder(ETC, 0o755)
        durable.write(BACKUP_SETTINGS, json.dumps(given, indent=1).encode(), 0o644)


def choose(settings: backup_settings.Settings, given: Document) -> Chosen:
    """Refuses what doesn't fit before anything is touched."""
    scope = given.get("scope") or "database"
    if scope not in contract.SCOPES:
        raise Refused("scope", f'The scope is "{scope}"; it can be {", ".join(contract.SCOPES)}.')
    repository, snapshot = _find(settings, given.get("backup"), password_file(given))
    about = manifest.parse(repository.read(snapshot, manifest.NAME))
    if about["domain"] != settings.domain:
        raise Refused("foreign", f"The backup is of {about['domain']}, not of {settings.domain}: it was not restored.")
    serving = release.serving()
    if scope == "all":
        image, migrate = about["image"], False
    elif serving is None:
        raise Refused("not-deployed", "No gateway stands on this host. Restore with the scope all, which brings its keys and release too.")
    else:
        _require_salt(about)
        image = release.describe(serving)["image"]
        migrate = _require_migrations(about, image)
    _require_server(about)
    return Chosen(repository, snapshot, about, scope, image, migrate)


def keep_password(given: Document) -> Document:
    """Puts a password from the escrow where restic reads it, and takes it out of what is passed on and written down."""
    rest = {name: value for name, value in given.items() if name != "password"}
    if not given.get("password"):
        return rest
    durable.folder(BACKUPS, 0o700)
    durable.write(GIVEN_PASSWORD, (given["password"].strip() + "\n").encode())
    return rest | {"escrow": True}


def password_file(given: Document) -> Path:
    """Where restic reads the password: the host's own file, or the one with what was given."""
    return GIVEN_PASSWORD if given.get("escrow") else BACKUP_PASSWORD


def _find(settings: backup_settings.Settings, wanted: str | None, password: Path) -> tuple[restic.Repository, restic.Snapshot]:
    """The repository of this host first: it is near. Where it cannot give the backup, the off-site copy does."""
    near = restic.Repository(settings.repository, settings, "repository", password)
    far = None if settings.copy_to is None else restic.Repository(settings.copy_to, settings, "off-site copy", password)
    try:
        return near, restic.choose(near.snapshots(), wanted)
    except Refused as refused:
        if far is None or refused.code == "disk-full":
            raise
        note("repository", f"{refused.message} The off-site copy is asked.")
    return far, restic.choose(far.snapshots(), wanted)


def _require_salt(about: Manifest) -> None:
    if SALT_KEY.exists() and about["salt"] == manifest.fingerprint(keys.read(SALT_KEY)):
        return
    raise Refused(
        "salt-key",
        "What is stored in this backup was encrypted with another salt key than this host has: it could not be read. Restore with the "
        "scope all, which brings the backup's keys too.",
    )


def _require_migrations(about: Manifest, image: str) -> bool:
    """Whether the backup's schema is older than the live one. One that is newer has no way back."""
    live, then = set(postgres.migrations()), set(about["database"]["migrations"])
    if not live:
        return bool(image != about["image"])
    unknown = sorted(then - live)
    if unknown:
        raise Refused(
            "schema-newer",
            f"The backup was made by LiteLLM {about['litellmVersion']}, whose schema has {len(unknown)} migrations that the serving image "
            f"does not know ({unknown[-1]}). Deploy {about['image']} first, or restore with the scope all.",
        )
    return bool(live - then)


def _require_server(about: Manifest) -> None:
    here, there = int(programs().parent.name), about["database"]["serverVersion"] // 10000
    if here < there:
        raise Refused("server-older", f"The backup is of PostgreSQL {there}, and this host has {here}, which cannot read it.")


def describe(chosen: Chosen) -> Document:
    """What a restore would lose and gain, in rows and in dollars."""
    about = chosen.manifest["database"]
    live = _live_rows()
    then = {name: int(table["rows"]) for name, table in about["tables"].items()}
    if chosen.scope == "configuration":
        then = {name: count for name, count in then.items() if not any(log in name for log in database_dump.LOG_TABLES)}
        live = {name: count for name, count in live.items() if not any(log in name for log in database_dump.LOG_TABLES)}
    changed = {name: [live.get(name, 0), then.get(name, 0)] for name in sorted(live.keys() | then.keys())}
    return {
        "snapshot": chosen.snapshot.original,
        "time": chosen.manifest["created"],
        "source": chosen.repository.name,
        "scope": chosen.scope,
        "litellm": chosen.manifest["litellmVersion"],
        "rows": database_content.rows({"tables": about["tables"]}),
        # By table: rows now, rows then.
        "tables": {name: counts for name, counts in changed.items() if counts[0] != counts[1]},
        "newer": newer_than(about.get("newestRequest")),
    }


def _live_rows() -> dict[str, int]:
    if postgres.state() != "ready":
        return {}
    with postgres.reading(seconds=600) as asked:
        # Names as the server quotes them.
        return {name: asked.one(f"SELECT count(*) FROM ONLY {name}") for name in asked.column(database_content.TABLES)}


def newer_than(time: str | None) -> Document | None:
    """{requests, spend}: what the live database has of requests after that time, and a restore would lose; null when it cannot be told."""
    since = (
        f'SELECT count(*), coalesce(sum({postgres.SPEND}), 0) FROM "LiteLLM_SpendLogs" '
        'WHERE %(time)s IS NULL OR "startTime" > %(time)s::timestamp'
    )
    try:
        with postgres.reading(seconds=600) as asked:
            ((count, spend),) = asked.rows(since, {"time": time})
    except CommandFailed:
        return None
    return {"requests": count, "spend": float(spend)}

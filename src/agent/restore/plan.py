"""Which backup is restored, whether it fits, and what that would change; nothing here changes the gateway."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from agent import contract
from agent.backup import manifest, restic, settings as backup_settings
from agent.backup.manifest import Manifest
from agent.base import durable, keys
from agent.base.events import note
from agent.base.paths import BACKUP_PASSWORD, BACKUP_SETTINGS, BACKUPS, ETC, SALT_KEY
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.database import content as database_content, postgres, tables as database_tables
from agent.database.server import READER, programs
from agent.database.session import Session, session
from agent.gateway import release
from agent.litellm import tables as litellm_tables
from agent.restore import kept_tables

if TYPE_CHECKING:
    from agent.contract_types import BackupSettings, Loss, RestorePlan, RestoreQuestion, RestoreScope, UndoPlan

GIVEN_PASSWORD = BACKUPS / "given_password"

Document = dict[str, Any]
Stays = Callable[[database_tables.Schema], list[str]]


@dataclasses.dataclass(frozen=True)
class Chosen:
    repository: restic.Repository
    snapshot: restic.Snapshot
    manifest: Manifest
    scope: "RestoreScope"
    # What serves on the restored data.
    image: str
    # Its schema is older than what that image wants.
    migrate: bool


def place_settings(given: "BackupSettings | None") -> None:
    """On a host that lost /etc/litellm, what the declaration says of backups takes the place of what deploy said."""
    if given is not None and not BACKUP_SETTINGS.exists():
        durable.folder(ETC, 0o755)
        durable.write(BACKUP_SETTINGS, json.dumps(given, indent=1).encode(), 0o644)


def choose(settings: backup_settings.Settings, given: "RestoreQuestion") -> Chosen:
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
        raise Refused(
            "not-deployed", "No gateway is deployed on this host. Restore with the scope all, which restores its keys and release too."
        )
    else:
        _require_salt(about)
        image = release.describe(serving)["image"]
        migrate = _require_migrations(about, image)
    _require_server(about)
    return Chosen(repository, snapshot, about, scope, image, migrate)


def keep_password(given: Mapping[str, Any]) -> Document:
    """Puts a password from the escrow where restic reads it, and takes it out of what is passed on and written down."""
    rest = {name: value for name, value in given.items() if name != "password"}
    if not given.get("password"):
        return rest
    durable.folder(BACKUPS, 0o700)
    durable.write(GIVEN_PASSWORD, (given["password"].strip() + "\n").encode())
    return rest | {"escrow": True}


def password_file(given: Mapping[str, Any]) -> Path:
    """Where restic reads the password: the host's own file, or the one with what was given."""
    return GIVEN_PASSWORD if given.get("escrow") else BACKUP_PASSWORD


def _find(settings: backup_settings.Settings, wanted: str | None, password: Path) -> tuple[restic.Repository, restic.Snapshot]:
    """The repository of this host first: it is near. Where it cannot give the backup, the off-site copy does."""
    near, far = restic.local(settings, password), restic.copy(settings, password)
    try:
        return near, restic.choose(near.snapshots(), wanted)
    except Refused as refused:
        if far is None or refused.code == "disk-full":
            raise
        note("repository", f"{refused.message} Trying the off-site copy.")
    return far, restic.choose(far.snapshots(), wanted)


def _require_salt(about: Manifest) -> None:
    if SALT_KEY.exists() and about["salt"] == manifest.fingerprint(keys.read(SALT_KEY)):
        return
    raise Refused(
        "salt-key",
        "The data in this backup was encrypted with another salt key than this host has and could not be read. Restore with the "
        "scope all, which restores the backup's keys too.",
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


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What a restore finds in the live database beside a backup; tables by name, partitions among the table that they are of."""

    # Tables whose rows stay, and how many they are.
    kept: dict[str, int]
    # Those that the backup replaces with other rows: how many there are now, and how many then.
    replaced: dict[str, tuple[int, int]]


class Tables(TypedDict):
    # By table: rows now, rows then.
    tables: dict[str, tuple[int, int]]
    kept: dict[str, int]
    unknown: list[str]


def describe(chosen: Chosen, confirm: str, interrupted: str | None = None) -> "RestorePlan":
    """What a restore would lose and gain, in rows and in dollars: every table of which a row would not be there any more is named."""
    about = chosen.manifest["database"]
    found = compare(about, stays(chosen.scope))
    return {
        "outcome": "planned",
        "confirm": confirm,
        "interrupted": interrupted,
        "snapshot": chosen.snapshot.original,
        "time": chosen.manifest["created"],
        "source": chosen.repository.name,
        "scope": chosen.scope,
        "litellm": chosen.manifest["litellmVersion"],
        "rows": database_content.rows({"tables": about["tables"]}),
        # With the logs all requests stay.
        "newer": {"requests": 0, "spend": 0.0} if chosen.scope == "configuration" else newer_than(about.get("newestRequest")),
        **_tables(found),
    }


def describe_undo(record: Document, confirm: str) -> "UndoPlan":
    """What would be lost and what stays when the last restore is undone; shapes as in `describe`."""
    with session(READER, record["before"], 600) as asked:
        asked.rows("BEGIN READ ONLY")
        about = database_content.read(asked) | {"roots": database_tables.read(asked).roots()}
        newest = asked.one('SELECT max("startTime")::text FROM public."LiteLLM_SpendLogs"')
    kept = record.get("kept")
    found = compare(about, lambda live: [name for name in kept["tables"] if name in live.parts] if kept else [])
    return {
        "outcome": "planned",
        "undo": record["before"],
        "confirm": confirm,
        "scope": record["scope"],
        "newer": {"requests": 0, "spend": 0.0} if kept else newer_than(newest),
        **_tables(found),
    }


def _tables(found: Comparison) -> Tables:
    kept = {name: count for name, count in sorted(found.kept.items()) if count > 0}
    return {
        "tables": dict(sorted(found.replaced.items())),
        "kept": kept,
        "unknown": [name for name in kept if name not in litellm_tables.USAGE],
    }


def stays(scope: str) -> Stays:
    """Which tables of the live database keep their rows."""
    return kept_tables.of if scope == "configuration" else lambda _live: []


def loaded(about: Document, stays: Stays) -> list[str]:
    """The tables and partitions of the backup whose rows a restore loads: all but those of tables that stay."""
    if postgres.state() != "ready":
        return list(about["tables"])
    with postgres.reading() as asked:
        schema = database_tables.read(asked)
    roots, kept = schema.roots() | about.get("roots", {}), stays(schema)
    return [part for part in about["tables"] if roots.get(part, part) not in kept]


def compare(about: Document, stays: Stays) -> Comparison:
    """Holds: a table of the live database is kept, or it has the same rows in the backup, or it is among the replaced."""
    if postgres.state() != "ready":
        return _compared(about, {}, database_tables.Schema({}, frozenset()), [])
    with postgres.reading() as asked:
        asked.rows(database_content.SETTINGS)
        asked.rows("SET statement_timeout = '600s'")
        schema = database_tables.read(asked)
        kept = stays(schema)
        return _compared(about, _live(asked, schema, about, kept), schema, kept)


def _live(asked: Session, schema: database_tables.Schema, about: Document, kept: list[str]) -> Document:
    """{table: {rows, checksum}}; the checksum only of those that may differ from the backup's, as it takes long."""
    then = database_tables.by_table(about["tables"], schema.roots() | about.get("roots", {}))
    live: Document = {}
    for name in schema.parts:
        rows = int(asked.one(f"SELECT count(*) FROM {'' if len(schema.parts[name]) > 1 else 'ONLY'} {name}"))
        same = name not in kept and rows == then.get(name) and rows > 0
        live[name] = {"rows": rows, "checksum": database_tables.checksum(asked, schema.parts[name]) if same else None}
    return live


def _compared(about: Document, live: Document, schema: database_tables.Schema, kept: list[str]) -> Comparison:
    roots = schema.roots() | about.get("roots", {})
    then = database_tables.by_table(about["tables"], roots)
    sums: dict[str, int] = {}
    for part, table in about["tables"].items():
        sums[roots.get(part, part)] = sums.get(roots.get(part, part), 0) + int(table["checksum"])
    replaced = {}
    for name in live.keys() | then.keys():
        now = live.get(name, {"rows": 0, "checksum": None})
        other = now["checksum"] is not None and now["checksum"] != sums[name]
        if name not in kept and (now["rows"] != then.get(name, 0) or other):
            replaced[name] = (now["rows"], then.get(name, 0))
    return Comparison(kept={name: live[name]["rows"] for name in kept}, replaced=replaced)


def newer_than(time: str | None) -> "Loss | None":
    """{requests, spend}: what the live database has of requests after that time, and a restore would lose; null when it is not known."""
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

"""Releases: what one generation of the gateway is made of, in a folder of its own that is never edited.

/etc/litellm/releases/ID/config.yaml   models and settings, no secret in it
                         beside/       files that people wrote, such as Python hooks (`beside`)
                         env           what the container gets, 0600
                         unit.env      image and number of workers, for the unit
                         release.json  how it came about
/etc/litellm/slots/{main,standby}      the release each slot runs, changed only while that slot is stopped
/etc/litellm/{config.yaml,env}         those of the release that serves
"""

import dataclasses
import hashlib
import hmac
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import contract
from agent.base import durable, env_file, keys, migration_runs
from agent.base.clock import now
from agent.base.env_file import one_line
from agent.base.paths import CONFIG, CONTAINER_FILES, ENV, FINGERPRINT_KEY, MASTER_KEY, REDIS_PASSWORD, RELEASES, SALT_KEY, SLOTS
from agent.base.refusal import Refused
from agent.database import postgres
from agent.gateway import beside as beside_files, variables
from agent.litellm import configuration as loader

if TYPE_CHECKING:
    from agent.contract_types import ReleaseSettings

UNIT_FILES = [
    Path(contract.QUADLET),
    Path(contract.QUADLET_STANDBY),
    CONTAINER_FILES / "start",
    CONTAINER_FILES / "sitecustomize.py",
]
REFERENCE = re.compile(rf"{re.escape(contract.REFERENCE_PREFIX)}({contract.VARIABLE})")
KEPT = 3
# LiteLLM lets open requests end for this long when it is asked to stop; the units' stop timeouts are longer.
GRACEFUL_SHUTDOWN_SECONDS = 60

Document = dict[str, Any]


def host_environment(settings: "ReleaseSettings") -> dict[str, str]:
    """What the host itself gives LiteLLM."""
    return {
        "DATABASE_URL": postgres.url(),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": "6379",
        "REDIS_PASSWORD": keys.read(REDIS_PASSWORD),
        "LITELLM_MASTER_KEY": keys.read(MASTER_KEY),
        "LITELLM_SALT_KEY": keys.read(SALT_KEY),
        "LITELLM_MODE": "PRODUCTION",
        "STORE_MODEL_IN_DB": "True" if settings.get("storeModelInDb") else "False",
        # Migrations are a step of their own: a timeout in them once led to serving on a broken schema (L#23976).
        "DISABLE_SCHEMA_UPDATE": "true",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "GRACEFUL_SHUTDOWN_TIMEOUT": str(GRACEFUL_SHUTDOWN_SECONDS),
    }


HOST_OWNED = frozenset(contract.HOST_OWNED)


@dataclasses.dataclass(frozen=True)
class Content:
    """What people declared for LiteLLM: no secret is in it."""

    config: str
    beside: beside_files.Files


def content_in(release: Path) -> Content:
    """That of a release's folder, wherever it is."""
    return Content((release / "config.yaml").read_text(), beside_files.read(release))


def folder(release: str) -> Path:
    return RELEASES / release


def serving() -> str | None:
    """The release that people are served by, or None before the first one."""
    try:
        return Path(os.readlink(CONFIG)).parent.name
    except (FileNotFoundError, OSError):
        return None


def in_slot(slot: str) -> str | None:
    try:
        return Path(os.readlink(SLOTS / slot)).name
    except FileNotFoundError:
        return None


def put_in_slot(slot: str, release: str) -> None:
    """Points the slot at the release. Holds: its unit is stopped, because podman resolves the link when it starts."""
    durable.folder(SLOTS, 0o755)
    durable.link(SLOTS / slot, f"../releases/{release}")


def forget_slot(slot: str) -> None:
    durable.remove(SLOTS / slot)


def publish(release: str) -> None:
    """Makes the paths that people read those of the release that serves now."""
    durable.link(CONFIG, f"releases/{release}/config.yaml")
    durable.link(ENV, f"releases/{release}/env")


def describe(release: str) -> Document:
    return durable.read_json(folder(release) / "release.json") or {}


def workers_in(slot: str, release: str) -> int:
    """How many workers the release has in the slot."""
    return int(describe(release)["standbyWorkers" if slot == "standby" else "workers"])


def _standby_workers(workers: int) -> int:
    """Standby serves for the minute that main takes: more workers than cores would serve no more, and come up later.

    Two at least, where there are two: one that hangs then takes only half of the requests with it.
    """
    return min(workers, max(2, os.cpu_count() or 2))


def environment(release: str) -> dict[str, str]:
    """The release's environment as LiteLLM gets it."""
    return env_file.read(folder(release) / "env")


def configuration(release: str) -> Document:
    """The release's config.yaml as a document."""
    found: Document | None = loader.load((folder(release) / "config.yaml").read_text())
    return found or {}


def provider_environment(release: str) -> dict[str, str]:
    """The part of the environment that was given by the user: provider keys and what else the configuration refers to."""
    others = HOST_OWNED | set(set_by_configuration(release))
    return {name: value for name, value in environment(release).items() if name not in others}


def set_by_configuration(release: str) -> list[str]:
    """The variables that have their value from the release's configuration; earlier releases have none."""
    return list(describe(release).get("variables") or [])


def assemble(config: str, given: dict[str, str], settings: "ReleaseSettings") -> dict[str, str]:
    """The environment of a new release: what the step gave, what it refers to and the serving one has, what the configuration sets
    (`variables`), and the host's own.

    Refuses a reference that nobody has a value for, a name that belongs to the host, and a value the file cannot hold.
    """
    taken = sorted(set(given) & HOST_OWNED)
    if taken:
        raise Refused("env-reserved", f"{', '.join(taken)} is set by the host itself. Remove it from the environment.")
    before = serving()
    kept = provider_environment(before) if before else {}
    values = {name: one_line(name, value) for name, value in given.items()}
    referred = set(REFERENCE.findall(config)) - HOST_OWNED - set(variables.own(config))
    values |= {name: kept[name] for name in referred - set(values) if name in kept}
    absent = sorted(referred - set(values))
    if absent:
        raise Refused(
            "env-missing",
            f"The configuration refers to {', '.join(absent)}, but the environment has no value for it and the gateway has "
            "none from before. Pass it to the step (env: in the workflow, from a secret).",
            names=absent,
        )
    return dict(sorted((values | variables.resolved(config, values)).items())) | host_environment(settings)


def identity(content: Content, env: dict[str, str], image: str, workers: int) -> str:
    """A keyed hash of all that a release is: equal exactly when nothing would change. Keyed, as secrets are part of it."""
    units = [path.read_text() if path.exists() else "" for path in UNIT_FILES]
    beside = beside_files.hashes_of(content.beside)
    whole = json.dumps([content.config, env, image, workers, units, *([beside] if beside else [])], sort_keys=True)
    key = keys.read(FINGERPRINT_KEY).encode()
    return hmac.new(key, whole.encode(), hashlib.sha256).hexdigest()


def is_as_written(release: str, content: Content) -> bool:
    """Whether this is what is in the release's folder: somebody may have changed it there by hand."""
    return content_in(folder(release)) == content


def write(content: Content, env: dict[str, str], image: str, workers: int, settings: "ReleaseSettings", run: str, probe: list[str]) -> str:
    """Writes a new release folder, complete or not at all, and answers its id."""
    same = identity(content, env, image, workers)
    release = f"{now():%Y%m%dT%H%M%SZ}-{same[:8]}"
    durable.folder(RELEASES, 0o755)
    made = RELEASES / f".{release}"
    shutil.rmtree(made, ignore_errors=True)
    durable.folder(made, 0o755)
    durable.write(made / "config.yaml", content.config.encode(), 0o644)
    beside_files.write(made, content.beside)
    durable.write(made / "env", env_file.text(env).encode(), 0o600)
    in_standby = _standby_workers(workers)
    unit = {"LITELLM_IMAGE": image, "LITELLM_WORKERS": str(workers), "LITELLM_STANDBY_WORKERS": str(in_standby)}
    durable.write(made / "unit.env", env_file.text(unit).encode(), 0o644)
    durable.write_json(
        made / "release.json",
        {
            "id": release,
            "identity": same,
            "image": image,
            "workers": workers,
            "standbyWorkers": in_standby,
            "settings": settings,
            "probe": probe,
            "variables": variables.own(content.config),
            "run": run,
            "migrations": len(postgres.migrations()),
            "backup": migration_runs.backup_for(image),
            "created": now().isoformat(),
        },
    )
    target = folder(release)
    if target.exists():
        # The same content within the same second: a run that was begun and undone just now.
        shutil.rmtree(target)
    os.rename(made, target)
    durable.flush_directory(RELEASES)
    return release


def earlier() -> list[str]:
    """Releases that were there before the one that serves, the newest first."""
    now_serving = serving()
    if now_serving is None:
        return []
    known = sorted((entry.name for entry in RELEASES.iterdir() if not entry.name.startswith(".")), reverse=True)
    return [name for name in known if name < now_serving]


def remove(release: str) -> None:
    """Removes a release that nothing points at."""
    if release not in (serving(), in_slot("main")):
        if in_slot("standby") == release:
            durable.remove(SLOTS / "standby")
        shutil.rmtree(folder(release), ignore_errors=True)


def prune() -> list[str]:
    """Removes all but the newest releases; those in use stay whatever their age. Answers what was removed."""
    if not RELEASES.is_dir():
        return []
    used = {serving(), in_slot("main"), in_slot("standby")}
    known = sorted(entry.name for entry in RELEASES.iterdir() if not entry.name.startswith("."))
    old = [name for name in known[:-KEPT] if name not in used]
    for name in old:
        shutil.rmtree(folder(name), ignore_errors=True)
    return old

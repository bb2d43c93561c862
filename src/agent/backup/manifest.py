"""What a backup says of itself: what it holds, of which moment, and what it takes to use it. Restores are checked against it."""

import concurrent.futures
import hashlib
import hmac
import json
import os
import re
import shutil
import stat
from pathlib import Path
from typing import Any

from agent import contract
from agent.backup import log_retention
from agent.base import durable, keys, nofollow
from agent.base.clock import now
from agent.base.paths import AUDIT_LOG, ETC, FINGERPRINT_KEY, MIGRATED, RELEASES, SALT_KEY
from agent.base.refusal import Refused
from agent.gateway import certificates, images

SCHEMA = 1
NAME = "manifest.json"
# What makes up the machine's part; the rest of it comes with the packages, or by deploy.
TREES = (
    ETC, Path("/etc/caddy"), Path("/etc/containers/systemd"), Path("/etc/redis"), Path("/etc/postgresql"), FINGERPRINT_KEY,
    MIGRATED, AUDIT_LOG, Path(contract.FIREWALL_RULES), *certificates.TREES,
)  # fmt: skip

# It becomes part of paths.
RELEASE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,80}")

Manifest = dict[str, Any]


def copy_files(target: Path) -> int:
    """Copies the machine's files below `target`, links as links; answers how many there are."""
    for last in (False, True):
        try:
            _copy(target)
            break
        except FileNotFoundError:
            # A rollout that ends just now removes old releases.
            if last:
                raise
            shutil.rmtree(target)
    return sum(len(files) for _, _, files in os.walk(target))


def _copy(target: Path) -> None:
    for tree in TREES:
        to = target / tree.relative_to("/")
        # Services own some of these, and might swap a name for a link meanwhile.
        if tree.is_dir():
            nofollow.copy_tree(tree, to)
        elif tree.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            nofollow.copy_file(tree, to)


def write(folder: Path, kind: str, domain: str, database: dict[str, Any], redis: dict[str, int]) -> Manifest:
    """Writes the manifest of what is in the folder, and answers it."""
    # What was copied counts, not what may serve by now.
    etc = folder / "files" / ETC.relative_to("/")
    serving = Path(os.readlink(etc / "config.yaml")).parent.name
    about = durable.read_json(etc / "releases" / serving / "release.json")
    image = about["image"]
    manifest = {
        "schema": SCHEMA,
        "created": now().isoformat(),
        "kind": kind,
        "domain": domain,
        "release": serving,
        "image": image,
        "workers": about["workers"],
        "litellmVersion": images.litellm_version(image) if images.present(image) else None,
        "logRetention": log_retention.declared((etc / "releases" / serving / "config.yaml").read_text()),
        "salt": fingerprint(keys.read(etc / SALT_KEY.name)),
        "database": database,
        "redis": redis,
        "files": hashes(folder),
    }
    durable.write_json(folder / NAME, manifest)
    return manifest


def parse(content: bytes) -> Manifest:
    """Refuses what is no manifest of ours, or one that a newer version wrote."""
    try:
        manifest: Manifest = json.loads(content)
        schema = int(manifest["schema"])
    except (ValueError, KeyError, TypeError):
        raise Refused("manifest", f"{NAME} of the backup is damaged, or the backup is not ours.") from None
    if schema > SCHEMA:
        raise Refused("manifest", "The backup was made by a newer version of litellm-gitops. Use that one.")
    for name, shape in (("release", RELEASE), ("image", images.BY_DIGEST)):
        if not isinstance(manifest.get(name), str) or not shape.fullmatch(manifest[name]):
            raise Refused("manifest", f"{NAME} of the backup has a {name} that none of ours has: it is damaged, or forged.")
    return manifest


def require_ours(folder: Path) -> None:
    """Refuses a fetched backup with anything in it that none of ours has: anyone who can forge one must not gain more than the data.

    Files, folders and links are all there is, and links only among the machine's files, at none of the places that are read here.
    """
    machine = folder / "files"
    releases = machine / RELEASES.relative_to("/")
    places = (releases, *(machine / path.relative_to("/") for path in keys.MAKERS))
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(root) / name
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                leads = any(place.is_relative_to(path) for place in places) or path.is_relative_to(releases)
                strange = leads or not path.is_relative_to(machine)
            else:
                strange = not stat.S_ISREG(kind) and not stat.S_ISDIR(kind)
            if strange:
                raise Refused(
                    "forged",
                    f"The backup holds {path.relative_to(folder)}, which is not a plain file as in every genuine backup. None of it was "
                    "used. Find out who can write to the repository, and take another backup.",
                )


def release_folder(folder: Path, manifest: Manifest) -> Path:
    """Where the release that served is in a fetched backup."""
    return folder / "files" / RELEASES.relative_to("/") / str(manifest["release"])


def fingerprint(key: str) -> str:
    """Distinguishes two keys, and reveals nothing else about them."""
    return hmac.new(key.strip().encode(), b"litellm-gitops backup", hashlib.sha256).hexdigest()[:16]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below the folder, of links where they point to; the manifest itself is left out."""
    paths = [Path(root) / name for root, _, names in os.walk(folder) for name in sorted(names)]
    named = {str(path.relative_to(folder)): path for path in paths}
    named.pop(NAME, None)
    # hashlib lets other threads run while it works.
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        return dict(zip(named, pool.map(_hash, named.values()), strict=True))


def _hash(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differences(manifest: Manifest, folder: Path) -> list[str]:
    """Names the files that are not as they were backed up."""
    wanted, found = manifest["files"], hashes(folder)
    return (
        [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
        + [f"{name} was not there" for name in sorted(found.keys() - wanted.keys())]
        + [f"{name} is damaged" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]
    )

"""What ages: the image, the master key, updates that wait for a restart."""

import datetime
from pathlib import Path
from typing import Any

from agent.base.paths import MASTER_KEY, SALT_KEY
from agent.base.process import run
from agent.gateway import release

REBOOT = Path("/run/reboot-required")


def gather() -> dict[str, Any]:
    """{rebootRequired, imageCreated, masterKeySince, deployedSince}; times in seconds, null when nobody knows."""
    return {
        "rebootRequired": REBOOT.exists(),
        "imageCreated": _image_created(),
        "masterKeySince": _since(MASTER_KEY),
        "deployedSince": _since(SALT_KEY),
    }


def _since(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _image_created() -> float | None:
    serving = release.serving()
    image = release.describe(serving).get("image") if serving else None
    if not image:
        return None
    form = '{{.Created.Format "2006-01-02T15:04:05Z07:00"}}'
    text = run("podman", "image", "inspect", "--format", form, "--", image, check=False).strip()
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None

"""Container images, always by digest."""

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

from agent.command import CommandFailed, run
from agent.output import Refused
from agent.paths import RELEASES

# Enough to pull with, so that the rest is installed meanwhile. With netavark, for podman settles on its network at its first run.
PULLED_WITH = ("podman", "netavark", "ca-certificates")
VERSION = re.compile(r"litellm-([0-9][^-]*)\.dist-info")


def present(image: str) -> bool:
    try:
        run("podman", "image", "exists", image)
        return True
    except (CommandFailed, FileNotFoundError):
        return False


def pull(image: str) -> None:
    try:
        run("podman", "pull", "--quiet", image, timeout=1800)
    except CommandFailed as failed:
        raise Refused(
            "image-pull",
            f"The image {image} could not be pulled: {failed}. Check that the host reaches the registry and that the digest exists.",
            failed.output,
        ) from None


def pull_missing(image: str, known_bad: dict[str, str]) -> float | None:
    """Pulls the image where it is missing, refuses one that is known to be bad, and answers the seconds that this took."""
    if present(image):
        return None
    begun = time.monotonic()
    pull(image)
    refuse_known_bad(image, known_bad)
    return time.monotonic() - begun


def litellm_version(image: str) -> str | None:
    """The version of the package litellm in the image, read from its files: a bad release may do harm as soon as Python starts."""
    root = Path(run("podman", "image", "mount", image).strip())
    try:
        for folder, below, _ in os.walk(root):
            if os.path.basename(folder) not in ("site-packages", "dist-packages"):
                continue
            found = [VERSION.fullmatch(name) for name in below]
            below.clear()
            for match in filter(None, found):
                return match[1]
        return None
    finally:
        run("podman", "image", "unmount", image, check=False)


def refuse_known_bad(image: str, bad: dict[str, str]) -> None:
    """Refuses an image whose LiteLLM is in `bad`, {version: reason}, and removes it, before anything of it was run."""
    version = litellm_version(image)
    if version is None or version not in bad:
        return
    run("podman", "rmi", image, check=False)
    raise Refused(
        "known-bad",
        f"{image} is LiteLLM {version}, which is known to be bad: {bad[version]}. Nothing of it was run. Name another image.",
    )


def drop_unused(removed: Iterable[str]) -> None:
    """After releases were removed: images that no release names are removed too. One that is in use stays, podman sees to that."""
    if not list(removed):
        return
    named = {
        line.partition("=")[2]
        for path in RELEASES.glob("*/unit.env")
        for line in path.read_text().splitlines()
        if line.startswith("LITELLM_IMAGE=")
    }
    repositories = {image.partition("@")[0] for image in named}
    listing = run("podman", "images", "--digests", "--format", "{{.Repository}} {{.Digest}}", check=False)
    for line in listing.splitlines():
        repository, _, digest = line.partition(" ")
        if repository in repositories and f"{repository}@{digest}" not in named:
            run("podman", "rmi", f"{repository}@{digest}", check=False)

"""Container images, always by digest."""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from agent import contract
from agent.base import durable, env_file, room
from agent.base.events import note
from agent.base.paths import RELEASES
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.gateway import registry, registry_login, release
from agent.litellm import image_files, known_bad

# Enough to pull with, so that the rest is installed meanwhile. With netavark, for podman settles on its network at its first run.
PULLED_WITH = ("podman", "netavark", "ca-certificates")
# Where podman puts what it is sent (image_copy_tmp_dir), until it is unpacked.
DOWNLOADS = Path("/var/tmp")  # noqa: S108 - nothing is written there
# So many times what was sent, with some to spare: LiteLLM's images unpack to between two and four times.
UNPACKED = 4
# As registries say it, in the words that podman passes on.
DENIED = re.compile(r"unauthorized|authentication required|invalid username/password|denied|status code 40[13]", re.IGNORECASE)
UNREACHED = re.compile(r"network is unreachable|no route to host|i/o timeout|no such host", re.IGNORECASE)
# As the declaration has it. What a backup says may be anything, such as an option of podman.
BY_DIGEST = re.compile(contract.IMAGE)


def present(image: str) -> bool:
    try:
        run("podman", "image", "exists", image)
        return True
    except (CommandFailed, FileNotFoundError):
        return False


def pull(image: str, login: registry_login.Login | None = None) -> None:
    """Refuses before a byte is pulled where the disk has no room for the image."""
    _require_room(image, login)
    try:
        with registry_login.options(login, image) as options:
            run("podman", "pull", "--quiet", *options, image, timeout=1800)
    except CommandFailed as failed:
        raise _refused(image, login, failed) from None


def _refused(image: str, login: registry_login.Login | None, failed: CommandFailed) -> Refused:
    place = image.partition("/")[0]
    text = "\n".join(failed.output)
    if DENIED.search(text):
        why = (
            f"the login as {login.username} is refused, or may not read the image: renew the token that litellm.registry.password names"
            if login is not None and login.is_for(image)
            else "it wants a login: declare litellm.registry {username, password: os.environ/…} with one that may read the image"
        )
        return Refused(
            "image-denied", f"{place} does not let this host pull {image}: {why}. The registry says: {failed.output[-1]}", failed.output
        )
    if UNREACHED.search(text) and not registry.has_way(place):
        return Refused(
            "image-pull",
            f"The image {image} could not be pulled: this host has no way to IPv4, and {place} has no IPv6 address. Give the host one "
            "(NAT64, or a proxy in the environment of its services), or take the image from a registry that has IPv6.",
            failed.output,
        )
    return Refused(
        "image-pull",
        f"The image {image} could not be pulled: {failed}. Check that the host reaches the registry and that the digest exists.",
        failed.output,
    )


def _require_room(image: str, login: registry_login.Login | None) -> None:
    layers = registry.layers(image, login.basic() if login is not None and login.is_for(image) else None)
    if layers is None:
        note("image", "The registry did not say how large the image is; the disk was not looked at before the pull.")
        return
    stored = Path(run("podman", "info", "--format", "{{.Store.GraphRoot}}").strip())
    sent = sum(size for digest, size in layers.items() if digest not in _stored_layers(stored))
    # On a disk of its own PostgreSQL is not in the way; on the same one it is what the spare is for.
    room.require({DOWNLOADS: sent, stored: sent * UNPACKED}, f"To pull {image}, of which {sent // room.MIB} MiB are sent,")


def _stored_layers(store: Path) -> set[str]:
    """Digests of the layers that the host has of other images: they are not sent again."""
    listed = durable.read_json(store / "overlay-layers/layers.json") or []
    return {str(layer.get("compressed-diff-digest")) for layer in listed}


def make_ready(image: str, login: Callable[[], registry_login.Login | None] = registry_login.stored) -> float | None:
    """Pulls the image where it is missing, refuses one that is known to be bad, and answers the seconds that a pull took."""
    if not BY_DIGEST.fullmatch(image):
        raise Refused("image", f"{image!r} is not an image by digest (registry/repository@sha256:…).")
    seconds = None
    if not present(image):
        begun = time.monotonic()
        pull(image, login())
        seconds = time.monotonic() - begun
    image_files.remember(image)
    require_good(image)
    return seconds


def litellm_version(image: str) -> str | None:
    return image_files.version(image)


def is_served(image: str) -> bool:
    """Whether the release that serves has this image."""
    serving = release.serving()
    return serving is not None and release.describe(serving).get("image") == image


def require_good(image: str) -> None:
    """Refuses an image whose LiteLLM is known to be bad, and removes it, before anything of it is run.

    Called by all that start an image, since one may be on the host that nobody has checked: pulled by a run that died then, by an
    earlier version, by people. What serves already has run: to refuse it would only stand in the way of a rotation or a restore;
    `doctor` reports it.
    """
    if is_served(image):
        return
    version = litellm_version(image)
    if version is None or version not in known_bad.VERSIONS:
        return
    run("podman", "rmi", image, check=False)
    raise Refused(
        "known-bad",
        f"{image} is LiteLLM {version}, which is known to be bad: {known_bad.VERSIONS[version]}. None of it was run. Name another image.",
    )


def require_supported(image: str) -> None:
    """Refuses an image without LiteLLM, and one older than what deploy can migrate and run. Restores take what their backup names."""
    if is_served(image):
        return
    version = litellm_version(image)
    if version is None or image_files.schema(image) is None:
        missing = "package litellm" if version is None else "migrations of LiteLLM (litellm_proxy_extras/migrations)"
        raise Refused(
            "image-unusable",
            f"{image} has no {missing} in a folder of Python's packages. None of it was run. Name one of LiteLLM's own images "
            "(litellm-database, litellm-non_root or litellm), or one that is made from them.",
        )
    if not _older(version, contract.OLDEST_LITELLM):
        return
    raise Refused(
        "too-old",
        f"{image} is LiteLLM {version}, and {contract.OLDEST_LITELLM} is the oldest that is supported. None of it was run. Name a newer "
        "image.",
    )


def _older(version: str, than: str) -> bool:
    """By their numbers alone: a release candidate counts as the release."""

    def numbers(text: str) -> list[int]:
        found = [int(digits) for digits in re.findall(r"\d{1,9}", text)[:3]]
        return found + [0] * (3 - len(found))

    return numbers(version) < numbers(than)


def drop_unused(removed: Iterable[str]) -> None:
    """After releases were removed: images that no release names are removed too. One that is in use stays, podman sees to that."""
    if not list(removed):
        return
    named = _named()
    repositories = {image.partition("@")[0] for image in named}
    listing = run("podman", "images", "--digests", "--format", "{{.Repository}} {{.Digest}}", check=False)
    for line in listing.splitlines():
        repository, _, digest = line.partition(" ")
        if repository in repositories and f"{repository}@{digest}" not in named:
            run("podman", "rmi", f"{repository}@{digest}", check=False)
    image_files.forget_others(named)


def drop(image: str) -> None:
    """Removes an image, and what is kept of it, unless a release names it or a container is made of it."""
    named = _named()
    if image not in named:
        run("podman", "rmi", image, check=False, timeout=300)
        image_files.forget_others(named)


def _named() -> set[str]:
    return {image for path in RELEASES.glob("*/unit.env") if (image := env_file.read(path).get("LITELLM_IMAGE"))}

"""Container images, always by digest."""

from collections.abc import Iterable

from agent.command import CommandFailed, run
from agent.output import Refused
from agent.paths import RELEASES


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

"""What a container of LiteLLM's image may do that is started beside the units: as little as those, which say the same."""

from pathlib import Path

from agent.base.paths import SYSTEM_CALLS
from agent.base.process import run
from agent.litellm import system_calls

# Bounds memory and processes, and shuts off the addresses at which clouds hand out credentials.
SLICE = "litellm-jobs.slice"
OPTIONS = (
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    f"--security-opt=seccomp={SYSTEM_CALLS}",
    "--read-only",
    "--tmpfs=/tmp:rw,nosuid,nodev,size=512m,mode=1777",
    f"--cgroup-parent={SLICE}",
)


# Any Python of the image would do that has LiteLLM's libraries: the one that its start script names has.
PYTHON = 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" -c "$0"'


def options() -> tuple[str, ...]:
    """Its options, on any host: one that was deployed by an earlier version has no list of system calls."""
    system_calls.place()
    return OPTIONS


def run_python(image: str, program: str, given: str, *more: str, name: str, network: str = "none", timeout: float) -> str:
    """What `program`, the text of one of `in_image`, printed in a container of its own; `given` is its standard input.

    `more` are further options of `podman run`. Raises `CommandFailed`.
    """
    # Not where the image starts: some have LiteLLM's source there, and Python would import that.
    return run(
        "podman", "run", "--rm", "--interactive", "--replace", f"--name={name}", "--pull=never", f"--network={network}", "--workdir=/tmp",
        *options(), *more, "--entrypoint=/bin/sh", image, "-c", PYTHON, program, stdin=given, timeout=timeout,
    )  # fmt: skip


def with_descriptor(file: Path) -> tuple[str, ...]:
    """What comes before a command that finds the file open as descriptor 3: only root may read it, and not each image runs as root."""
    return ("/bin/sh", "-c", 'exec 3<"$0" "$@"', str(file))

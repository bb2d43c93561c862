"""What a container of LiteLLM's image may do that is started beside the units: as little as those, which say the same."""

from pathlib import Path

from agent.base.paths import SYSTEM_CALLS
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


def options() -> tuple[str, ...]:
    """Its options, on any host: one that was deployed by an earlier version lacks the list of system calls."""
    system_calls.place()
    return OPTIONS


def with_descriptor(file: Path) -> tuple[str, ...]:
    """What stands before a command that finds the file open as descriptor 3: only root may read it, and not each image runs as root."""
    return ("/bin/sh", "-c", 'exec 3<"$0" "$@"', str(file))

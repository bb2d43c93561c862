"""Which system calls a container of LiteLLM's image may make: podman's own list, without those that make namespaces and mounts.

podman allows them to everybody, so that podman works inside of podman. With a user namespace of its own a program has all capabilities
in it, and with those it reaches the parts of the kernel in which most ways to become root on the host were found.
"""

import json
from pathlib import Path
from typing import Any

from agent.base import durable
from agent.base.paths import SYSTEM_CALLS
from agent.base.refusal import Refused

# Of the distribution, and so of its podman.
LIST = Path("/usr/share/containers/seccomp.json")
REFUSED = (
    "unshare", "setns", "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount",
    "fspick", "pivot_root", "chroot", "keyctl", "add_key", "request_key",
)  # fmt: skip
# CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWNS.
NAMESPACES = 0x7E020000
EPERM, ENOSYS = 1, 38


def place() -> bool:
    """Places the list as this machine's podman has it now; answers whether that is another one than before."""
    try:
        listed = json.loads(LIST.read_bytes())
    except (OSError, ValueError) as failure:
        raise Refused(
            "system-calls",
            f"podman's list of system calls, {LIST}, cannot be read: {failure}. "
            "Reinstall it: apt-get install --reinstall golang-github-containers-common",
        ) from None
    wanted = (json.dumps(without_namespaces(listed), indent=1) + "\n").encode()
    if SYSTEM_CALLS.exists() and SYSTEM_CALLS.read_bytes() == wanted:
        return False
    durable.folder(SYSTEM_CALLS.parent, 0o755)
    durable.write(SYSTEM_CALLS, wanted, 0o644)
    return True


def without_namespaces(listed: dict[str, Any]) -> dict[str, Any]:
    """The same list; `clone` stays for what makes no namespace, and of `clone3`, whose flags cannot be looked at, libraries do without."""
    gone = {*REFUSED, "clone", "clone3"}
    rules = [{**rule, "names": [name for name in rule["names"] if name not in gone]} for rule in listed["syscalls"]]
    no_namespace = {"index": 0, "value": NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}
    return {
        **listed,
        "syscalls": [
            *(rule for rule in rules if rule["names"]),
            {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [no_namespace]},
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
            {"names": [*REFUSED], "action": "SCMP_ACT_ERRNO", "errnoRet": EPERM},
        ],
    }

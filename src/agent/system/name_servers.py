"""Lets LiteLLM reach the host's name server where that is one of the addresses that its unit denies.

Google's machines, for one, ask 169.254.169.254 for names, at which it hands out credentials too. Without names no provider is reached,
so there the address stays open, and the run says so. Where a resolver of the machine itself is asked, as with systemd-resolved, nothing
of this is needed.
"""

from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.events import note

UNIT = Path(contract.QUADLET)
RESOLVER = Path("/etc/resolv.conf")
ABOVE = Path("/etc/systemd/system")
DROP_INS = {
    ABOVE / "litellm.service.d/name-server.conf": "Service",
    ABOVE / "litellm-standby.service.d/name-server.conf": "Service",
    ABOVE / "litellm-jobs.slice.d/name-server.conf": "Slice",
}


def allow() -> bool:
    """Places or removes the files that allow it; answers whether systemd must read its definitions again."""
    named = exceptions(UNIT.read_text(), RESOLVER.read_text() if RESOLVER.exists() else "")
    if named:
        servers = ", ".join(named)
        note("files", f"This machine uses {servers} for DNS, so LiteLLM can reach that address, at which clouds hand out credentials.")
    changed = False
    for path, section in DROP_INS.items():
        wanted = f"[{section}]\nIPAddressAllow={' '.join(named)}\n" if named else None
        if wanted == (path.read_text() if path.exists() else None):
            continue
        changed = True
        if wanted is None:
            durable.remove(path)
        else:
            durable.folder(path.parent, 0o755)
            durable.write(path, wanted.encode(), 0o644)
    return changed


def exceptions(unit: str, resolver: str) -> list[str]:
    """Addresses that the unit denies and that are asked for names."""
    denied = {address for line in unit.splitlines() if line.startswith("IPAddressDeny=") for address in line.partition("=")[2].split()}
    asked = [line.split()[1] for line in resolver.splitlines() if len(line.split()) > 1 and line.split()[0] == "nameserver"]
    return sorted(denied & set(asked))

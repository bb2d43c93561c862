"""The machine's firewall: who may connect, loaded as a whole."""

import ipaddress
import os
import re
from pathlib import Path

from agent import contract
from agent.base import durable, units
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.system import pending_restarts

RULES = contract.FIREWALL_RULES
UNIT = contract.FIREWALL_UNIT


def check(content: str) -> None:
    """Refuses rules that nft would not load, and rules that would shut out the very connection that brings them."""
    connection = ssh_connection()
    if connection is not None and not admits(content, *connection):
        address, port = connection
        raise Refused(
            "firewall",
            f"firewall.ssh would lock out {address}, from where this run reaches port {port} of the host. Nothing was "
            "changed. Add its network to firewall.ssh.",
        )
    candidate = RUNTIME / "firewall.candidate"
    durable.write(candidate, content.encode(), 0o644)
    try:
        run("nft", "--check", "--file", str(candidate))
    except CommandFailed as failed:
        raise Refused("firewall", f"nft refuses the firewall's rules: {failed}", failed.output) from None
    finally:
        durable.remove(candidate)


def load() -> list[str]:
    """Loads the rules that were placed, in one transaction, now and at every boot."""
    waiting = pending_restarts.has("load firewall")
    if waiting and units.is_active(UNIT):
        run("systemctl", "reload", UNIT)
    else:
        units.enable_and_start(UNIT)
    pending_restarts.done("load firewall")
    return ["firewall loaded"] if waiting else []


def admits(content: str, address: str, port: int) -> bool:
    """Whether a new SSH connection from `address` to `port` would be let in by these rules."""
    if "chain input" not in content:
        return True
    ports = re.search(r"@ssh4 tcp dport \{ ([\d, ]+) \}", content)
    if ports is None or port not in [int(one) for one in ports[1].split(",")]:
        return False
    source = ipaddress.ip_address(address.partition("%")[0])
    if source.version == 6 and source.ipv4_mapped is not None:
        source = source.ipv4_mapped
    members = re.search(rf"set ssh{source.version} \{{[^}}]*?elements = \{{ ([^}}]*) \}}", content)
    return members is not None and any(source in ipaddress.ip_network(one.strip(), strict=False) for one in members[1].split(","))


def ssh_connection() -> tuple[str, int] | None:
    """Client address and server port of the SSH connection that this program came by; sudo hides them, its parents have them."""
    process = os.getpid()
    while process > 1:
        try:
            environment = Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return None
        for entry in environment:
            if entry.startswith(b"SSH_CONNECTION="):
                client, _, _, port = entry.decode().partition("=")[2].split(" ")
                return client, int(port)
    return None

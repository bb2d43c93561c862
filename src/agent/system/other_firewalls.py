"""Firewalls of others beside ours: an accept in one table does not undo a drop in another, whichever comes first."""

import json
import re
from pathlib import Path
from typing import Any

from agent import contract
from agent.base.process import CommandFailed, run
from agent.system.firewall_rules import dropped_by_iptables, drops, tables

HTTPS = (80, 443)
GATEWAY = contract.GATEWAY_PORT


def needed(caddyfile: str, rules: str) -> list[int]:
    """The ports that people come by: those of the domain, and 4000 where all the world may reach it."""
    site = re.search(r"^[a-z0-9.-]+\.[a-z0-9-]+ \{$", caddyfile, re.MULTILINE)
    gateway = re.search(r"set gateway4 \{[^}]*elements = \{[^}]*0\.0\.0\.0/0", rules)
    return [*(HTTPS if site else ()), *((GATEWAY,) if gateway else ())]


def needed_here() -> list[int]:
    return needed(_text(contract.CADDYFILE), _text(contract.FIREWALL_RULES))


def closed(ports: list[int]) -> list[dict[str, Any]]:
    """Shape: [{name, ports, opens}]: which firewall drops what comes to which of the ports, and the command that lets it in."""
    iptables = _said("iptables", "-S")
    listed = _said("nft", "--json", "list", "ruleset")
    judged = {_iptables_name(iptables): [port for port in ports if dropped_by_iptables(iptables, port)]} if iptables else {}
    for (family, table), entries in tables(json.loads(listed) if listed else {}).items():
        # Rules of iptables are read from iptables: nft does not show all of their matches.
        if not (iptables and family == "ip"):
            name = table if table == "firewalld" else f"nftables (table {family} {table})"
            judged[name] = [port for port in ports if drops(entries, port)]
    return [{"name": name, "ports": shut, "opens": opens(name, shut)} for name, shut in judged.items() if shut]


def opens(name: str, ports: list[int]) -> str:
    """The command, or what to write, that lets the ports in and stays after a reboot."""
    listed = ",".join(map(str, ports))
    if name == "ufw":
        return f"ufw allow {listed}/tcp"
    if name == "firewalld":
        added = " ".join(f"--add-port={port}/tcp" for port in ports)
        return f"firewall-cmd --permanent {added} && firewall-cmd --reload"
    if name == "iptables":
        return (
            f"iptables -I INPUT -p tcp -m multiport --dports {listed} -j ACCEPT && netfilter-persistent save "
            "# ip6tables the same way; or remove that firewall: ours stays"
        )
    return f"add `tcp dport {{ {listed} }} accept` to its input chain in /etc/nftables.conf, and load it: nft -f /etc/nftables.conf"


def text(one: dict[str, Any]) -> str:
    """In one sentence, with what to do."""
    ports = " and ".join(map(str, one["ports"]))
    return f"{one['name']} on this host drops what comes to port {ports}, whatever our rules let in. Open it: {one['opens']}"


def _iptables_name(rules: str) -> str:
    return "ufw" if "-N ufw-before-input" in rules else "iptables"


def _said(*argv: str) -> str:
    try:
        return run(*argv)
    except (CommandFailed, FileNotFoundError):
        return ""


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""

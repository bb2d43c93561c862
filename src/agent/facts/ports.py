"""Which ports other machines could reach, and whether the firewall is loaded."""

from typing import Any

from agent.base.process import CommandFailed, run
from agent.system import other_firewalls

TABLE = ("inet", "litellm_gitops")


def gather() -> dict[str, Any]:
    """{open: [{protocol, address, port, process}], firewall, others}; loopback is left out, `firewall` says whether our table drops.

    `others`: [{name, ports, opens}], firewalls of others that drop what people come by.
    """
    others = other_firewalls.closed(other_firewalls.needed_here())
    return {"open": listening(run("ss", "-H", "-tulnp")), "firewall": _drops(), "others": others}


def listening(text: str) -> list[dict[str, Any]]:
    """What `ss -H -tulnp` says, a port of a program once for each family."""
    found: dict[tuple[str, str, int, str], dict[str, Any]] = {}
    for line in text.splitlines():
        fields = line.split()
        address, _, port = fields[4].rpartition(":")
        bare = address.partition("%")[0].strip("[]")
        if bare.startswith("127.") or bare in ("::1", "::ffff:127.0.0.1") or address.endswith("%lo"):
            continue
        process = line.partition('users:(("')[2].partition('"')[0] or "unknown"
        entry = {"protocol": fields[0], "address": bare, "port": int(port), "process": process}
        found[(fields[0], bare, int(port), process)] = entry
    return sorted(found.values(), key=lambda one: (one["port"], one["protocol"], one["address"]))


def _drops() -> bool:
    try:
        return "policy drop" in run("nft", "list", "chain", *TABLE, "input")
    except (CommandFailed, FileNotFoundError):
        return False

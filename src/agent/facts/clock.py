"""Whether somebody keeps the host's clock right."""

from typing import Any

from agent.base import units
from agent.base.process import run

SERVICES = ["systemd-timesyncd.service", "chrony.service", "ntpsec.service", "openntpd.service"]


def gather() -> dict[str, Any]:
    """{synchronized, service, container}: a container has the clock of the machine around it, and none of its own to set."""
    answer = run("timedatectl", "show", "-p", "NTPSynchronized", "--value", check=False).strip()
    active = [name for name, unit in units.show(SERVICES).items() if unit["ActiveState"] == "active"]
    container = run("systemd-detect-virt", "--container", check=False).strip()
    return {
        "synchronized": {"yes": True, "no": False}.get(answer),
        "service": active[0] if active else None,
        "container": container not in ("", "none"),
    }

"""Which of the machine's PostgreSQL clusters is the gateway's. Another major may be there beside it: installed for something else, or
brought by an upgrade of the distribution that moved nothing.
"""

import re
from pathlib import Path

PLACE = Path("/etc/postgresql")
# What deploy places in the cluster that it makes the gateway's; it says port 5432.
OURS = "main/conf.d/litellm.conf"
# The second line names the data folder of the server that has the port.
SERVING = Path("/var/run/postgresql/.s.PGSQL.5432.lock")
FOLDER = re.compile(r"/(\d+)/main/?")


def ours(place: Path = PLACE, serving: Path = SERVING) -> int | None:
    """The major version of the gateway's cluster: the one with our configuration. Before the first deploy that is the newest.

    pg_upgradecluster copies our configuration: of several that have it, the one that serves is meant, or else that starts with the
    machine. None when no cluster is there.
    """
    majors = sorted(int(entry.name) for entry in place.iterdir() if entry.name.isdigit()) if place.is_dir() else []
    placed = [major for major in majors if (place / str(major) / OURS).exists()]
    if not placed:
        return max(majors, default=None)
    served = _served(serving)
    if served in placed:
        return served
    return min([major for major in placed if _starts(place / str(major))] or placed)


def _served(serving: Path) -> int | None:
    try:
        found = [FOLDER.search(line) for line in serving.read_text().splitlines()[1:2]]
    except (OSError, ValueError):
        return None
    return int(found[0][1]) if found and found[0] else None


def _starts(cluster: Path) -> bool:
    try:
        lines = (line.partition("#")[0].strip() for line in (cluster / "main/start.conf").read_text().splitlines())
        return next((line for line in lines if line), "auto") == "auto"
    except OSError:
        return True

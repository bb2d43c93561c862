"""Whether every worker lives and serves the same."""

from typing import Any

from agent.base import keys
from agent.base.paths import MASTER_KEY
from agent.gateway import caddy, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import proof, workers

# A rollout waits longer: what starts may be late, what has been serving may not.
SECONDS = 20


def gather() -> dict[str, Any]:
    """{expected, running, ready, said, disagree}: `disagree` is why not all of them serve what the release declares, null when they do."""
    name = release.serving()
    if name is None:
        return {"expected": 0, "running": 0, "ready": False, "said": "nothing is deployed", "disagree": None}
    slot = STANDBY if caddy.standby_serves() else MAIN
    expected = release.workers_in(slot.name, name) if release.describe(name) else 0
    ready, said = proof.is_ready(slot.port)
    disagree = None
    if ready:
        try:
            config = (release.folder(name) / "config.yaml").read_text()
            proof.prove(slot.port, keys.read(MASTER_KEY), config, expected, [], SECONDS)
        except proof.NotProven as reason:
            disagree = str(reason)
    running = len(workers.workers(slot.port))
    return {"expected": expected, "running": running, "ready": ready, "said": None if ready else said[:200], "disagree": disagree}

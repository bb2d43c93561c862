"""Everything a plan needs to know of the host, in one program that changes nothing and answers no secret."""

import concurrent.futures
from typing import Any

from agent import account, durable, gateway_facts, images, journal, keys, lease, machine, managed_files, packages, postgres, release
from agent import rollout, units
from agent.paths import RESTORE_STATE

Document = dict[str, Any]

# Raised when the shape of the answer changes: the program for the read-only key may be older than who asks it.
PROTOCOL = 1


def main(given: Document) -> Document:
    """Input: {files, packages, units, image, secrets, budgets, prices, gateway}.

    The answer's shape is `Observation` in src/host/facts.ts.
    """
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        # LiteLLM takes longest to answer: the host is looked at meanwhile.
        asking = pool.submit(gateway_facts.gather, given["secrets"], given["budgets"], given["prices"]) if given["gateway"] else None
        return {
            "protocol": PROTOCOL,
            "host": machine.facts(),
            "differs": {
                "packages": packages.missing(given["packages"]),
                "files": managed_files.differing(given["files"]),
                "units": units.differing(given["units"]),
                "image": _image(given["image"]),
                "database": postgres.state(),
                "keys": keys.missing(),
                "accounts": account.missing(),
            },
            "lease": lease.current(),
            "interrupted": _interrupted(),
            "gateway": asking.result() if asking else None,
        }


def _image(wanted: str | None) -> Document | None:
    """What main runs and what is wanted, when these differ."""
    serving = release.in_slot("main")
    running = release.describe(serving).get("image") if serving else None
    if wanted is None or running == wanted and images.present(wanted):
        return None
    return {"running": running, "wanted": wanted}


def _interrupted() -> Document | None:
    restoring = durable.read_json(RESTORE_STATE)
    if restoring and restoring["step"] != "beside":
        return {"kind": "restore", "step": restoring["step"], "since": restoring["time"]}
    state = journal.current()
    if not state or rollout.is_under_way():
        return None
    return {"kind": state["kind"], "step": state["step"], "since": state["since"]}

"""Everything a plan needs to know of the host, in one program that changes nothing and answers no secret."""

import concurrent.futures
from collections.abc import Callable
from typing import Any

from agent import account, durable, gateway_facts, images, journal, keys, lease, machine, managed_files, packages, postgres, release
from agent import rollout, units
from agent.paths import RESTORE_STATE

Document = dict[str, Any]
Looking = concurrent.futures.Future[gateway_facts.Look | None]

# Raised when the shape of the answer changes: the program for the read-only key may be older than who asks it.
PROTOCOL = 1

# What is looked at side by side.
PARTS = 8


def main(given: Document) -> Document:
    """Input: {files, packages, units, image, secrets, budgets, prices, gateway}.

    The answer's shape is `Observation` in src/host/facts.ts.
    """
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        return _answer(pool, given, pool.submit(gateway_facts.look) if given["gateway"] else None)


def ahead(asked: Callable[[], Document]) -> Document:
    """As `main`, for whoever is asked later: `asked` waits for the input, and the gateway is looked at meanwhile."""
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        looking = pool.submit(gateway_facts.look)
        given = asked()
        return _answer(pool, given, looking if given["gateway"] else None)


def _answer(pool: concurrent.futures.Executor, given: Document, looking: Looking | None) -> Document:
    # Most of these wait for another program each.
    differs = {
        "packages": pool.submit(packages.missing, given["packages"]),
        "files": pool.submit(managed_files.differing, given["files"]),
        "units": pool.submit(units.differing, given["units"]),
        "image": pool.submit(_image, given["image"]),
        "database": pool.submit(postgres.state),
        "keys": pool.submit(keys.missing),
        "accounts": pool.submit(account.missing),
    }
    seen = looking.result() if looking else None
    return {
        "protocol": PROTOCOL,
        "host": machine.facts(),
        "lease": lease.current(),
        "interrupted": _interrupted(),
        "gateway": gateway_facts.answer(seen, given["secrets"], given["budgets"], given["prices"]),
        "differs": {name: part.result() for name, part in differs.items()},
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

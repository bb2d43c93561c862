"""Everything a plan needs to know of the host, in one program that changes nothing and answers no secret."""

import concurrent.futures
from collections.abc import Callable
from typing import Any

from agent import contract
from agent.base import applied, durable, journal, keys, lease, machine, units
from agent.base.paths import RESTORE_STATE
from agent.database import postgres
from agent.facts import gateway as gateway_facts
from agent.gateway import images, release, schema
from agent.litellm import image_files
from agent.rollout import rollout
from agent.system import account, managed_files, packages

Document = dict[str, Any]

STANDING: dict[str, Callable[[], Any]] = {"database": postgres.state, "keys": keys.missing, "accounts": account.missing}
# Looked at side by side.
PARTS = 8


def main(given: Document) -> Document:
    """Input: {files, packages, units, image, secrets, budgets, prices, gateway}.

    The answer's shape is `Observation` of the contract.
    """
    return _seen(lambda: given, given["gateway"])


def ahead(asked: Callable[[], Document]) -> Document:
    """As `main`, for whoever is asked later: `asked` waits for the input, and what is the same whatever it says is read meanwhile."""
    return _seen(asked, True)


def _seen(asked: Callable[[], Document], looks: bool) -> Document:
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        # LiteLLM takes longest to answer, and of the others most wait for another program each.
        looking = pool.submit(gateway_facts.look) if looks else None
        standing: dict[str, concurrent.futures.Future[Any]] = {name: pool.submit(part) for name, part in STANDING.items()}
        running = pool.submit(_running)
        given = asked()
        compared: dict[str, concurrent.futures.Future[Any]] = {
            "packages": pool.submit(packages.missing, given["packages"]),
            "files": pool.submit(managed_files.differing, given["files"]),
            "units": pool.submit(units.differing, given["units"]),
        }
        gateway = None
        if looking and given["gateway"]:
            gateway = gateway_facts.answer(looking.result(), given["secrets"], given["budgets"], given["prices"])
        return {
            "protocol": contract.PROTOCOL,
            "host": machine.facts(),
            "lease": lease.current(),
            "applied": applied.current(),
            "interrupted": _interrupted(),
            "gateway": gateway,
            "differs": {name: part.result() for name, part in (standing | compared).items()}
            | {"image": _image(running.result(), given["image"])},
        }


def _running() -> tuple[str | None, bool]:
    """The image that main runs, and whether it is there to run again."""
    serving = release.in_slot("main")
    image = release.describe(serving).get("image") if serving else None
    return image, image is not None and images.present(image)


def _image(running: tuple[str | None, bool], wanted: str | None) -> Document | None:
    """What main runs and what is wanted, when these differ, and what that one would find in the database."""
    if wanted is None or running == (wanted, True):
        return None
    version = image_files.kept_version(wanted)
    return {"running": running[0], "wanted": wanted, "version": version, "schema": schema.foreseen(wanted)}


def _interrupted() -> Document | None:
    restoring = durable.read_json(RESTORE_STATE)
    if restoring and restoring["step"] != "beside":
        return {"kind": "restore", "step": restoring["step"], "since": restoring["time"]}
    state = journal.current()
    if not state or rollout.is_under_way():
        return None
    return {"kind": state["kind"], "step": state["step"], "since": state["since"]}

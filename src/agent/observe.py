"""Everything a plan needs to know of the host, in one program that changes nothing and answers no secret."""

import concurrent.futures
from collections.abc import Callable
from typing import TYPE_CHECKING

from agent import contract
from agent.base import applied, durable, journal, keys, lease, machine, units
from agent.base.paths import RESTORE_STATE
from agent.database import postgres
from agent.facts import gateway as gateway_facts
from agent.gateway import images, release, schema
from agent.litellm import image_files
from agent.rollout import rollout
from agent.system import account, managed_files, packages

if TYPE_CHECKING:
    from agent.contract_types import HostDifferencesImage, Observation, ObservationInterruptedRollout, ObserveQuestion

# Looked at side by side.
PARTS = 8


def main(given: "ObserveQuestion") -> "Observation":
    """Input: {files, packages, units, image, secrets, budgets, prices, gateway, entities?}.

    The answer's shape is `Observation` of the contract.
    """
    return _seen(lambda: given, given["gateway"])


def ahead(asked: "Callable[[], ObserveQuestion]") -> "Observation":
    """As `main`, for a program whose input comes later: `asked` waits for the input; what does not depend on it is read meanwhile."""
    return _seen(asked, True)


def _seen(asked: "Callable[[], ObserveQuestion]", looks: bool) -> "Observation":
    with concurrent.futures.ThreadPoolExecutor(PARTS) as pool:
        # LiteLLM takes longest to answer, and of the others most wait for another program each.
        looking = pool.submit(gateway_facts.look) if looks else None
        database, absent_keys, accounts = pool.submit(postgres.state), pool.submit(keys.missing), pool.submit(account.missing)
        running = pool.submit(_running)
        given = asked()
        absent = pool.submit(packages.missing, given["packages"])
        files = pool.submit(managed_files.differing, given["files"])
        down = pool.submit(units.differing, given["units"])
        gateway = None
        if looking and given["gateway"]:
            gateway = gateway_facts.answer(looking.result(), given["secrets"], given["budgets"], given["prices"], given.get("entities", []))
        return {
            "protocol": contract.PROTOCOL,
            "host": machine.facts(),
            "lease": lease.current(),
            "applied": applied.current(),
            "interrupted": _interrupted(),
            "gateway": gateway,
            "differs": {
                "database": database.result(),
                "keys": absent_keys.result(),
                "accounts": accounts.result(),
                "packages": absent.result(),
                "files": files.result(),
                "units": down.result(),
                "image": _image(running.result(), given["image"]),
            },
        }


def _running() -> tuple[str | None, bool]:
    """The image that main runs, and whether it is there to run again."""
    serving = release.in_slot("main")
    image = release.describe(serving).get("image") if serving else None
    return image, image is not None and images.present(image)


def _image(running: tuple[str | None, bool], wanted: str | None) -> "HostDifferencesImage | None":
    """What main runs and what is wanted, when these differ, and what that one would find in the database."""
    if wanted is None or running == (wanted, True):
        return None
    version = image_files.kept_version(wanted)
    return {"running": running[0], "wanted": wanted, "version": version, "schema": schema.foreseen(wanted)}


def _interrupted() -> "ObservationInterruptedRollout | None":
    restoring = durable.read_json(RESTORE_STATE)
    if restoring and restoring["step"] != "beside":
        return {"kind": "restore", "step": restoring["step"], "since": restoring["time"]}
    state = journal.current()
    if not state or rollout.is_under_way():
        return None
    return {"kind": state["kind"], "step": state["step"], "since": state["since"]}

"""The rollout as systemd runs it, on its own: neither the runner nor the SSH connection is needed any more.

systemd starts it again when it is killed; the journal then says how far it came.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import durable, events, journal
from agent.base.events import note
from agent.base.paths import CHANGE_LOCK
from agent.base.refusal import Refused
from agent.rollout import steps

if TYPE_CHECKING:
    from agent.contract_types import RolloutAnswer


def main(given: dict[str, Any]) -> "RolloutAnswer":
    log = Path(given["events"])
    events.write_to(lambda document: durable.append_line(log, json.dumps(document, default=str)))
    with durable.locked(CHANGE_LOCK, seconds=120):
        state = journal.current()
        if state.get("release") != given["release"]:
            # Killed after its last step and before it could say so.
            return {"outcome": "rolled-out", "release": given["release"], "resumed": True}
        if state["step"] in ("begin", "standby"):
            return _roll(state)
        note("resume", f"The rollout was killed in the step {state['step']} and continues.")
        return _recover(state)


def _recover(state: dict[str, Any]) -> "RolloutAnswer":
    result = steps.recover(state)
    if result["outcome"] == "undone":
        raise Refused("interrupted", "The rollout was killed before the new release was proven, and is being undone. Run again.")
    return {**result, "outcome": "rolled-out", "release": state["release"], "resumed": True}


def _roll(state: dict[str, Any]) -> "RolloutAnswer":
    try:
        return steps.roll(state["release"], state["previous"], state["run"])
    except Refused:
        raise
    except Exception as failure:  # noqa: BLE001 - raised again below
        # Not foreseen, so perhaps with the traffic moved half way: bring it to a good end first, then report.
        note("recover", f"{type(failure).__name__}: {failure}")
        try:
            return _recover(journal.current())
        except Refused:
            raise failure from None

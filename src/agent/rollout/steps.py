"""A rollout: the new release proves itself in the standby slot, takes the traffic, then moves into the main slot.

    standby   start the new release beside the old one and prove it         nothing has moved: undo is to stop it
              (before it: settings that are to go leave LiteLLM's database)
    switch    Caddy sends new requests to standby, the old ones end         from here on the way is forward
    main      stop main, give it the new release, start and prove it        fails: the old release goes back into main
    back      Caddy sends new requests to main again
    finish    stop standby, publish the release, drop old ones

Each step can be taken twice, and the journal names the one that was begun last, so any of them may be cut short by a crash.
Holds: people are served by a slot whose release was proven, at every moment.
"""

from typing import TYPE_CHECKING, Any

from agent.base import audit, journal, units
from agent.base.events import note, step
from agent.base.refusal import Refused
from agent.gateway import caddy, cooldowns, images, release, slots, stored_settings
from agent.gateway.slots import MAIN, STANDBY

if TYPE_CHECKING:
    from agent.contract_types import RecoverAnswer, RolloutAnswer

# Streams may run for minutes. What is still open then is cut, and the result says how many that were.
DRAIN_SECONDS = 600


def roll(new: str, old: str | None, run: str) -> "RolloutAnswer":
    """Takes the release from its folder to serving everybody. Refuses, and leaves the old one serving, when it isn't healthy."""
    if old is None:
        return _first(new, run)
    journal.advance("standby")
    try:
        stored_settings.take_away(new)
        cooldowns.forget(new, old)
        with step("standby") as this:
            this.detail = slots.start_and_prove(STANDBY, new)
    except Refused:
        _drop_standby(new)
        journal.end()
        raise
    return _forward(new, old, run)


def recover(state: dict[str, Any]) -> "RecoverAnswer":
    """Finishes or undoes what a crash left, whichever keeps people served; answers which of the two it was."""
    new, old, run = state["release"], state["previous"], state["run"]
    if old is None:
        if release.in_slot(MAIN.name) != new:
            release.remove(new)
            journal.end()
            return {"outcome": "undone", "release": new}
        return {**_first(new, run), "outcome": "finished"}
    if state["step"] == "undo":
        _main_back_to(old)
        _drop_standby(new)
        journal.end()
        return {"outcome": "undone", "release": new}
    if release.in_slot(MAIN.name) == new:
        return {**_main_is_new(new, old, run), "outcome": "finished"}
    if caddy.standby_serves() and units.is_active(STANDBY.unit):
        return {**_forward(new, old, run), "outcome": "finished"}
    with step("undo"):
        if not units.is_active(MAIN.unit):
            slots.start_and_prove(MAIN, old)
        _to_main()
        _drop_standby(new)
        journal.end()
    return {"outcome": "undone", "release": new}


def _first(new: str, run: str) -> "RolloutAnswer":
    """The first release of this host: nobody is served yet, so it goes straight into main."""
    journal.advance("main")
    try:
        with step("start") as this:
            this.detail = slots.start_and_prove(MAIN, new)
    except Refused:
        slots.stop(MAIN)
        release.forget_slot(MAIN.name)
        release.remove(new)
        journal.end()
        raise
    return _publish(new, None, run, 0)


def _forward(new: str, old: str, run: str) -> "RolloutAnswer":
    journal.advance("switch")
    with step("switch"):
        caddy.serve_standby(True)
    with step("drain main") as this:
        left = caddy.drain(MAIN.port, DRAIN_SECONDS)
        this.detail = _drained(left)
    journal.advance("main")
    # The old processes, which had the old key until now, are at their end.
    cooldowns.forget(new, old)
    try:
        with step("main") as this:
            this.detail = slots.start_and_prove(MAIN, new)
    except Refused as reason:
        _undo_main(new, old)
        raise Refused(reason.code, reason.message + " The old release serves again.", reason.log) from None
    return _back(new, old, run, left or 0)


def _main_is_new(new: str, old: str, run: str) -> "RolloutAnswer":
    """Main has the new release already, but nobody saw it proven."""
    try:
        with step("main") as this:
            if units.is_active(MAIN.unit):
                this.detail = slots.prove(MAIN, new)
            else:
                this.detail = slots.start_and_prove(MAIN, new)
    except Refused as reason:
        _undo_main(new, old)
        raise Refused(reason.code, reason.message + " The old release serves again.", reason.log) from None
    return _back(new, old, run, 0)


def _back(new: str, old: str, run: str, cut: int) -> "RolloutAnswer":
    journal.advance("back")
    with step("switch back"):
        caddy.serve_standby(False)
    with step("drain standby") as this:
        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)
        this.detail = _drained(left)
    return _publish(new, old, run, cut + (left or 0))


def _publish(new: str, old: str | None, run: str, cut: int) -> "RolloutAnswer":
    journal.advance("finish")
    with step("finish"):
        slots.stop(STANDBY)
        release.publish(new)
        stored_settings.forget()
        images.drop_unused(release.prune())
        audit.record(run, "rollout", release=new, previous=old, cut=cut)
        journal.end()
    return {"outcome": "rolled-out", "release": new, "previous": old, "cut": cut}


def _undo_main(new: str, old: str) -> None:
    """The new release was fine in standby and isn't in main: the old one takes its place, standby serves meanwhile."""
    journal.advance("undo")
    with step("undo"):
        _main_back_to(old)
        _drop_standby(new)
        journal.end()


def _main_back_to(old: str) -> None:
    try:
        if release.in_slot(MAIN.name) != old or not units.is_active(MAIN.unit):
            slots.start_and_prove(MAIN, old)
    except Refused as reason:
        # Two proofs failed in this slot, so the machine is at fault. What serves (standby, if it does) is left as it is.
        raise Refused(
            "main-down",
            f"Neither the new nor the old release runs in the main slot: {reason.message} The standby slot keeps serving if it "
            "is up. Check memory and disk of the host, then run the same command again: it continues from here.",
            reason.log,
        ) from None
    _to_main()


def _to_main() -> None:
    caddy.serve_standby(False)
    if units.is_active(STANDBY.unit):
        left = caddy.drain(STANDBY.port, DRAIN_SECONDS)
        if left != 0:
            note("drain standby", _drained(left))


def _drop_standby(new: str) -> None:
    slots.stop(STANDBY)
    release.remove(new)


def _drained(left: int | None) -> str:
    if left is None:
        return f"Caddy did not say within {DRAIN_SECONDS} s how many requests are open; they are cut"
    return "no request left" if left == 0 else f"{left} requests were still open after {DRAIN_SECONDS} s and are cut"

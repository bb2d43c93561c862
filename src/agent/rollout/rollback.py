"""Goes back to what an earlier release served: its configuration, image and workers, with the keys of today."""

from typing import TYPE_CHECKING

from agent.base import durable, lease
from agent.base.paths import CHANGE_LOCK, CHANGE_LOCK_SECONDS
from agent.base.refusal import Refused
from agent.gateway import images, release
from agent.rollout import rollout

if TYPE_CHECKING:
    from agent.contract_types import RollbackAnswer, RollbackQuestion


def main(given: "RollbackQuestion") -> "RollbackAnswer":
    """Input: {to?: a release, force?: although the database is ahead of its image, run}. Answers what a rollout answers, and {to}."""
    lease.require(given["run"])
    rollout.settle()
    with durable.locked(CHANGE_LOCK, CHANGE_LOCK_SECONDS):
        to = _choose(given.get("to"))
        about = release.describe(to)
        images.make_ready(about["image"])
        serving = release.serving()
        # A provider key that was changed since was changed for a reason: the newer value counts.
        values = release.provider_environment(to)
        values |= {name: value for name, value in release.provider_environment(serving or to).items() if name in values}
        prepared = rollout.prepare(
            rollout.Wanted(
                content=release.content_in(release.folder(to)),
                given=values,
                image=about["image"],
                workers=int(about["workers"]),
                settings=about["settings"],
                probe=about.get("probe") or [],
            ),
            given["run"],
            forced=bool(given.get("force")),
        )
    if prepared is None:
        # It was compared with what serves.
        assert serving is not None
        return {"outcome": "unchanged", "release": serving, "to": to}
    return {**rollout.follow(prepared), "to": to}


def _choose(wanted: str | None) -> str:
    earlier = release.earlier()
    if not earlier:
        raise Refused("no-release", "There is no earlier release on this host to go back to.")
    if wanted is None:
        return earlier[0]
    if wanted not in earlier:
        raise Refused("no-release", f"There is no earlier release {wanted} on this host; there are: {', '.join(earlier)}.")
    return wanted

"""The lock on this gateway: a lease that ends by itself, so a runner that died blocks nobody for long."""

import datetime
from typing import Any

from agent.base import applied, durable
from agent.base.clock import now
from agent.base.paths import LEASE, STATE
from agent.base.refusal import Refused

LOCK = STATE / "lease.lock"


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Input: {action: acquire|renew|release|applied, holder, run, ttlSeconds?, commit?, repository?}.

    Whoever has the same `run` is the same holder. With `applied`, the holder says that the gateway has all of this commit.
    """
    durable.folder(STATE, 0o700)
    with durable.locked(LOCK):
        held = current()
        action = given["action"]
        if action == "release":
            # Somebody else's lease is left alone: ours had expired and was taken over.
            if held and held["run"] == given["run"]:
                durable.remove(LEASE)
            return {"lease": None, "takenOver": None}
        if held and held["run"] != given["run"]:
            raise busy(held)
        if action in ("renew", "applied") and not held:
            raise Refused("lease-lost", "The lease expired before it was renewed. Run the command again.")
        if action == "applied":
            applied.write(str(given["commit"]), str(given["repository"]))
            return {"lease": held, "takenOver": None}
        before = durable.read_json(LEASE)
        expires = now() + datetime.timedelta(seconds=int(given["ttlSeconds"]))
        lease = {"holder": given["holder"], "run": given["run"], "expires": expires.isoformat()}
        durable.write_json(LEASE, lease)
        expired = before if before and before["run"] != given["run"] else None
        return {"lease": lease, "takenOver": expired}


def current() -> dict[str, str] | None:
    """The lease that counts now, or None."""
    lease: dict[str, str] | None = durable.read_json(LEASE)
    if lease is None or datetime.datetime.fromisoformat(lease["expires"]) <= now():
        return None
    return lease


def require(run: str) -> None:
    """Refuses when somebody else holds the lease; whoever changes the host asks this first."""
    held = current()
    if held and held["run"] != run:
        raise busy(held)


def busy(held: dict[str, str]) -> Refused:
    return Refused(
        "busy",
        f"{held['holder']} is working on this gateway ({held['run']}), at the latest until {held['expires']}. "
        "Wait for that run; after that time its lease no longer counts.",
        lease=held,
    )

"""The lock on this gateway: a lease that expires, so a runner that died blocks nobody for long."""

import datetime
from typing import TYPE_CHECKING

from agent.base import applied, durable
from agent.base.clock import now
from agent.base.paths import LEASE, STATE
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import Lease, LeaseAnswer, LeaseQuestion

LOCK = STATE / "lease.lock"


def main(given: "LeaseQuestion") -> "LeaseAnswer":
    """Input: {action: acquire|renew|release|applied, holder, run, ttlSeconds?, commit?, repository?}.

    Any caller with the same `run` is the same holder. With `applied`, the holder says that the gateway has all of this commit.
    """
    durable.folder(STATE, 0o700)
    with durable.locked(LOCK):
        held = current()
        if given["action"] == "release":
            # Somebody else's lease is left alone: ours had expired and was taken over.
            if held and held["run"] == given["run"]:
                durable.remove(LEASE)
            return {"lease": None, "takenOver": None}
        if held and held["run"] != given["run"]:
            raise busy(held)
        if given["action"] in ("renew", "applied") and not held:
            raise Refused("lease-lost", "The lease expired before it was renewed. Run the command again.")
        if given["action"] == "applied":
            applied.write(given["commit"], given["repository"])
            return {"lease": held, "takenOver": None}
        before = durable.read_json(LEASE)
        expires = now() + datetime.timedelta(seconds=int(given["ttlSeconds"]))
        lease: Lease = {"holder": given["holder"], "run": given["run"], "expires": expires.isoformat()}
        durable.write_json(LEASE, lease)
        expired = before if before and before["run"] != given["run"] else None
        return {"lease": lease, "takenOver": expired}


def current() -> "Lease | None":
    """The lease that counts now, or None."""
    lease: Lease | None = durable.read_json(LEASE)
    if lease is None or datetime.datetime.fromisoformat(lease["expires"]) <= now():
        return None
    return lease


def require(run: str) -> None:
    """Refuses when somebody else holds the lease; every program that changes the host asks this first."""
    held = current()
    if held and held["run"] != run:
        raise busy(held)


def busy(held: "Lease") -> Refused:
    return Refused(
        "busy",
        f"{held['holder']} is working on this gateway ({held['run']}), at the latest until {held['expires']}. "
        "Wait for that run; after that time its lease no longer counts.",
        lease=held,
    )

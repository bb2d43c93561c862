"""Everything that `doctor` judges, in one program that changes nothing: what `observe` answers, and how everything is doing that the
gateway depends on. It judges nothing itself; what a figure means is decided by src/doctor.
"""

import concurrent.futures
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from agent import observe
from agent.base import audit
from agent.base.process import CommandFailed
from agent.base.refusal import Refused
from agent.facts import (
    backups,
    certificate,
    clock,
    counters,
    database,
    disks,
    memory,
    ports,
    providers,
    redis,
    secret_files,
    system,
    units,
    usage,
    workers,
)
from agent.redis.client import RedisError

if TYPE_CHECKING:
    from agent.contract_types import DoctorFacts, DoctorFactsObservation, DoctorParts, DoctorQuestion, Unreadable

Document = dict[str, Any]

PARTS: dict[str, Callable[[], Any]] = {
    "audit": audit.gather,
    "backups": backups.gather,
    "certificate": certificate.gather,
    "clock": clock.gather,
    "counters": counters.gather,
    "database": database.gather,
    "disks": disks.gather,
    "memory": memory.gather,
    "ports": ports.gather,
    "providers": providers.gather,
    "redis": redis.gather,
    "secretFiles": secret_files.gather,
    "system": system.gather,
    "units": units.gather,
    "usage": usage.gather,
    "workers": workers.gather,
}


def main(given: "DoctorQuestion") -> "DoctorFacts":
    """Input: that of `observe`. Answers {observation, parts, time}.

    Each part is {"value": …} or {"problem": why it cannot be read}: what is broken must not hide the rest. `time` is the host's
    clock in seconds, read last. The shapes are those of the contract.
    """
    with concurrent.futures.ThreadPoolExecutor(7) as pool:
        observation = pool.submit(_part, lambda: observe.main(given))
        parts = {name: pool.submit(_part, gather) for name, gather in PARTS.items()}
        # Each of PARTS gathers what the contract says of its name.
        gathered = cast("DoctorParts", {name: part.result() for name, part in parts.items()})
        seen = cast("DoctorFactsObservation | Unreadable", observation.result())
    return {"observation": seen, "parts": gathered, "time": time.time()}


def _part(gather: Callable[[], Any]) -> Document:
    try:
        return {"value": gather()}
    except Refused as refused:
        return {"problem": refused.message}
    except (CommandFailed, RedisError) as failure:
        return {"problem": str(failure)}
    except Exception as failure:  # noqa: BLE001 - one part must not hide the others
        # The text of an exception that nobody expected may quote what it worked on.
        where = traceback.extract_tb(failure.__traceback__)[-1]
        return {"problem": f"{type(failure).__name__} in {where.filename}:{where.lineno}"}

"""Everything that `doctor` judges, in one program that changes nothing: what `observe` answers, and how all that stands which the
gateway stands on. It judges nothing itself; what a figure means is decided by src/doctor.
"""

import concurrent.futures
import time
import traceback
from collections.abc import Callable
from typing import Any

from agent import audit, backup_facts, certificate_facts, clock_facts, database_facts, disk_facts, memory_facts, observe, port_facts
from agent import provider_facts, redis_facts, secret_files, system_facts, unit_facts, usage_facts, worker_facts
from agent.command import CommandFailed
from agent.output import Refused
from agent.redis_client import RedisError

Document = dict[str, Any]

PARTS: dict[str, Callable[[], Any]] = {
    "audit": audit.gather,
    "backups": backup_facts.gather,
    "certificate": certificate_facts.gather,
    "clock": clock_facts.gather,
    "database": database_facts.gather,
    "disks": disk_facts.gather,
    "memory": memory_facts.gather,
    "ports": port_facts.gather,
    "providers": provider_facts.gather,
    "redis": redis_facts.gather,
    "secretFiles": secret_files.gather,
    "system": system_facts.gather,
    "units": unit_facts.gather,
    "usage": usage_facts.gather,
    "workers": worker_facts.gather,
}


def main(given: Document) -> Document:
    """Input: that of `observe`. Answers {observation, parts, time}.

    Each part is {"value": …} or {"problem": why it cannot be read}: what is broken must not hide the rest. `time` is the host's
    clock in seconds, read last. The shapes are those of src/host/doctor-facts.ts.
    """
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        observation = pool.submit(_part, lambda: observe.main(given))
        parts = {name: pool.submit(_part, gather) for name, gather in PARTS.items()}
        answer = {"observation": observation.result(), "parts": {name: part.result() for name, part in parts.items()}}
    return answer | {"time": time.time()}


def _part(gather: Callable[[], Any]) -> Document:
    try:
        return {"value": gather()}
    except Refused as refused:
        return {"problem": refused.message}
    except (CommandFailed, RedisError) as failure:
        return {"problem": str(failure)}
    except Exception as failure:
        # The text of an exception that nobody expected may quote what it worked on.
        where = traceback.extract_tb(failure.__traceback__)[-1]
        return {"problem": f"{type(failure).__name__} in {where.filename}:{where.lineno}"}

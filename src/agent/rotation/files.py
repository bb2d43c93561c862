"""What a rotation keeps on the host, below /etc/litellm/rotation: how far it came, the keys, and which targets have which."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.base import durable
from agent.base.clock import now
from agent.base.paths import ROTATION

if TYPE_CHECKING:
    from agent.contract_types import Distributed, RotationState

STATE = ROTATION / "state.json"
# The new master key, and the old one once the file that people read has the new one.
PENDING = ROTATION / "pending"
PREVIOUS = ROTATION / "previous"
# With `distribute: virtual-key`: the key that the targets get in this rotation, and the one they have since the last.
VIRTUAL_PENDING = ROTATION / "virtual_pending"
VIRTUAL = ROTATION / "virtual"
# Outlives the rotation: who was given what, so that a target that somebody else wrote since is noticed.
DISTRIBUTED = ROTATION / "distributed.json"

Document = dict[str, Any]


def state() -> "RotationState | None":
    """The rotation in progress; one whose work is done and whose files were only not yet removed is none."""
    found = durable.read_json(STATE)
    if found is None or found["phase"] == "finished":
        return None
    current: RotationState = found
    return current


def advance(**changes: Any) -> Document:
    changed: Document = (durable.read_json(STATE) or {}) | changes
    durable.write_json(STATE, changed)
    return changed


def distributed() -> "Distributed | None":
    given_out: Distributed | None = durable.read_json(DISTRIBUTED)
    return given_out


def remember_targets(state_now: "RotationState", alias: str | None) -> None:
    """The record of `DISTRIBUTED`: {id, time, distribute, key: first digits of its hash, alias of the virtual key, targets}."""
    virtual = state_now["distribute"] == "virtual-key"
    record: Distributed = {
        "id": state_now["id"],
        "time": now().isoformat(),
        "distribute": state_now["distribute"],
        "key": state_now["virtual" if virtual else "new"],
        "alias": alias,
        "targets": state_now["targets"],
    }
    durable.write_json(DISTRIBUTED, record)


def write_key(path: Path, key: str) -> None:
    durable.write(path, (key + "\n").encode())


def finish() -> None:
    """The last step, and what is left of it when it was cut short. The state goes last: it is what leads here again."""
    found = durable.read_json(STATE)
    if found is None or found["phase"] != "finished":
        return
    if VIRTUAL_PENDING.exists():
        write_key(VIRTUAL, VIRTUAL_PENDING.read_text().strip())
    elif found["distribute"] == "master-key":
        durable.remove(VIRTUAL)
    for path in (VIRTUAL_PENDING, PREVIOUS, PENDING, STATE):
        durable.remove(path)


def short_hash(key: str) -> str:
    """The first twelve hex digits of SHA-256: enough to distinguish keys of 256 random bits, nothing to guess them by."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]

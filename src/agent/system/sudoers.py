"""Our part of sudo's rules: checked before it is placed, by the sudo that this host has (sudo or sudo-rs).

A rule that sudo does not read would have it complain to everybody, at every call.
"""

from agent import contract
from agent.base import durable
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CONFIG = f"/etc/sudoers.d/{contract.PLAN_USER}"
# Some accept rules of mode 0440 alone.
MODE = 0o440


def check(text: str) -> None:
    """Refuses a text that sudo of this host does not read."""
    candidate = RUNTIME / "sudoers.candidate"
    durable.write(candidate, text.encode(), MODE)
    try:
        run("visudo", "-c", "-f", str(candidate))
    except (CommandFailed, FileNotFoundError) as failed:
        log = failed.output if isinstance(failed, CommandFailed) else []
        raise Refused("sudoers", f"sudo of this host does not accept {CONFIG}: {failed}. Nothing was placed.", log) from None
    finally:
        durable.remove(candidate)

"""Our part of sshd's configuration: checked before it is placed, taken up without cutting a connection, and looked at afterwards."""

from pathlib import Path

from agent import contract
from agent.base import durable
from agent.base.events import note
from agent.base.paths import RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CONFIG = contract.PLAN_SSHD
UNIT = "ssh.service"
# As sshd sees a connection of the account.
CONNECTION = f"user={contract.PLAN_USER},host=localhost,addr=127.0.0.1"
EFFECT = "maxsessions 1"


def check(text: str) -> None:
    """Refuses a text that sshd of this host does not take, before it is where the next restart of sshd would read it."""
    candidate = RUNTIME / "sshd.conf"
    durable.write(candidate, text.encode())
    try:
        run("sshd", "-t", "-f", str(candidate))
    except (CommandFailed, FileNotFoundError) as failed:
        log = failed.output if isinstance(failed, CommandFailed) else []
        raise Refused("sshd", f"sshd of this host does not accept {CONFIG}: {failed}. Nothing was placed.", log) from None
    finally:
        candidate.unlink(missing_ok=True)


def take_up() -> bool:
    """Has sshd read its configuration again; answers whether it did. One that sshd would not start with is left alone, and reported."""
    try:
        run("sshd", "-t")
        run("systemctl", "try-reload-or-restart", UNIT)
    except CommandFailed as failed:
        note("sshd", f"was not reloaded: {failed}. Check `sshd -t` before anyone restarts sshd; then deploy again.")
        return False
    if not is_effective():
        note(
            "sshd",
            f"does not use {CONFIG}: {_why()}. The read-only key works anyway, but its connections are limited by its account only.",
        )
    return True


def is_effective() -> bool:
    try:
        return EFFECT in run("sshd", "-T", "-C", CONNECTION).lower().splitlines()
    except CommandFailed:
        return False


def _why() -> str:
    try:
        lines = [line.split() for line in Path("/etc/ssh/sshd_config").read_text().splitlines()]
    except OSError:
        return "/etc/ssh/sshd_config cannot be read"
    if any(words[:1] and words[0].lower() == "include" and "sshd_config.d" in " ".join(words[1:]) for words in lines):
        return "another line that comes first says otherwise (sshd -T -C " + CONNECTION + ")"
    return "/etc/ssh/sshd_config has no line `Include /etc/ssh/sshd_config.d/*.conf`; add it as the first one, and deploy again"

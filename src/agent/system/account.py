"""The account that the key of pull requests logs in as, and what all of its connections together may take of the machine."""

import os
import pwd
from pathlib import Path

from agent import contract
from agent.base import durable, units
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.system import pending_restarts

NAME = contract.PLAN_USER
DEFINITION = contract.SYSUSERS
# Placed by deploy. The slice that logind makes for an account has the number of the account in its name, which differs from host to host.
LIMITS = contract.PLAN_LIMITS
SYSTEMD = Path("/etc/systemd/system")


def missing() -> list[str]:
    """The account's name when it or its limits are missing."""
    try:
        return [] if _limited(pwd.getpwnam(NAME).pw_uid) else [NAME]
    except KeyError:
        return [NAME]


def make_missing() -> list[str]:
    """Makes the account that its definition, placed before, describes, and limits it; answers what was done."""
    done: list[str] = []
    try:
        user = pwd.getpwnam(NAME)
    except KeyError:
        try:
            run("systemd-sysusers", DEFINITION)
        except CommandFailed as failed:
            raise Refused("account", f"The account {NAME} cannot be created: {failed}", failed.output) from None
        user = pwd.getpwnam(NAME)
        done.append(f"account {NAME} made")
    if not _limited(user.pw_uid):
        path = _drop_in(user.pw_uid)
        pending_restarts.note_for([str(path)])
        durable.folder(path.parent, 0o755)
        durable.link(path, LIMITS)
        units.reload_definitions()
        pending_restarts.done("daemon-reload")
        done.append(f"account {NAME} limited")
    return done


def _drop_in(uid: int) -> Path:
    return SYSTEMD / f"user-{uid}.slice.d" / "litellm-gitops.conf"


def _limited(uid: int) -> bool:
    try:
        return os.readlink(_drop_in(uid)) == LIMITS
    except OSError:
        return False

"""The account that the key of pull requests logs in as."""

import pwd

from agent.command import CommandFailed, run
from agent.output import Refused

NAME = "litellm-plan"
DEFINITION = "/etc/sysusers.d/litellm-plan.conf"


def missing() -> list[str]:
    try:
        pwd.getpwnam(NAME)
        return []
    except KeyError:
        return [NAME]


def make_missing() -> list[str]:
    """Makes the account that its definition, placed before, describes; answers what was done."""
    absent = missing()
    if absent:
        try:
            run("systemd-sysusers", DEFINITION)
        except CommandFailed as failed:
            raise Refused("account", f"The account {NAME} cannot be made: {failed}", failed.output) from None
    return [f"account {name} made" for name in absent]

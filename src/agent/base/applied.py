"""The commit whose declaration this gateway has, as the run in GitHub that applied it says.

It is written with the key that changes the gateway, so nothing that a pull request can write moves it. What was reviewed since is
counted from here: a run that was dropped or never approved is made up for by the next one.
"""

import re
from typing import TYPE_CHECKING

from agent.base import durable
from agent.base.paths import APPLIED
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import Applied

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[\w.-]{1,100}")


def write(commit: str, repository: str) -> None:
    """Remembers that all that the commit declares is on the gateway."""
    if not COMMIT.fullmatch(commit) or not REPOSITORY.fullmatch(repository):
        raise Refused("applied", f"{commit!r} of {repository!r} is no commit of a repository.")
    durable.write_json(APPLIED, {"commit": commit, "repository": repository})


def current() -> "Applied | None":
    found: Applied | None = durable.read_json(APPLIED)
    return found

"""Redis' password: the one line of its configuration that is made on the host."""

import os
import stat

from agent.base import durable, keys, nofollow
from agent.base.paths import REDIS_PASSWORD, REDIS_SECRET_CONF
from agent.base.refusal import Refused
from agent.system.managed_files import owner_of

MODE, OWNER = 0o640, "root:redis"


def place_password() -> bool:
    """Writes the included file with the password when it differs, or is another's; true when Redis must read it again."""
    content = f"requirepass {keys.read(REDIS_PASSWORD)}\n".encode()
    owner = owner_of(OWNER)
    with nofollow.folder(REDIS_SECRET_CONF.parent, make=0o750, claim=True) as at:
        there = None
        try:
            with open(nofollow.regular(REDIS_SECRET_CONF.name, at, REDIS_SECRET_CONF.parent), "rb") as file:
                there = file.read()
                about = os.fstat(file.fileno())
                if there == content and (about.st_uid, about.st_gid) == owner and stat.S_IMODE(about.st_mode) == MODE:
                    return False
        except (FileNotFoundError, Refused):
            pass
        durable.write_at(at, REDIS_SECRET_CONF, content, MODE, owner)
    return there != content

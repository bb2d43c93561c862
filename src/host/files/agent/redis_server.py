"""Redis' password: the one line of its configuration that is made on the host."""

from agent import durable, keys
from agent.managed_files import owner_of
from agent.paths import REDIS_PASSWORD, REDIS_SECRET_CONF


def place_password() -> bool:
    """Writes the included file with the password when it differs; true when Redis has to read it anew."""
    content = f"requirepass {keys.read(REDIS_PASSWORD)}\n".encode()
    try:
        if REDIS_SECRET_CONF.read_bytes() == content:
            return False
    except FileNotFoundError:
        pass
    durable.write(REDIS_SECRET_CONF, content, 0o600, owner_of("redis:redis"))
    return True

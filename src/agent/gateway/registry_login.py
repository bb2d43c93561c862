"""The login at the registry of the image: who is declared by deploy in /etc/litellm/registry.json, the values are in registry.env.

podman gets it in a file that root alone reads and that is gone after the pull; it is in no argument and no environment.
"""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import contract
from agent.base import durable, env_file
from agent.base.paths import REGISTRY_ENV, RUNTIME
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import ManagedFile

SETTINGS = Path(contract.REGISTRY_SETTINGS)
AUTH_FILE = RUNTIME / "registry-auth.json"

Document = dict[str, Any]


class Login(NamedTuple):
    registry: str
    username: str
    password: str

    def is_for(self, image: str) -> bool:
        return image.partition("/")[0] == self.registry

    def basic(self) -> str:
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


def stored() -> Login | None:
    """That of the last deploy."""
    return _login(durable.read_json(SETTINGS), stored_values())


def declared(files: "dict[str, ManagedFile]", given: dict[str, str]) -> Login | None:
    """That of a deploy which has placed nothing yet; a value that it does not bring is the one of before."""
    placed = files.get(str(SETTINGS))
    return _login(json.loads(placed["content"]) if placed and placed["content"] else None, stored_values() | given)


def _login(settings: Document | None, values: dict[str, str]) -> Login | None:
    if not settings:
        return None
    absent = sorted(name for name in _names(settings) if not values.get(name))
    if absent:
        raise Refused(
            "registry-value",
            f"The login at {settings['registry']} needs {', '.join(absent)}, which this host never got. Set it in the environment of "
            "the step that runs deploy, and deploy.",
        )
    name = settings.get("usernameFrom")
    return Login(settings["registry"], values[name] if name else settings["username"], values[settings["passwordFrom"]])


def _names(settings: Document | None) -> set[str]:
    return {settings[key] for key in ("usernameFrom", "passwordFrom") if settings.get(key)} if settings else set()


def stored_values() -> dict[str, str]:
    return env_file.read(REGISTRY_ENV)


def take_values(given: dict[str, str]) -> dict[str, str]:
    """Keeps those of `given` that are the login's, drops kept ones that are named no more, and answers the rest for LiteLLM."""
    names = _names(durable.read_json(SETTINGS))
    before = stored_values()
    after = {name: env_file.one_line(name, value) for name, value in sorted((before | given).items()) if name in names}
    if after != before:
        durable.write(REGISTRY_ENV, env_file.text(after).encode())
    return {name: value for name, value in given.items() if name not in names}


@contextlib.contextmanager
def options(login: Login | None, image: str) -> Iterator[tuple[str, ...]]:
    """podman's options for a pull of the image; none where the login is for another registry, or there is none."""
    if login is None or not login.is_for(image):
        yield ()
        return
    durable.folder(RUNTIME, 0o755)
    durable.write(AUTH_FILE, json.dumps({"auths": {login.registry: {"auth": login.basic()}}}).encode())
    try:
        yield ("--authfile", str(AUTH_FILE))
    finally:
        durable.remove(AUTH_FILE)

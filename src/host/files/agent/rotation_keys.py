"""The keys of a rotation as the running gateway knows them: both masters, and the virtual key that targets may get instead.

LiteLLM has one master key. The other value of a rotation works beside it because it is registered as the virtual key of an
administrator; that it is taken, or refused, is asked of every worker.
"""

import concurrent.futures
import re
import time
from typing import Any

from agent import caddy, keys, release, worker_processes
from agent.admin_api import AdminApi, ApiError
from agent.output import Refused
from agent.paths import MASTER_KEY
from agent.slots import MAIN, STANDBY

USER = "litellm-gitops-rotation"
# What an administrator's key may ask, and what every key may.
ADMIN_ROUTE = "/key/list?size=1"
OWN_ROUTE = "/key/info"
PARALLEL = 8
MOST_OPEN = 64
ACCEPT_SECONDS = 1

Document = dict[str, Any]


def alias(rotation: str, name: str) -> str:
    return f"{USER}-{rotation}-{name}"


def port() -> int:
    return (STANDBY if caddy.standby_serves() else MAIN).port


class Gateway:
    """The admin API of the slot that serves, with the key that is its master now, whatever the file says already."""

    def __enter__(self) -> "Gateway":
        serving = release.serving()
        master = release.environment(serving).get("LITELLM_MASTER_KEY") if serving else None
        self.api = AdminApi(port(), master or keys.read(MASTER_KEY))
        return self

    def __exit__(self, kind: object, failure: BaseException | None, *_: object) -> None:
        self.api.close()
        if isinstance(failure, ApiError):
            # LiteLLM's answer may quote what it was asked.
            told = re.sub(r"sk-[\w-]+", "sk-***", str(failure))
            raise Refused(
                "rotation-keys",
                f"The gateway does not do with its keys what a rotation needs: {told} The master key is as it was. A gateway that forbids "
                "keys chosen by hand (disable_custom_api_keys) cannot take two keys at a time: allow them while it rotates.",
            ) from None

    def make_user(self) -> None:
        user = {"user_id": USER, "user_role": "proxy_admin", "auto_create_key": False}
        try:
            self.api.post("/user/new", user | {"metadata": {"managed_by": "litellm-gitops"}})
        except ApiError as failure:
            # There already: of an earlier rotation, or of this one before it died.
            if failure.status not in (400, 409):
                raise

    def remove_user(self) -> None:
        try:
            self.api.post("/user/delete", {"user_ids": [USER]})
        except ApiError as failure:
            if failure.status != 404:
                raise

    def register(self, key: str, name: str, seconds: int) -> None:
        """Has the gateway take `key` for an administrator's for so long from now on; prolongs that when it does already."""
        if self.knows(name):
            self.api.post("/key/update", {"key": key, "duration": f"{seconds}s"})
        else:
            self.api.post("/key/generate", {"key": key, "user_id": USER, "key_alias": name, "duration": f"{seconds}s"})

    def make_virtual(self, key: str, name: str, limits: Document) -> None:
        """A key for programs: it calls models and sees its own data, within `limits` as LiteLLM's /key/generate takes them."""
        if not self.knows(name):
            routes = {"allowed_routes": ["llm_api_routes", "info_routes"]}
            about = {"metadata": {"managed_by": "litellm-gitops"}}
            self.api.post("/key/generate", {"key": key, "key_alias": name} | routes | about | limits)

    def knows(self, name: str) -> bool:
        return bool(self.api.get("/key/list", key_alias=name, return_full_object="true", size=1).get("keys"))

    def delete(self, names: list[str]) -> None:
        known = [name for name in names if self.knows(name)]
        if known:
            self.api.post("/key/delete", {"key_aliases": known})


def require_answers(wanted: dict[str, int], seconds: float = 30, route: str = ADMIN_ROUTE) -> None:
    """Every worker of the serving slot answers to each key its status, each asked by a connection of its own. Refuses otherwise."""
    at = port()
    deadline = time.monotonic() + seconds
    answers: dict[int, dict[str, int | None]] = {}
    open_connections: list[AdminApi] = []
    workers: set[int] = set()
    try:
        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            while True:
                workers = worker_processes.workers(at)
                if workers and all(answers.get(pid) == wanted for pid in workers):
                    return
                if time.monotonic() > deadline:
                    break
                if any(answers.get(pid, wanted) != wanted for pid in workers):
                    time.sleep(0.5)
                # Kept open, so that the next ones are accepted by other workers.
                batch = [AdminApi(at, "") for _ in range(PARALLEL)]
                open_connections += batch
                met = {pid for pid, got in answers.items() if got == wanted}
                for pid, got in pool.map(lambda api: _ask(api, at, list(wanted), route, met), batch):
                    if pid is not None:
                        answers[pid] = got
                while len(open_connections) > MOST_OPEN:
                    open_connections.pop(0).close()
    finally:
        for api in open_connections:
            api.close()
    wrong = [answers.get(pid, {}) for pid in workers if answers.get(pid) != wanted]
    said = {str(got.get(key) or "nothing") for got in wrong for key, status in wanted.items() if got.get(key) != status}
    raise Refused(
        "rotation-test",
        f"{len(wrong)} of {len(workers)} workers do not answer {' and '.join(map(str, wanted.values()))} to "
        f"{'a key' if len(wanted) == 1 else 'the keys of the rotation'} within {seconds:.0f} s, but "
        f"{', '.join(sorted(said)) or 'nothing'}. Nothing was removed; run rotate again.",
    )


def _ask(api: AdminApi, at: int, asked: list[str], route: str, met: set[int]) -> tuple[int | None, dict[str, int | None]]:
    """The worker at the other end, and its status for each key; None when it is one of `met`, to which it is added."""
    try:
        local = api.local_port()
        pid = _accepted(at, local)
        if pid in met:
            return None, {}
        if pid is not None:
            met.add(pid)
        got = {key: _status(api, key, route) for key in asked}
        return pid or worker_processes.worker_of(at, local), got
    except OSError:
        return None, {}


def _accepted(at: int, local: int) -> int | None:
    """The worker that took the connection; None when none did within a second."""
    deadline = time.monotonic() + ACCEPT_SECONDS
    while (pid := worker_processes.worker_of(at, local)) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return pid


def _status(api: AdminApi, key: str, route: str) -> int | None:
    try:
        api.get(route, bearer=key)
        return 200
    except ApiError as failure:
        return failure.status

"""The keys of a rotation as the running gateway knows them: both masters, and the virtual key that targets may get instead.

LiteLLM has one master key. The other value of a rotation works beside it because it is registered as the virtual key of an
administrator; that it is taken, or refused, is asked of every worker.
"""

import re
import time
from typing import Any

from agent import contract
from agent.base import keys
from agent.base.events import note
from agent.base.paths import MASTER_KEY
from agent.base.refusal import Refused
from agent.gateway import caddy, release
from agent.gateway.slots import MAIN, STANDBY
from agent.litellm import every_worker, key_rules
from agent.litellm.admin_api import AdminApi, ApiError

USER = f"{contract.MANAGER}-rotation"
MARK = {"metadata": {contract.MARK_MANAGER: contract.MANAGER}}
# Costs a worker little beside looking up the key; what only an administrator may ask; and what a key for programs may ask.
PLAIN_ROUTE = "/v2/model/info?size=1"
ADMIN_ROUTE = "/key/list?size=1"
OWN_ROUTE = "/key/info"

Document = dict[str, Any]


def alias(rotation: str, name: str) -> str:
    return f"{USER}-{rotation}-{name}"


def port() -> int:
    return (STANDBY if caddy.standby_serves() else MAIN).port


class Gateway:
    """The admin API of the slot that serves, with the key that is its master now, whatever the file says already."""

    def __enter__(self) -> "Gateway":  # noqa: PYI034 - typing.Self is of Python 3.11
        serving = release.serving()
        master = release.environment(serving).get("LITELLM_MASTER_KEY") if serving else None
        self.config = release.configuration(serving) if serving else {}
        self.api = AdminApi(port(), master or keys.read(MASTER_KEY), header=key_rules.header(self.config))
        return self

    def __exit__(self, kind: object, failure: BaseException | None, *_: object) -> None:
        self.api.close()
        if isinstance(failure, ApiError) and failure.status is None:
            raise Refused(
                "gateway-down",
                f"The gateway does not answer: {failure} The master key is as it was. Run rotate again when it answers (doctor).",
            ) from None
        if isinstance(failure, ApiError):
            # LiteLLM's answer may quote what it was asked.
            said = re.sub(r"sk-[\w-]+", "sk-***", str(failure))
            raise Refused(
                "rotation-keys",
                f"The gateway does not handle keys as a rotation needs: {said} The master key is as it was. "
                f"{key_rules.reason(self.config, said, failure.status)}".strip(),
            ) from None

    def make_user(self) -> None:
        user = {"user_id": USER, "user_role": "proxy_admin", "auto_create_key": False}
        try:
            self.api.post("/user/new", user | MARK)
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
        about = {"key": key, "duration": f"{seconds}s"}
        try:
            self.api.post("/key/generate", about | key_rules.free(self.config) | {"user_id": USER, "key_alias": name})
        except ApiError as failure:
            if failure.status is None or not self.knows(name):
                raise
            self.api.post("/key/update", about)
        # It takes the place of the master key, which no default and no bound of other keys holds.
        lifted = key_rules.lifted(self.config)
        if lifted:
            self.api.post("/key/update", {"key": key} | lifted)

    def lives(self, key: str, seconds: int) -> None:
        """Ends a registration so long from now, whenever it would have."""
        self.api.post("/key/update", {"key": key, "duration": f"{seconds}s"})

    def make_virtual(self, key: str, name: str, limits: Document) -> None:
        """A key for programs: it calls models and sees its own data, within `limits` as LiteLLM's /key/generate takes them."""
        if not self.knows(name):
            routes = {"allowed_routes": ["llm_api_routes", "info_routes"]}
            self.api.post("/key/generate", {"key": key, "key_alias": name} | routes | MARK | limits)
            bound = key_rules.longest(self.config)
            if bound is not None:
                note("virtual key", f"It ends in {bound // 3600} hours (upperbound_key_generate_params.duration): rotate before.")

    def knows(self, name: str) -> bool:
        return bool(self.api.get("/key/list", key_alias=name, return_full_object="true", size=1).get("keys"))

    def delete(self, names: list[str]) -> None:
        known = [name for name in names if self.knows(name)]
        if known:
            self.api.post("/key/delete", {"key_aliases": known})


def require_answers(wanted: dict[str, int], seconds: float = 30, route: str = PLAIN_ROUTE) -> None:
    """Every worker of the serving slot answers to each key its status. Refuses otherwise."""

    def ask(api: AdminApi) -> dict[str, int | None]:
        return {key: _status(api, key, route) for key in wanted}

    answers: dict[int, dict[str, int | None] | None] = {}
    for answers in every_worker.rounds(port(), "", ask, lambda got: got == wanted, seconds, header=_header()):
        if answers and all(got == wanted for got in answers.values()):
            return
    wrong = [got or {} for got in answers.values() if got != wanted]
    said = {str(got.get(key) or "nothing") for got in wrong for key, status in wanted.items() if got.get(key) != status}
    raise Refused(
        "rotation-test",
        f"{len(wrong)} of {len(answers)} workers do not answer {' and '.join(map(str, wanted.values()))} to "
        f"{'a key' if len(wanted) == 1 else 'the keys of the rotation'} within {seconds:.0f} s, but "
        f"{', '.join(sorted(said)) or 'nothing'}. Nothing was removed; run rotate again.",
    )


def require_administrators(wanted: list[str], seconds: float = 30) -> None:
    """Each of the keys may ask what only an administrator may. What a key may do is in the database, so one worker shows it."""
    deadline = time.monotonic() + seconds
    api = AdminApi(port(), "", header=_header())
    try:
        while (said := {_status(api, key, ADMIN_ROUTE) for key in wanted}) != {200}:
            if None not in said or time.monotonic() > deadline:
                raise Refused(
                    "rotation-test",
                    "An admin request with the keys of the rotation is answered with "
                    f"{', '.join(sorted(str(status or 'nothing') for status in said - {200}))} (GET {ADMIN_ROUTE}). "
                    "Nothing was removed; run rotate again.",
                )
            time.sleep(0.5)
    finally:
        api.close()


def _header() -> str:
    serving = release.serving()
    return key_rules.header(release.configuration(serving)) if serving else "Authorization"


def _status(api: AdminApi, key: str, route: str) -> int | None:
    try:
        api.get(route, key)
        return 200
    except ApiError as failure:
        return failure.status

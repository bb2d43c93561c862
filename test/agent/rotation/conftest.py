"""A gateway, two targets and a runner as far as a rotation sees them, with a death before and after each thing that lasts.

The state machine and its files are the real ones.
"""

import functools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.base import audit, durable, keys, lease
from agent.base.refusal import Refused
from agent.gateway import release, stored_secrets
from agent.litellm.admin_api import ApiError
from agent.rollout import rollout
from agent.rotation import files, keys as gateway, rotation, status as rotation_status

OLD, OLD_VIRTUAL = "sk-old", "sk-old-virtual"


class Died(BaseException):
    """The run is gone."""


@dataclass(frozen=True)
class How:
    distribute: str
    # What comes of a rollout that was cut short: it is finished or undone.
    settles: str
    refuse_rollouts: int = 0
    # A full disk in place of a death.
    full_disk: bool = False


class Gateway:
    """The admin API of the gateway in a world."""

    def __init__(self, world: "World", key: str) -> None:
        assert world.takes(key), "asked with a key that is refused"
        self.world = world

    def get(self, path: str, **query: object) -> dict[str, Any]:
        return {"keys": [key for key, alias in self.world.registered.items() if alias == query["key_alias"]]}

    def post(self, path: str, document: dict[str, Any]) -> None:
        registered = self.world.registered
        match path:
            case "/user/new" | "/user/delete" | "/key/update":
                return
            case "/key/generate":
                if document["key"] in registered:
                    raise ApiError(path, 400, "there already")
                self.world.lasting(lambda: registered.__setitem__(document["key"], document["key_alias"]))
            case "/key/delete":
                self.world.ending = True
                self.world.lasting(lambda: self._delete(document["key_aliases"]))
            case _:
                raise AssertionError(path)

    def _delete(self, aliases: list[str]) -> None:
        registered = self.world.registered
        for key in [key for key, alias in registered.items() if alias in aliases]:
            del registered[key]

    def close(self) -> None:
        pass


class World:
    def __init__(self, folder: Path, how: How) -> None:
        self.here, self.how = folder, how
        self.master = OLD
        # A key that a rollout was to bring when it was cut short.
        self.prepared: str | None = None
        self.registered: dict[str, str] = {}
        self.targets = {"a": OLD, "b": OLD}
        self.ending = False
        self.refused = 0
        # Operations until the run dies.
        self.left: int | None = None
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "rotation").mkdir(parents=True)
        (folder / "master_key").write_text(OLD + "\n")
        (folder / "config.yaml").write_text("general_settings: {user_api_key_cache_ttl: 1}\n")
        if how.distribute == "virtual-key":
            self.registered[OLD_VIRTUAL] = "before"
            self.targets = {"a": OLD_VIRTUAL, "b": OLD_VIRTUAL}
            files.VIRTUAL.write_text(OLD_VIRTUAL + "\n")
            files.DISTRIBUTED.write_text('{"alias": "before", "targets": []}')

    def takes(self, key: str) -> bool:
        return key == self.master or key in self.registered

    def lasting(self, work: Callable[[], object]) -> object:
        """Something that lasts: the run may die just before and just after it."""
        self._die_here()
        answer = work()
        self._die_here()
        return answer

    def _die_here(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            raise OSError(28, "No space left on device", "a file") if self.how.full_disk else Died

    def require_answers(self, wanted: dict[str, int]) -> None:
        for key, status in wanted.items():
            if self.takes(key) != (status == 200):
                raise Refused("rotation-test", f"{key} is {'taken' if self.takes(key) else 'refused'}")

    def prepare(self, wanted: object, run: str) -> Path | None:
        """Begins a rollout of the key in the file."""
        key = keys.read(self.here / "master_key")
        if key == self.master:
            return None
        if self.how.refuse_rollouts > self.refused:
            self.refused += 1
            raise Refused("unhealthy", "as told")
        self.lasting(lambda: setattr(self, "prepared", key))
        return self.here

    def bring(self) -> None:
        assert self.prepared is not None
        self.master, self.prepared = self.prepared, None

    def settle(self) -> None:
        if self.prepared is not None and self.how.settles == "finished":
            self.bring()
        self.prepared = None

    def rotate(self) -> None:
        """What `src/rotation/rotate.ts` asks of the host; the grace time is ended at once."""
        state = rotation_status.main({})["rotation"]
        if state is None or state["phase"] != "swapped":
            begun = ask("begin", graceSeconds=60, distribute=self.how.distribute)
            noted = {target["name"] for target in begun["rotation"]["targets"]}
            written: list[dict[str, str]] = []
            for name in self.targets.keys() - noted:
                # As if one were all that is written side by side.
                if written:
                    ask("noted", targets=written)
                self.lasting(functools.partial(self.targets.__setitem__, name, begun["key"]))
                written = [{"name": name, "updatedAt": "now"}]
            ask("swap", targets=written)
        ask("finish", now=True)

    def require_served(self) -> None:
        """Everybody who holds a key that was given out is served."""
        held = set(self.targets.values()) if self.ending else {OLD, *self.targets.values()}
        assert [key for key in held if not self.takes(key)] == [], "a key that somebody holds is refused"

    def require_ended(self) -> None:
        """There is one key for each purpose, and nothing is left of the rotation."""
        virtual = self.how.distribute == "virtual-key"
        key = (self.here / "master_key").read_text().strip()
        assert key == self.master != OLD, "the file and the gateway differ"
        out = files.VIRTUAL.read_text().strip() if virtual else key
        assert set(self.targets.values()) == {out}, "a target has another key"
        assert [self.takes(one) for one in (out, OLD, OLD_VIRTUAL)] == [True, False, False], "the wrong keys are taken"
        assert set(self.registered) == ({out} if virtual else set()), "a registration is left"
        left = {"distributed.json", "virtual"} if virtual else {"distributed.json"}
        assert set(os.listdir(self.here / "rotation")) == left, "files are left"


def ask(action: str, **more: object) -> dict[str, Any]:
    question: Any = {"action": action, "run": "run"} | more
    answer: dict[str, Any] = {**rotation.main(question)}
    return answer


class Lives:
    """Rotations in a fresh world each, run after run until one comes to its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world: World

    def __call__(self, how: dict[str, Any], *deaths: int) -> bool:
        """The first run dies at the operation number `deaths[0]`, the next one at `deaths[1]` of its own, and so on.

        Answers whether all the deaths happened.
        """
        world = self.world = World(self.folder, How(**how))
        happened = 0
        while True:
            world.left = deaths[happened] if happened < len(deaths) else None
            try:
                world.rotate()
            except (Died, OSError):
                happened += 1
                world.require_served()
            except Refused as refused:
                if refused.code != "unhealthy":
                    raise
                world.require_served()
            else:
                world.require_ended()
                return happened == len(deaths)

    def prepare(self, wanted: object, run: str) -> Path | None:
        return self.world.prepare(wanted, run)

    def settle(self) -> None:
        self.world.settle()


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[Any]) -> Lives:
    here = tmp_path / "world"
    lives = Lives(here)
    write, remove = durable.write, durable.remove

    def patch(module: object, **replaced: object) -> None:
        for name, value in replaced.items():
            monkeypatch.setattr(module, name, value)

    patch(durable, write=lambda *arguments, **more: lives.world.lasting(lambda: write(*arguments, **more)))
    patch(durable, remove=lambda path: lives.world.lasting(lambda: remove(path)))
    patch(os, fsync=lambda descriptor: None)
    for name in ("STATE", "PENDING", "PREVIOUS", "VIRTUAL_PENDING", "VIRTUAL", "DISTRIBUTED"):
        monkeypatch.setattr(files, name, here / "rotation" / getattr(files, name).name)
    patch(rotation, ROTATION=here / "rotation", MASTER_KEY=here / "master_key", CHANGE_LOCK=here / "lock")
    patch(rotation, _remembered_seconds=lambda: 1)
    patch(audit, record=lambda *_, **__: None)
    patch(lease, require=lambda run: None)
    patch(release, serving=lambda: "release", folder=lambda name: here)
    patch(release, environment=lambda name: {"LITELLM_MASTER_KEY": lives.world.master, "LITELLM_SALT_KEY": "salt"})
    patch(release, configuration=lambda name: {})
    patch(release, describe=lambda name: {"image": "image", "workers": 4, "settings": {}})
    patch(rollout, Wanted=dict, prepare=lives.prepare, settle=lives.settle)
    patch(rollout, follow=lambda folder: lives.world.lasting(lives.world.bring))
    patch(stored_secrets, encryption_key=lambda: ("salt", "the salt key"), give_salt_key=list)
    patch(stored_secrets, require_readable=lambda key, what: 3)
    patch(gateway, AdminApi=lambda port, key, header: Gateway(lives.world, key), port=lambda: 4001)
    patch(gateway, require_answers=lambda wanted, *_, **__: lives.world.require_answers(wanted))
    patch(gateway, require_administrators=lambda wanted: lives.world.require_answers(dict.fromkeys(wanted, 200)))
    return lives

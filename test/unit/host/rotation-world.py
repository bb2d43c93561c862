"""A gateway, two targets and a runner as far as a rotation sees them, with a death before and after each thing that lasts.

The state machine and its files are the real ones. A run dies at the operation number `deaths[0]`, the next one at `deaths[1]`
of its own, and so on; after each death everybody who holds a key that was given out is still served.
"""

import os
import shutil
from pathlib import Path

from agent.base import audit, durable, events, keys, lease
from agent.gateway import release, stored_secrets
from agent.rollout import rollout
from agent.rotation import rotation, status as rotation_status
from agent.rotation import files
from agent.rotation import keys as gateway
from agent.litellm.admin_api import ApiError
from agent.base.refusal import Refused

here = Path(given["folder"])
OLD, OLD_VIRTUAL = "sk-old", "sk-old-virtual"


class Died(BaseException):
    pass


class World:
    def __init__(self):
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        (here / "rotation").mkdir()
        self.master = OLD
        self.prepared = None
        self.registered = {}
        self.targets = {"a": OLD, "b": OLD}
        self.ending = False
        self.left = None
        self.operations = 0
        (here / "master_key").write_text(OLD + "\n")
        (here / "config.yaml").write_text("general_settings: {user_api_key_cache_ttl: 1}\n")
        if given["distribute"] == "virtual-key":
            self.registered[OLD_VIRTUAL] = "before"
            self.targets = {"a": OLD_VIRTUAL, "b": OLD_VIRTUAL}
            files.VIRTUAL.write_text(OLD_VIRTUAL + "\n")
            files.DISTRIBUTED.write_text('{"alias": "before", "targets": []}')

    def takes(self, key):
        return key == self.master or key in self.registered

    def lasting(self, work, *arguments):
        """Something that lasts: the run may die just before and just after it."""
        self.die_here()
        answer = work(*arguments)
        self.die_here()
        return answer

    def die_here(self):
        self.operations += 1
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                if given.get("fullDisk"):
                    raise OSError(28, "No space left on device", "a file")
                raise Died


class Api:
    def __init__(self, port, key, header):
        if not world.takes(key):
            raise AssertionError("asked with a key that is refused")

    def get(self, path, **query):
        return {"keys": [key for key, alias in world.registered.items() if alias == query["key_alias"]]}

    def post(self, path, document):
        if path == "/user/new" or path == "/user/delete" or path == "/key/update":
            return None
        if path == "/key/generate":
            if document["key"] in world.registered:
                raise ApiError(path, 400, "there already")
            return world.lasting(world.registered.__setitem__, document["key"], document["key_alias"])
        assert path == "/key/delete"
        world.ending = True
        return world.lasting(delete, document["key_aliases"])

    def close(self):
        pass


def delete(aliases):
    world.registered = {key: alias for key, alias in world.registered.items() if alias not in aliases}


def require_answers(wanted, seconds=30, route=None):
    for key, status in wanted.items():
        if world.takes(key) != (status == 200):
            raise Refused("rotation-test", f"{key} is {'taken' if world.takes(key) else 'refused'}")


def require_administrators(wanted):
    require_answers(dict.fromkeys(wanted, 200))


def prepare(wanted, run):
    key = keys.read(rotation.MASTER_KEY)
    if key == world.master:
        return None
    if given.get("refuseRollouts", 0) > world.refused:
        world.refused += 1
        raise Refused("unhealthy", "as told")
    world.lasting(setattr, world, "prepared", key)
    return here


def follow(folder):
    world.lasting(bring)


def bring():
    world.master, world.prepared = world.prepared, None


def settle():
    """A rollout that was cut short is finished, or undone."""
    if world.prepared is not None:
        if given["settles"] == "finished":
            bring()
        world.prepared = None


say = events._writer
events.write_to(lambda document: None if "event" in document else say(document))
original_write, original_remove = durable.write, durable.remove
durable.write = lambda *arguments, **more: world.lasting(lambda: original_write(*arguments, **more))
durable.remove = lambda path: world.lasting(original_remove, path)
os.fsync = lambda descriptor: None
for name in ("STATE", "PENDING", "PREVIOUS", "VIRTUAL_PENDING", "VIRTUAL", "DISTRIBUTED"):
    setattr(files, name, here / "rotation" / getattr(files, name).name)
rotation.ROTATION, rotation.MASTER_KEY, rotation.CHANGE_LOCK = here / "rotation", here / "master_key", here / "lock"
rotation._remembered_seconds = lambda: 1
audit.record = lambda *_, **__: None
lease.require = lambda run: None
release.serving = lambda: "release"
release.environment = lambda name: {"LITELLM_MASTER_KEY": world.master, "LITELLM_SALT_KEY": "salt"}
release.describe = lambda name: {"image": "image", "workers": 4, "settings": {}}
release.folder = lambda name: here
release.configuration = lambda name: {}
rollout.Wanted = lambda **more: more
rollout.prepare, rollout.follow, rollout.settle = prepare, follow, settle
stored_secrets.encryption_key = lambda: ("salt", "the salt key")
stored_secrets.require_readable = lambda key, what: 3
stored_secrets.give_salt_key = lambda: []
gateway.AdminApi, gateway.require_answers, gateway.port = Api, require_answers, lambda: 4001
gateway.require_administrators = require_administrators


def ask(action, **more):
    return rotation.main({"action": action, "run": "run"} | more)


def rotate():
    """What `src/rotation/rotate.ts` asks of the host; the grace time is ended at once."""
    state = rotation_status.main({})["rotation"]
    if state is None or state["phase"] != "swapped":
        begun = ask("begin", graceSeconds=60, distribute=given["distribute"])
        noted = {target["name"] for target in begun["rotation"]["targets"]}
        written = []
        for name in world.targets.keys() - noted:
            # As if one were all that is written side by side.
            if written:
                ask("noted", targets=written)
            world.lasting(world.targets.__setitem__, name, begun["key"])
            written = [{"name": name, "updatedAt": "now"}]
        ask("swap", targets=written)
    return ask("finish", now=True)


def served():
    held = set(world.targets.values()) if world.ending else {OLD, *world.targets.values()}
    refused = [key for key in held if not world.takes(key)]
    assert not refused, f"refused: {refused}"


def ended():
    key = (here / "master_key").read_text().strip()
    assert key != OLD and key == world.master, "the file and the gateway differ"
    out = (here / "rotation" / "virtual").read_text().strip() if given["distribute"] == "virtual-key" else key
    assert set(world.targets.values()) == {out}, "a target has another key"
    assert world.takes(out) and not world.takes(OLD) and not world.takes(OLD_VIRTUAL), "the wrong keys are taken"
    assert set(world.registered) == ({out} if given["distribute"] == "virtual-key" else set()), "a registration is left"
    left = {"distributed.json", "virtual"} if given["distribute"] == "virtual-key" else {"distributed.json"}
    assert {entry.name for entry in (here / "rotation").iterdir()} == left, "files are left"


def live(deaths):
    """Runs until one comes to the end; answers whether all the deaths happened."""
    global world
    world = World()
    world.refused = 0
    world.operations = 0
    happened = 0
    while True:
        world.left = deaths[happened] if happened < len(deaths) else None
        try:
            rotate()
        except (Died, OSError):
            happened += 1
            served()
            continue
        except Refused as refused:
            if refused.code != "unhealthy":
                raise
            served()
            continue
        ended()
        return happened == len(deaths)


lives = 0
first = 1
while live([first]):
    lives += 1
    if given.get("twice"):
        second = 1
        while live([first, second]):
            lives += 1
            second += given["twice"]
    first += 1
return {"operations": first - 1, "lives": lives}

"""A Proxmox VE for tests, told what to do by lines of JSON on standard input; it ends with that.

Each line is {"call": name, "args": [...], "kwargs": {...}}, run in the process and answered with a line {"answer": …} or
{"error": …}. Names are those of fakepve's FakePve, or one of the functions below.
"""

import asyncio
import json
import re
import sys
import tempfile
import urllib.parse

from fakepve import FakePve
from fakepve.certs import make_cert


class Pve(FakePve):
    """With tasks that take as long as a test says: fakepve makes a machine at once, a real import takes minutes."""

    def __init__(self):
        super().__init__()
        self.task_secs = {}

    async def task(self, node, ttype, tid, user, body, **more):
        async def slowly():
            await self.pause(self.task_secs.get(ttype, 0))
            return await body()

        return await super().task(node, ttype, tid, user, slowly, **more)


class Requests(list):
    """Does what fakepve only answers: a disk that is resized has another size afterwards."""

    def __init__(self, pve):
        super().__init__()
        self.pve = pve

    def append(self, request):
        super().append(request)
        method, path, body = request[:3]
        found = re.search(r"/qemu/(\d+)/resize$", path)
        if method == "PUT" and found:
            asked = dict(urllib.parse.parse_qsl(body if isinstance(body, str) else bytes(body).decode()))
            config = self.pve.vm(int(found[1])).config
            config[asked["disk"]] = re.sub(r"size=[^,]*", f"size={asked['size']}", config[asked["disk"]])


def vms(pve):
    return [
        {"vmid": vm.vmid, "name": vm.name, "status": vm.status, "config": vm.config, "lock": vm.lock_holder or vm.config.get("lock")}
        for vm in pve.vms
    ]


def requests(pve):
    return [[method, path] for method, path, *_ in pve.requests]


def add_disk(pve, storage, name, vmid):
    """A disk that carries the number of a machine which does not use it, as those of another cluster on a shared storage do."""
    pve.storages[storage].setdefault("volumes", {})[name] = {"content": "images", "vmid": vmid, "size": 1024**3, "format": "raw"}


def disks(pve, storage):
    return sorted(name for name, volume in pve.storages[storage].get("volumes", {}).items() if volume["content"] == "images")


def set_attribute(pve, name, value):
    setattr(pve, name, value)


def add_storage(pve, name, options):
    pve.storages[name] = options | {"files": set()}


def remove_files(pve, storage):
    pve.storages[storage].get("volumes", {}).clear()
    pve.storages[storage]["files"].clear()


def grants(pve, user, grants_by_path):
    if pve.acl is None:
        pve.acl = {}
    pve.acl[user] = [(path, set(privileges)) for path, privileges in grants_by_path.items()]


def add_pool(pve, name):
    pve.pools[name] = set()
    pve.pool_info[name] = {"comment": None, "storage": set()}


def pool_members(pve, name):
    return sorted(pve.pools[name])


def files(pve, storage):
    return sorted(pve.storages[storage].get("volumes", {}))


OWN = {
    "vms": vms,
    "requests": requests,
    "add_disk": add_disk,
    "disks": disks,
    "set": set_attribute,
    "add_storage": add_storage,
    "grants": grants,
    "files": files,
    "add_pool": add_pool,
    "pool_members": pool_members,
    "remove_files": remove_files,
}


async def main():
    pve = Pve()
    pve.requests = Requests(pve)
    with tempfile.TemporaryDirectory() as folder:
        certfile, keyfile, _ = make_cert(folder, hosts=("127.0.0.1",))
        pve.host, pve.port = "127.0.0.1", 0
        await pve.start(certfile, keyfile)
        with open(certfile) as file:
            certificate = file.read()
    print(json.dumps({"host": pve.host, "port": pve.port, "certificate": certificate}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        call = OWN.get(asked["call"])
        try:
            args, kwargs = asked.get("args", []), asked.get("kwargs", {})
            answer = call(pve, *args, **kwargs) if call else getattr(pve, asked["call"])(*args, **kwargs)
            said = {"answer": answer if isinstance(answer, (type(None), bool, int, str, list, dict)) else str(answer)}
        except Exception as failure:  # the test sees it
            said = {"error": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(said, default=str), flush=True)
    await pve.stop()


asyncio.run(main())

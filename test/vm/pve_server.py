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


def set_attribute(pve, name, value):
    setattr(pve, name, value)


def add_storage(pve, name, options):
    pve.storages[name] = options | {"files": set()}


def grants(pve, user, grants_by_path):
    if pve.acl is None:
        pve.acl = {}
    pve.acl[user] = [(path, set(privileges)) for path, privileges in grants_by_path.items()]


def files(pve, storage):
    return sorted(pve.storages[storage].get("volumes", {}))


OWN = {"vms": vms, "requests": requests, "set": set_attribute, "add_storage": add_storage, "grants": grants, "files": files}


async def main():
    pve = FakePve()
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

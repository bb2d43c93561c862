"""A machine of libvirt, made on its hypervisor. Each action looks first: done again after any failure, it continues with the same machine.

The machine's own description in libvirt says that it is ours and which host key it was born with. It is defined before its disk
is made, and the disk gets its name when it is whole: a machine without a disk was never started, and is recreated.
"""

import base64
import hashlib
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from agent.base import durable
from agent.base.events import note
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

if TYPE_CHECKING:
    from agent.contract_types import HypervisorAnswer, HypervisorQuestion, HypervisorQuestionConverge, HypervisorQuestionConvergeImage


SPACE = "urn:litellm-gitops"
MARK = f"{{{SPACE}}}gateway"
TOOLS = {"virsh": "libvirt-clients", "virt-install": "virtinst", "qemu-img": "qemu-utils"}
IMAGES = Path("/var/cache/litellm-gitops")
LOCKS = Path("/run/lock/litellm-gitops")
# Pools of files: the disk is made as one and gets its name when it is whole.
FILE_POOLS = ("dir", "fs", "netfs")
DISK = "vda"
GIB = 1024**3
WAIT_SECONDS = 600
CHUNK = 1 << 20


def main(given: "HypervisorQuestion") -> "HypervisorAnswer":
    """Input: {action: observe | converge | forget-seed | destroy, name, pool}; for converge also {network or bridge, vcpu,
    memoryMib, diskGib, image: {url, checksum, algorithm}, hostKey, seed: base64 of a CD}.

    Answers the machine as it is then: {id, running, vcpu, memoryMib, diskBytes, hostKey, pendingRestart}; id is null without one.
    """
    _require_tools()
    name = given["name"]
    if given["action"] == "observe":
        return _state(name, _ours(name))
    with durable.locked(LOCKS / f"{name}.lock", WAIT_SECONDS):
        folder = _pool_folder(given["pool"])
        match given["action"]:
            case "converge":
                _converge(given, name, folder)
            case "forget-seed":
                _forget_seed(given["pool"], name, folder)
            case "destroy":
                _destroy(given["pool"], name, folder)
                return _state(name, None)
        return _state(name, _ours(name))


def _converge(given: "HypervisorQuestionConverge", name: str, folder: Path) -> None:
    domain = _ours(name)
    disk = _disk_path(folder, name) if domain is None else _disk_of(domain)
    if domain is not None and not disk.exists():
        note("machine", f"{name} was never finished: creating it again")
        run("virsh", "undefine", "--nvram", name)
        domain = None
    if domain is None:
        _require_network(given)
        if disk.exists():
            raise Refused(
                "disk-exists",
                f"There is no VM {name}, but its disk {disk}. It may hold data of a VM that was removed by hand: keep it under "
                "another name, or remove it, and run again.",
            )
        _make(given, name, folder, disk)
    else:
        _resize(given, name, domain, disk)
    if _run_state(name) != "running":
        note("machine", f"start {name}")
        run("virsh", "start", name, timeout=120)


def _make(given: "HypervisorQuestionConverge", name: str, folder: Path, disk: Path) -> None:
    image = _image(given["image"])
    note("machine", f"define {name}, with its own host key")
    durable.write(_seed_path(folder, name), base64.b64decode(given["seed"]))
    run("virsh", "define", "/dev/stdin", stdin=_definition(given, name, disk, _seed_path(folder, name)))
    run("virsh", "autostart", name)
    note("machine", f"create its disk of {given['diskGib']} GiB")
    beside = disk.with_name(f"{disk.name}.part")
    beside.unlink(missing_ok=True)
    run("qemu-img", "convert", "-O", "qcow2", str(image), str(beside), timeout=1800)
    if given["diskGib"] * GIB > _disk_bytes(beside):
        run("qemu-img", "resize", "-q", str(beside), f"{given['diskGib']}G")
    os.replace(beside, disk)
    durable.flush_directory(folder)
    _refresh(given["pool"])


def _definition(given: "HypervisorQuestionConverge", name: str, disk: Path, seed: Path) -> str:
    network = f"bridge={given['bridge']}" if given.get("bridge") else f"network={given['network']}"
    text = run(
        "virt-install", "--connect", "qemu:///system", "--print-xml", "--dry-run", "--import", "--name", name,
        # All that the hypervisor's has: QEMU's own default does not have what LiteLLM's libraries are compiled for (x86-64-v2).
        "--memory", str(given["memoryMib"]), "--vcpus", str(given["vcpu"]), "--cpu", "mode=maximum",
        "--osinfo", "detect=on,require=off",
        "--disk", f"path={disk},size={given['diskGib']},format=qcow2,target.dev={DISK},target.bus=virtio,driver.discard=unmap",
        "--disk", f"path={seed},device=cdrom", "--network", f"{network},model=virtio",
        "--graphics", "none", "--serial", "pty", "--rng", "/dev/urandom", "--noautoconsole",
        timeout=120,
    )  # fmt: skip
    ElementTree.register_namespace("litellm-gitops", SPACE)
    domain = ElementTree.fromstring(text)
    metadata = domain.find("metadata")
    if metadata is None:
        metadata = ElementTree.SubElement(domain, "metadata")
    ElementTree.SubElement(metadata, MARK, {"name": name, "host-key": given["hostKey"]})
    return ElementTree.tostring(domain, encoding="unicode")


def _resize(given: "HypervisorQuestionConverge", name: str, domain: ElementTree.Element, disk: Path) -> None:
    vcpu, memory = given["vcpu"], given["memoryMib"]
    if _vcpu(domain) != vcpu:
        note("machine", f"give it {vcpu} vCPU")
        growing = vcpu > _vcpu(domain)
        # Neither may pass the other on the way.
        for maximum in (["--maximum"], []) if growing else ([], ["--maximum"]):
            run("virsh", "setvcpus", name, str(vcpu), "--config", *maximum)
    if _memory_mib(domain) != memory:
        note("machine", f"give it {memory} MiB of memory")
        run("virsh", "setmaxmem", name, f"{memory}MiB", "--config")
        run("virsh", "setmem", name, f"{memory}MiB", "--config")
    running = _run_state(name) == "running"
    if _disk_bytes(disk) < given["diskGib"] * GIB:
        note("machine", f"grow its disk to {given['diskGib']} GiB")
        if running:
            run("virsh", "blockresize", name, str(disk), f"{given['diskGib']}GiB")
        else:
            run("qemu-img", "resize", "-q", str(disk), f"{given['diskGib']}G")


def _forget_seed(pool: str, name: str, folder: Path) -> None:
    domain = _ours(name)
    seed = _seed_path(folder, name)
    if domain is not None:
        for drive in domain.iterfind("devices/disk[@device='cdrom']"):
            source, target = drive.find("source"), drive.find("target")
            if source is None or target is None or source.get("file") != str(seed):
                continue
            note("machine", "eject the CD with the first configuration")
            live = ["--live"] if _run_state(name) == "running" else []
            run("virsh", "change-media", name, target.get("dev", ""), "--eject", "--force", "--config", *live)
    if seed.exists():
        durable.remove(seed)
        _refresh(pool)


def _destroy(pool: str, name: str, folder: Path) -> None:
    domain = _ours(name)
    if domain is None:
        # A run before this one may have died between the machine and what belonged to it; a disk without a machine is nobody's to remove.
        _seed_path(folder, name).unlink(missing_ok=True)
        return
    disk = _disk_of(domain)
    if _run_state(name) not in ("shut off", "crashed"):
        note("machine", f"stop {name}")
        run("virsh", "destroy", name, timeout=120)
    note("machine", f"remove {name} and its disk")
    # The machine last: as long as it exists, the next run knows that the disk is its own.
    for path in (disk, disk.with_name(f"{disk.name}.part"), _seed_path(folder, name)):
        path.unlink(missing_ok=True)
    durable.flush_directory(folder)
    run("virsh", "undefine", "--nvram", "--snapshots-metadata", "--managed-save", name)
    _refresh(pool)


def _state(name: str, domain: ElementTree.Element | None) -> "HypervisorAnswer":
    if domain is None:
        return {"id": None, "running": False, "vcpu": 0, "memoryMib": 0, "diskBytes": 0, "hostKey": None, "pendingRestart": []}
    running = _run_state(name) == "running"
    live = ElementTree.fromstring(run("virsh", "dumpxml", name)) if running else domain
    disk = _disk_of(domain)
    pending = [word for word, of in (("vCPU", _vcpu), ("memory", _memory_mib)) if of(live) != of(domain)]
    mark = domain.find(f"metadata/{MARK}")
    return {
        "id": domain.findtext("uuid"),
        "running": running,
        "vcpu": _vcpu(domain),
        "memoryMib": _memory_mib(domain),
        "diskBytes": _disk_bytes(disk) if disk.exists() else 0,
        # Without its disk it never ran: it will be recreated, with another key.
        "hostKey": mark.get("host-key") if mark is not None and disk.exists() else None,
        "pendingRestart": pending,
    }


def _ours(name: str) -> ElementTree.Element | None:
    """The machine as it will be after its next start; None when there is none. Refuses one that somebody else made."""
    if name not in run("virsh", "list", "--all", "--name").split():
        return None
    domain = ElementTree.fromstring(run("virsh", "dumpxml", "--inactive", name))
    mark = domain.find(f"metadata/{MARK}")
    if mark is None or mark.get("name") != name:
        raise Refused(
            "foreign",
            f"The VM {name} on this hypervisor was not made by litellm-gitops: the mark is missing in its description. It is left alone; "
            "give ours another name (vm.libvirt.name).",
        )
    return domain


def _run_state(name: str) -> str:
    return run("virsh", "domstate", name).strip()


def _vcpu(domain: ElementTree.Element) -> int:
    element = domain.find("vcpu")
    return int(element.get("current") or element.text or 1) if element is not None else 1


def _memory_mib(domain: ElementTree.Element) -> int:
    element = domain.find("currentMemory")
    # libvirt itself answers KiB, whatever was given.
    return int(element.text or 0) // 1024 if element is not None else 0


def _disk_of(domain: ElementTree.Element) -> Path:
    for drive in domain.iterfind("devices/disk[@device='disk']"):
        source, target = drive.find("source"), drive.find("target")
        if source is not None and target is not None and target.get("dev") == DISK and source.get("file"):
            return Path(source.get("file", ""))
    raise Refused("disk", f"The VM {domain.findtext('name')} no longer has a disk {DISK} in a file; it was changed by hand.")


def _disk_path(folder: Path, name: str) -> Path:
    return folder / f"litellm-gitops-{name}.qcow2"


def _seed_path(folder: Path, name: str) -> Path:
    return folder / f"litellm-gitops-{name}-seed.iso"


def _disk_bytes(disk: Path) -> int:
    """What the machine sees, by the header (version 2 and 3 alike): a running machine's disk is locked against qemu-img."""
    with disk.open("rb") as file:
        header = file.read(32)
    if header[:4] != b"QFI\xfb":
        raise Refused("disk", f"{disk} is not a qcow2 image; it was changed by hand.")
    return int.from_bytes(header[24:32], "big")


def _image(image: "HypervisorQuestionConvergeImage") -> Path:
    """The image on the hypervisor, fetched where it is not there; its name is its checksum, so another image is another file."""
    durable.folder(IMAGES, 0o755)
    path = IMAGES / f"{image['checksum'][:16]}.img"
    if path.exists():
        return path
    note("machine", f"download {image['url']}")
    beside = path.with_name(f"{path.name}.part")
    digest = hashlib.new(image["algorithm"])
    try:
        with urllib.request.urlopen(image["url"], timeout=60) as answer, beside.open("wb") as file:  # noqa: S310 - compared by checksum
            while chunk := answer.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except (urllib.error.URLError, TimeoutError) as failure:
        beside.unlink(missing_ok=True)
        raise Refused("image", f"The hypervisor cannot fetch {image['url']}: {failure}. Nothing was created.") from None
    if digest.hexdigest() != image["checksum"]:
        beside.unlink()
        raise Refused(
            "image",
            f"The image at {image['url']} has the {image['algorithm']} {digest.hexdigest()}, but {image['checksum']} is declared. "
            "Nothing was created. Cloud images are replaced in place: use a URL with a date in it, and the checksum from the same folder.",
        )
    os.replace(beside, path)
    return path


def _pool_folder(pool: str) -> Path:
    try:
        described = ElementTree.fromstring(run("virsh", "pool-dumpxml", pool))
        active = run("virsh", "pool-list", "--name").split()
    except CommandFailed as failed:
        raise Refused("pool", f"The hypervisor has no storage pool {pool}: {failed}. virsh pool-list --all shows those it has.") from None
    if described.get("type") not in FILE_POOLS:
        kind, wanted = described.get("type"), ", ".join(FILE_POOLS)
        raise Refused("pool", f"The storage pool {pool} has the type {kind}; a file-based one is needed ({wanted}).")
    if pool not in active:
        raise Refused("pool", f"The storage pool {pool} is not active: virsh pool-start {pool}; virsh pool-autostart {pool}.")
    return Path(described.findtext("target/path") or "")


def _refresh(pool: str) -> None:
    # Only so that virsh vol-list shows what exists.
    run("virsh", "pool-refresh", pool, check=False)


def _require_tools() -> None:
    absent = {tool: package for tool, package in TOOLS.items() if shutil.which(tool) is None}
    if absent:
        raise Refused(
            "tools",
            f"Programs are missing on the hypervisor: {', '.join(absent)}. Run "
            f"apt-get install {' '.join(absent.values())} libvirt-daemon-system qemu-system-x86.",
        )
    try:
        run("virsh", "version", timeout=30)
    except CommandFailed as failed:
        text = f"libvirt does not answer on the hypervisor: {failed}. See systemctl status libvirtd."
        raise Refused("libvirt", text, failed.output) from None


def _require_network(given: "HypervisorQuestionConverge") -> None:
    bridge, network = given.get("bridge"), given.get("network")
    if bridge:
        if not Path(f"/sys/class/net/{bridge}/bridge").exists():
            raise Refused("network", f"The hypervisor has no bridge {bridge}. ip link show type bridge shows those it has.")
    elif network not in run("virsh", "net-list", "--name").split():
        raise Refused(
            "network",
            f"The network {network} is not active on the hypervisor: virsh net-start {network}; virsh net-autostart {network}. "
            "virsh net-list --all shows those it has.",
        )

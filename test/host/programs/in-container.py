"""Runs inside LiteLLM's container and tries to get out of it: prints {what was tried: how that ended}, "done" being the worst."""

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)


def called(result: int) -> object:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def written(path: str) -> Callable[[], object]:
    def attempt() -> object:
        with open(path, "ab") as file:
            return file.write(b"x")

    return attempt


def read(path: str) -> Callable[[], object]:
    def attempt() -> object:
        with open(path, "rb") as file:
            return file.read(1)

    return attempt


def connected(address: str) -> Callable[[], object]:
    def attempt() -> object:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.settimeout(2)
            # Such an address is one of a link, and here that is the loopback.
            return one.connect((address, 80, 0, socket.if_nametoindex("lo")) if address.startswith("fe80:") else (address, 80))

    return attempt


CLONE_NEWNS, CLONE_NEWUSER, PTRACE_ATTACH, MS_BIND = 0x20000, 0x10000000, 16, 4096
library = next(path for path in sys.path if path.endswith("site-packages"))
ATTEMPTS: dict[str, Callable[[], object]] = {
    "write /": written("/planted"),
    "write /etc": written("/etc/passwd"),
    "write the libraries": written(f"{library}/planted.py"),
    "write the configuration": written("/etc/litellm/config.yaml"),
    "write the start script": written("/run/litellm/bin/start"),
    "write sitecustomize": written("/run/litellm/bin/sitecustomize.py"),
    "write a setting of the kernel": written("/proc/sys/kernel/core_pattern"),
    "write sysrq": written("/proc/sysrq-trigger"),
    "write a control group": written("/sys/fs/cgroup/cgroup.procs"),
    "read the environment's file": read("/run/litellm/env"),
    "read the master key": read("/etc/litellm/master_key"),
    "read the salt key": read("/etc/litellm/salt_key"),
    "read the host's shadow": read("/proc/1/root/var/lib/litellm-gitops/fingerprint.key"),
    "read the kernel's memory": read("/dev/mem"),
    "read the disk": read("/dev/vda"),
    "mount": lambda: called(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)),
    "bind": lambda: called(libc.mount(b"/proc/1/root", b"/tmp", None, MS_BIND, None)),
    "remount": lambda: called(libc.mount(None, b"/", None, 32 | MS_BIND, None)),
    "unshare mounts": lambda: called(libc.unshare(CLONE_NEWNS)),
    "chroot": lambda: os.chroot("/tmp"),
    "another user": lambda: os.setuid(12345),
    "another group": lambda: os.setgroups([0]),
    "make a device": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)),
    "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 768),
    "a low port": lambda: socket.socket().bind(("127.0.0.1", 81)),
    "host name": lambda: socket.sethostname("taken"),
    "clock": lambda: __import__("time").clock_settime(0, 0),
    "ptrace": lambda: called(libc.ptrace(PTRACE_ATTACH, int(sys.argv[1]), 0, 0)),
    "kill a process of the host": lambda: os.kill(int(sys.argv[1]), 0),
    "own more of a file": lambda: (open("/tmp/own", "w").close(), os.chown("/tmp/own", 12345, 12345)),
    "priority": lambda: os.nice(-5),
    # After all others, as it would change what they can do.
    "unshare users": lambda: called(libc.unshare(CLONE_NEWUSER)),
    "unshare users and network": lambda: called(libc.unshare(CLONE_NEWUSER | 0x40000000)),
} | {f"connect {address}": connected(address) for address in sys.argv[2:]}


def main() -> None:
    ended: dict[str, str] = {}
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
            ended[name] = "done"
        except OSError as failure:
            ended[name] = os.strerror(failure.errno) if failure.errno else str(failure)
    print(json.dumps(ended))


main()

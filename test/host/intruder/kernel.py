"""What a process of LiteLLM's container tries with the kernel and the machine around it: each attempt raises, or it was done."""

import ctypes
import os
import pathlib
import socket
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)
Attempt = Callable[[], object]
# Below each of these a file of the host's would be one more way out.
PLACES = (
    "/planted", "/etc/cron.d/planted", "/etc/passwd", "/etc/litellm/config.yaml", "/run/litellm/bin/start", "/run/litellm/bin/sitecustomize.py",
    "/root/.ssh/authorized_keys", "/usr/bin/planted", "/sys/fs/cgroup/cgroup.procs",
    "/sys/fs/cgroup/release_agent", "/sys/kernel/uevent_helper", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
    "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory", "/proc/1/root/planted", "/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda",
)  # fmt: skip
SECRETS = (
    "/etc/litellm/master_key", "/etc/litellm/salt_key", "/etc/litellm/backup_password", "/etc/litellm/postgres_owner_password",
    "/root/canary", "/var/lib/litellm-gitops/fingerprint.key", "/proc/1/root/root/canary", "/proc/kcore", "/dev/mem", "/dev/sda", "/dev/vda",
    "/var/lib/containers/storage/db.sql", "/proc/sched_debug", "/proc/keys",
)  # fmt: skip
SOCKETS = (
    "/run/systemd/journal/socket", "/run/systemd/journal/stdout", "/run/systemd/notify", "/run/systemd/private", "/run/dbus/system_bus_socket",
    "/run/podman/podman.sock", "/run/caddy/admin.sock", "/var/run/postgresql/.s.PGSQL.5432", "/run/chrony/chronyd.sock",
)  # fmt: skip
# System calls without a wrapper, as numbers of x86-64.
CALLS = {
    "setns": (308, 3, 0), "unshare users": (272, 0x10000000), "unshare mounts": (272, 0x20000), "clone3": (435, 0, 0), "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0), "io_uring_setup": (425, 1, 0), "keyctl": (250, 0, -3, 1), "add_key": (248, 0, 0, 0, 0, -3),
    "userfaultfd": (323, 0), "init_module": (175, 0, 0, 0), "kexec_load": (246, 0, 0, 0, 0), "open_by_handle_at": (304, -100, 0, 0),
    "fsopen": (430, 0, 0), "open_tree": (428, -100, 0, 0), "move_mount": (429, 0, 0, 0, 0, 0), "pivot_root": (155, 0, 0), "swapon": (167, 0, 0),
    "pidfd_getfd": (438, 0, 0, 0), "reboot": (169, 0xFEE1DEAD, 672274793, 0), "acct": (163, 0),
    "quotactl": (179, 0, 0, 0, 0), "syslog": (103, 3, 0, 0), "iopl": (172, 3), "settimeofday": (164, 0, 0), "sethostname": (170, b"x", 1),
}  # fmt: skip


def called(*words: object) -> object:
    result = libc.syscall(*[ctypes.c_long(word) if isinstance(word, int) else ctypes.c_char_p(word) for word in words])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def written(path: str) -> Attempt:
    def attempt() -> object:
        # In /dev, which is memory of its own, it may make files; no device of the machine's is there.
        make = 0 if path.startswith("/dev/") else os.O_CREAT
        descriptor = os.open(path, os.O_WRONLY | make | os.O_APPEND | os.O_NONBLOCK)
        try:
            return os.write(descriptor, b"planted")
        finally:
            os.close(descriptor)

    return attempt


def taken(path: str) -> Attempt:
    def attempt() -> object:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return os.read(descriptor, 64) or refuse("empty")
        finally:
            os.close(descriptor)

    return attempt


def refuse(why: str) -> None:
    raise OSError(why)


def connected(path: str) -> Attempt:
    def attempt() -> object:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_UNIX, kind) as one:
                one.settimeout(2)
                try:
                    one.connect(path)
                except OSError:
                    continue
                return one.send(b"<0>systemd[1]: planted\n")
        return refuse("no socket")

    return attempt


def linked() -> None:
    """Links where programs of the host's read, or once read, what is a file of the image."""
    for root, _, names in os.walk("/opt"):
        for name in names:
            if name.startswith("model_prices"):
                os.unlink(os.path.join(root, name))
    refuse("nothing to replace")


def moved() -> None:
    """In the only place where it may make files: links to the host's, and what would hang a reader."""
    for name, target in (("prices.json", "/root/canary"), ("zero", "/dev/zero"), ("up", "../../../../../../root/canary")):
        path = pathlib.Path("/tmp", name)
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    pipe = pathlib.Path("/tmp/pipe")
    if not pipe.exists():
        os.mkfifo(pipe)
    refuse("only in its own place")


def on_loopback() -> None:
    """Who listens on the machine's loopback and takes more than it should: sshd must want a key."""
    with socket.create_connection(("127.0.0.1", 22), 2) as one:
        one.recv(100)
    refuse("only a greeting")


def abstract() -> None:
    names = [line.split()[-1] for line in pathlib.Path("/proc/net/unix").read_text().splitlines() if line.split()[-1].startswith("@")]
    for name in names:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            one.settimeout(1)
            try:
                one.connect("\0" + name[1:])
            except OSError:
                continue
            raise RuntimeError(f"@{name[1:]} let it in")
    refuse("none")


def attempts() -> dict[str, Attempt]:
    tried: dict[str, Attempt] = {f"write {path}": written(path) for path in PLACES}
    tried |= {f"read {path}": taken(path) for path in SECRETS}
    tried |= {f"connect {path}": connected(path) for path in SOCKETS}
    tried |= {f"call {name}": (lambda words=words: called(*words)) for name, words in CALLS.items()}
    tried |= {
        "mount": lambda: libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None) and refuse("no"),
        "bind": lambda: libc.mount(b"/proc/1/root", b"/tmp", None, 4096, None) and refuse("no"),
        "remount": lambda: libc.mount(None, b"/", None, 32, None) and refuse("no"),
        "make a device": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(8, 0)),
        "another user": lambda: os.setuid(12345),
        "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
        "packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 768),
        "a low port": lambda: socket.socket().bind(("127.0.0.1", 81)),
        "replace the list of prices": linked, "links and pipes": moved, "ssh on loopback": on_loopback,
        "abstract sockets": abstract,
    }  # fmt: skip
    return tried


def all_of_them() -> list[str]:
    """The names of those that were done."""
    done = []
    for name, attempt in attempts().items():
        try:
            attempt()
        except OSError:
            continue
        except Exception as failure:
            done.append(f"{name}: {failure}")
            continue
        done.append(name)
    return done

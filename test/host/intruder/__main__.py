"""Runs inside LiteLLM's container with what LiteLLM has: PHASE SECONDS. Prints `done: …` for all that it should not have got, and what it found."""

import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.parse

import kernel
import rows
import servers
from wire import Postgres, Redis, Refused

LINES = (
    "::stop-commands::x", "\u0085::stop-commands::x", "##[group]x", "\x1b[2J\x1b]0;x\x07 Error: ::add-mask::x", "sqlalchemy.Error: " + "x" * 3000,
    "[CRITICAL] WORKER TIMEOUT (pid:1)", "Worker (pid:7) was sent SIGKILL! Perhaps out of memory?", '{"result": {"ok": true}}', "ERROR: Application startup failed. Exiting.",
    "<0>systemd[1]: Started planted.service.", "\udcff\udcfe",
)  # fmt: skip
NOT_TOLD = ("/sys/kernel/", "/proc/kmsg", "/sys/fs/cgroup")
# What entered by podman has not LiteLLM's environment, and takes it.
ENVIRONMENT = dict(pair.split("=", 1) for pair in pathlib.Path("/proc/1/environ").read_text(errors="replace").split("\0") if "=" in pair)
PASSWORD = urllib.parse.urlparse(ENVIRONMENT["DATABASE_URL"]).password or ""
phase, seconds = sys.argv[1], float(sys.argv[2])
UNTIL = time.monotonic() + seconds


def over() -> bool:
    return time.monotonic() > UNTIL or pathlib.Path("/tmp/stop").exists()


def told(done: list[str]) -> None:
    for name in done:
        print(f"done: {name}", flush=True)


def again(work: "object", pause: float = 0.5) -> threading.Thread:
    def loop() -> None:
        while not over():
            try:
                work()  # type: ignore[operator]
            except (OSError, Refused, ValueError, KeyError):
                pass
            time.sleep(pause)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    return thread


def chatter() -> None:
    """On the standard output of the container, as LiteLLM's own process."""
    with open("/proc/1/fd/1", "wb", buffering=0) as out:
        out.writelines(line.encode(errors="surrogateescape") + b"\n" for line in LINES)


def crowd() -> None:
    """A bomb of the size that leaves the rest of the test its time; the bounds of the container are another test's."""
    children = [subprocess.Popen(["sleep", "2"]) for _ in range(100)]
    held = bytearray(100 * 1024**2)
    held[::4096] = b"x" * len(held[::4096])
    for child in children:
        child.kill()
        child.wait()


def gather() -> None:
    """Prints all that can be read: files, the database's own tables, Redis and what listens on the loopback."""
    for top in ("/etc", "/run", "/proc", "/tmp", "/dev", "/root", "/var", "/home", "/sys/fs", "/opt/litellm/etc"):
        for folder, below, names in os.walk(top):
            if folder.startswith(NOT_TOLD) or folder.count("/") > 6:
                below.clear()
            # The memory of each process is its own; a thread has the files of its process.
            below[:] = [name for name in below if name not in ("task", "map_files", "net")]
            for name in names:
                look(os.path.join(folder, name))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            look(f"/proc/{pid}/{name}")
    database = Postgres(PASSWORD)
    for table in (
        "pg_settings",
        "pg_stat_activity",
        "pg_roles",
        "pg_file_settings",
        "pg_db_role_setting",
        "pg_stat_replication",
        '"LiteLLM_Config"',
    ):
        try:
            print(*database.ask(f"SELECT * FROM {table}"), flush=True)
        except Refused:
            pass
    print(Redis(PASSWORD_OF_REDIS).ask("CONFIG", "GET", "*"), flush=True)


def look(path: str) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        try:
            print(path, os.read(descriptor, 20_000), flush=True)
        finally:
            os.close(descriptor)
    except OSError:
        pass


def lock() -> None:
    """Every table that it may lock, for as long as it lives, and Prisma's own lock."""
    holder = Postgres(PASSWORD)
    holder.ask("SELECT pg_advisory_lock(72707369)")
    holder.ask("SET idle_in_transaction_session_timeout = 0")
    names = [
        row[6:].decode()
        for row in holder.ask("SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    ]
    holder.ask("BEGIN")
    held = 0
    for name in names:
        try:
            holder.ask(f"SAVEPOINT s; SET LOCAL lock_timeout = '3s'; LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
            held += 1
        except Refused:
            holder.ask("ROLLBACK TO s")
    print(f"locks: {held} of {len(names)} tables\nat work: locks", flush=True)
    while not over():
        time.sleep(0.2)


def exhaust() -> None:
    """All connections that there are, again whenever one falls free."""
    held: list[Postgres] = []
    most = 0
    while not over():
        try:
            held.append(Postgres(PASSWORD, timeout=5))
        except (OSError, Refused, KeyError):
            if most == len(held):
                print("at work: connections", flush=True)
            time.sleep(0.2)
        if len(held) > most:
            most = len(held)
    print(f"connections: {most}", flush=True)


def flush() -> None:
    Redis(PASSWORD_OF_REDIS).ask("FLUSHALL")


print(f"begun: {phase}", flush=True)
PASSWORD_OF_REDIS = ENVIRONMENT["REDIS_PASSWORD"]
if phase == "rows":
    rows.plant(PASSWORD)
    rows.redis_noise(PASSWORD_OF_REDIS)
    print("at work: rows", flush=True)
    again(lambda: told(kernel.all_of_them()), 2)
    again(lambda: told(rows.forbidden(PASSWORD)), 2)
    again(lambda: told(rows.redis_forbidden(PASSWORD_OF_REDIS)), 2)
    again(lambda: rows.redis_noise(PASSWORD_OF_REDIS), 6)
    again(flush, 3)
    again(chatter, 1)
    again(crowd, 8)
    again(gather, 30)
elif phase == "late":
    rows.plant_settings(PASSWORD)
    print("at work: late", flush=True)
elif phase == "locks":
    again(lock)
elif phase == "connections":
    again(exhaust)
elif phase == "redis":
    servers.instead_of_redis(PASSWORD_OF_REDIS, UNTIL)
elif phase == "http":
    servers.instead_of_litellm(4999, UNTIL)
while not over() and phase not in ("late", "redis", "http"):
    time.sleep(0.2)

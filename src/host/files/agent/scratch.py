"""A scratch place on the host: PostgreSQL, Redis and LiteLLM on restored data, in a network of their own that leads nowhere.

Nothing in it can reach a provider, send an alert or be reached. All of it has fixed names, so that it can be removed whoever began it.
"""

import concurrent.futures
import os
import pwd
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent import confined, durable, patience, units
from agent.admin_api import AdminApi, ApiError
from agent.command import CommandFailed, run
from agent.database_dump import jobs
from agent.database_server import Server, programs
from agent.output import Refused
from agent.paths import BACKUPS, CONTAINER_FILES, RUNTIME

NETWORK = "litellm-scratch"
POSTGRES_UNIT = "litellm-gitops-scratch-postgres.service"
REDIS_UNIT = "litellm-gitops-scratch-redis.service"
CONTAINER = "litellm-scratch"
POSTGRES_FOLDER = Path("/var/lib/postgresql/litellm-gitops-scratch")
REDIS_FOLDER = Path("/var/lib/redis/litellm-gitops-scratch")
FILES = BACKUPS / "scratch"
ENV_FILE = RUNTIME / "scratch.env"
CONFIG_FILE = RUNTIME / "scratch.yaml"
DATABASE = "litellm"
PORT = 4001
# When memory runs short the kernel takes this, never the gateway.
SACRIFICED = "OOMScoreAdjust=900"

Result = TypeVar("Result")


def sweep() -> None:
    """Removes the whole scratch place, as far as there is one."""
    run("podman", "rm", "--force", "--time=0", "--ignore", CONTAINER, check=False, timeout=120)
    for unit in (POSTGRES_UNIT, REDIS_UNIT):
        run("systemctl", "kill", "--signal=KILL", unit, check=False)
        run("systemctl", "stop", unit, check=False, timeout=120)
        units.forget_failure(unit)
    run("ip", "netns", "delete", NETWORK, check=False)
    for folder in (POSTGRES_FOLDER, REDIS_FOLDER, FILES):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (ENV_FILE, CONFIG_FILE):
        file.unlink(missing_ok=True)


def is_gone() -> bool:
    """Whether nothing of the scratch place is left."""
    folders = (POSTGRES_FOLDER, REDIS_FOLDER, FILES, Path("/run/netns") / NETWORK)
    return not any(path.exists() for path in folders) and not units.is_active(POSTGRES_UNIT) and not units.is_active(REDIS_UNIT)


def network() -> None:
    run("ip", "netns", "add", NETWORK)
    run("ip", "-n", NETWORK, "link", "set", "lo", "up")


def inside(work: Callable[[], Result]) -> Result:
    """Runs the work in a thread of its own whose sockets are those of the scratch network."""

    def enter() -> Result:
        descriptor = os.open(f"/run/netns/{NETWORK}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.setns(descriptor, os.CLONE_NEWNET)
        finally:
            os.close(descriptor)
        return work()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(enter).result()


def start_postgres(locale: str) -> tuple[Server, str]:
    """A new cluster with an empty database `litellm`; answers it, and the URL that LiteLLM connects to."""
    account = pwd.getpwnam("postgres")
    # Answers only who owns the folder, or is root: `trust` is for these two.
    POSTGRES_FOLDER.mkdir(mode=0o700)
    os.chown(POSTGRES_FOLDER, account.pw_uid, account.pw_gid)
    data = POSTGRES_FOLDER / "data"
    run(
        "runuser", "-u", "postgres", "--", str(programs() / "initdb"), f"--pgdata={data}", "--encoding=UTF8", f"--locale={locale}",
        "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", timeout=300,
    )  # fmt: skip
    settings = (
        f"unix_socket_directories = '{POSTGRES_FOLDER}'\nlisten_addresses = '127.0.0.1'\nport = 5432\nfsync = off\n"
        "synchronous_commit = off\nfull_page_writes = off\nautovacuum = off\nmax_connections = 40\nshared_buffers = 64MB\n"
        "maintenance_work_mem = 128MB\nmax_wal_size = 4GB\nwal_level = minimal\nmax_wal_senders = 0\n"
        "password_encryption = scram-sha-256\n"
    )
    durable.write(data / "conf.d.conf", settings.encode(), 0o600, (account.pw_uid, account.pw_gid))
    with open(data / "postgresql.conf", "a", encoding="utf-8") as file:
        file.write("include 'conf.d.conf'\n")
    try:
        run(
            "systemd-run", f"--unit={POSTGRES_UNIT}", "--collect", "--quiet", "--uid=postgres", "--gid=postgres",
            "--property=Type=notify", f"--property={SACRIFICED}", "--property=Nice=10",
            f"--property=NetworkNamespacePath=/run/netns/{NETWORK}", str(programs() / "postgres"), "-D", str(data), timeout=180,
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("scratch", f"The scratch PostgreSQL does not start: {failed}", units.log_of(POSTGRES_UNIT)) from None
    administrator = Server(POSTGRES_FOLDER, "postgres")
    password = secrets.token_hex(16)
    # The password of a cluster that lives for minutes, in a network that leads nowhere; it still goes in by standard input.
    administrator.ask("postgres", f"CREATE ROLE litellm LOGIN PASSWORD '{password}';")
    administrator.ask("postgres", "CREATE DATABASE litellm OWNER litellm TEMPLATE template0;")
    return Server(POSTGRES_FOLDER, "litellm"), f"postgresql://litellm:{password}@127.0.0.1:5432/{DATABASE}"


def amcheck() -> None:
    """Every index and heap page of the scratch database is sound. Refuses with what is not."""
    administrator = Server(POSTGRES_FOLDER, "postgres")
    administrator.ask(DATABASE, "CREATE EXTENSION IF NOT EXISTS amcheck;")
    try:
        options = ("--heapallindexed", "--no-dependent-toast", f"--jobs={jobs()}", f"--database={DATABASE}")
        run(*administrator.tool("pg_amcheck", *options), timeout=7200)
    except CommandFailed as failed:
        raise Refused("amcheck", f"pg_amcheck finds the restored database damaged: {failed}", failed.output) from None


def start_redis(rdb: Path) -> str:
    """A Redis that has loaded the file; answers its password. Without an append-only file: with one it would ignore the RDB."""
    account = pwd.getpwnam("redis")
    REDIS_FOLDER.mkdir(mode=0o700)
    password = secrets.token_hex(16)
    owner = (account.pw_uid, account.pw_gid)
    shutil.copyfile(rdb, REDIS_FOLDER / "dump.rdb")
    settings = f'bind 127.0.0.1\nport 6379\nappendonly no\nsave ""\ndir {REDIS_FOLDER}\nrequirepass {password}\nlogfile ""\n'
    durable.write(REDIS_FOLDER / "redis.conf", settings.encode(), 0o600, owner)
    for path in (REDIS_FOLDER, REDIS_FOLDER / "dump.rdb"):
        os.chown(path, *owner)
    run(
        "systemd-run", f"--unit={REDIS_UNIT}", "--collect", "--quiet", "--uid=redis", "--gid=redis", "--property=Type=notify",
        f"--property={SACRIFICED}", f"--property=NetworkNamespacePath=/run/netns/{NETWORK}",
        "/usr/bin/redis-server", str(REDIS_FOLDER / "redis.conf"), "--supervised", "systemd", timeout=600,
    )  # fmt: skip
    return password


def start_litellm(image: str, config: str, environment: dict[str, str]) -> float:
    """Boots the image with one worker; answers the seconds until it is ready with its database."""
    durable.folder(RUNTIME, 0o755)
    durable.write(ENV_FILE, "".join(f"{name}={value}\n" for name, value in environment.items()).encode())
    # Whichever user the image runs as reads it, as the one of a release; no secret is in it.
    durable.write(CONFIG_FILE, config.encode(), 0o644)
    begun = time.monotonic()
    run(
        *confined.with_descriptor(ENV_FILE),
        "podman", "run", "--detach", "--replace", f"--name={CONTAINER}", "--pull=never", f"--network=ns:/run/netns/{NETWORK}",
        *confined.options(), "--preserve-fds=1", "--log-driver=journald", f"--volume={CONTAINER_FILES}:/run/litellm/bin:ro",
        f"--volume={CONFIG_FILE}:/etc/litellm/config.yaml:ro", "--entrypoint=/run/litellm/bin/start", image,
        "--config", "/etc/litellm/config.yaml", "--host", "127.0.0.1", "--port", str(PORT), "--num_workers", "1",
        timeout=180,
    )  # fmt: skip
    last = "nothing"
    for _ in patience.turns(begun):
        if run("podman", "container", "inspect", "--format={{.State.Running}}", CONTAINER, check=False).strip() != "true":
            raise Refused("litellm", "LiteLLM ended while it started on the restored data.", litellm_log())
        try:
            answer = inside(lambda: AdminApi(PORT, "none", timeout=10).get("/health/readiness"))
            if answer.get("db") == "connected":
                return time.monotonic() - begun
            last = str(answer)[:200]
        except ApiError as failure:
            last = str(failure)
    late = f"LiteLLM was not ready on the restored data after {patience.READY_SECONDS} s. It answered: {last}"
    raise Refused("litellm", late, litellm_log())


def litellm_log() -> list[str]:
    said = run("journalctl", "--no-pager", "-q", "-o", "cat", "-n", "40", f"CONTAINER_NAME={CONTAINER}", check=False)
    return [line for line in said.splitlines() if line.strip()]

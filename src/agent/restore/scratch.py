"""A scratch place on the host: PostgreSQL, Redis and LiteLLM on restored data, in a network of their own that leads nowhere.

Nothing in it can reach a provider, send an alert or be reached. All of it has fixed names, so that any run can remove it.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import pwd
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent.base import durable, env_file, nofollow, units
from agent.base.paths import BACKUPS, CONTAINER_FILES, RUNTIME
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.dump import jobs
from agent.database.server import OWNER, Server, programs
from agent.database.session import session
from agent.gateway import beside as beside_files
from agent.gateway.release import Content
from agent.litellm import confined, readiness
from agent.litellm.admin_api import AdminApi, ApiError

NETWORK = "litellm-scratch"
POSTGRES_UNIT = "litellm-gitops-scratch-postgres.service"
REDIS_UNIT = "litellm-gitops-scratch-redis.service"
PSQL_UNIT = "litellm-gitops-scratch-psql.service"
CONTAINER = "litellm-scratch"
# Root's, though others may pass: nobody can move away what lies in it. Each folder below belongs to one of the servers; root does
# not follow a name into it.
PLACE = Path("/var/lib/litellm-gitops-scratch")
POSTGRES_FOLDER = PLACE / "postgresql"
REDIS_FOLDER = PLACE / "redis"
REDIS_CONF = PLACE / "redis.conf"
# Of versions before 0.2, in folders of the servers' accounts.
FORMER = (Path("/var/lib/postgresql/litellm-gitops-scratch"), Path("/var/lib/redis/litellm-gitops-scratch"))
FILES = BACKUPS / "scratch"
ENV_FILE = RUNTIME / "scratch.env"
CONFIG_FILE = RUNTIME / "scratch.yaml"
BESIDE = RUNTIME / "scratch"
PSQL_PASSWORD = RUNTIME / "scratch.pgpass"
DATABASE = "litellm"
PORT = 4001
# When memory runs short the kernel takes this, never the gateway.
SACRIFICED = "OOMScoreAdjust=900"

Result = TypeVar("Result")


def sweep() -> None:
    """Removes the whole scratch place, as far as there is one."""
    run("podman", "rm", "--force", "--time=0", "--ignore", CONTAINER, check=False, timeout=120)
    for unit in (PSQL_UNIT, POSTGRES_UNIT, REDIS_UNIT):
        run("systemctl", "kill", "--signal=KILL", unit, check=False)
        run("systemctl", "stop", unit, check=False, timeout=120)
        units.forget_failure(unit)
    run("ip", "netns", "delete", NETWORK, check=False)
    for folder in (PLACE, FILES, BESIDE, *FORMER):
        with contextlib.suppress(OSError):
            nofollow.remove_tree(folder)
    for file in (ENV_FILE, CONFIG_FILE, PSQL_PASSWORD):
        file.unlink(missing_ok=True)


def is_gone() -> bool:
    """Whether nothing of the scratch place is left."""
    folders = (PLACE, FILES, *FORMER, Path("/run/netns") / NETWORK)
    return not any(os.path.lexists(path) for path in folders) and not units.is_active(POSTGRES_UNIT) and not units.is_active(REDIS_UNIT)


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


def _hand_over(folder: Path, account: str) -> None:
    """Gives the folder, made when there is none, to the account; from then on root works in it no more."""
    about = pwd.getpwnam(account)
    durable.folder(PLACE, 0o711)
    with nofollow.folder(folder, make=0o700) as at:
        os.fchown(at, about.pw_uid, about.pw_gid)


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The scratch PostgreSQL: as its owner asks it, and by which password its two roles enter from within the network."""

    server: Server
    password: str = dataclasses.field(repr=False)

    @property
    def url(self) -> str:
        """What LiteLLM serves with."""
        return self._url("litellm")

    @property
    def owner_url(self) -> str:
        """What migrations connect to."""
        return self._url(OWNER.user)

    def _url(self, role: str) -> str:
        return f"postgresql://{role}:{self.password}@127.0.0.1:5432/{DATABASE}"


def start_postgres(locale: str, with_amcheck: bool = True) -> Cluster:
    """A new cluster with an empty database `litellm`. What is dumped from it again must not have the extension for `amcheck`."""
    # Answers only who owns the folder, or is root: `trust` is for these two.
    _hand_over(POSTGRES_FOLDER, "postgres")
    data = POSTGRES_FOLDER / "data"
    run(
        "runuser", "-u", "postgres", "--", str(programs() / "initdb"), f"--pgdata={data}", "--encoding=UTF8", f"--locale={locale}",
        "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", timeout=300,
    )  # fmt: skip
    settings = {
        "unix_socket_directories": str(POSTGRES_FOLDER), "listen_addresses": "127.0.0.1", "port": "5432", "fsync": "off",
        "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "40", "shared_buffers": "64MB",
        "maintenance_work_mem": "128MB", "max_wal_size": "4GB", "wal_level": "minimal", "max_wal_senders": "0",
        "password_encryption": "scram-sha-256",
    }  # fmt: skip
    try:
        run(
            "systemd-run", f"--unit={POSTGRES_UNIT}", "--collect", "--quiet", "--uid=postgres", "--gid=postgres",
            "--property=Type=notify", f"--property={SACRIFICED}", f"--property=Nice={os.getpriority(os.PRIO_PROCESS, 0)}",
            f"--property=NetworkNamespacePath=/run/netns/{NETWORK}", str(programs() / "postgres"), "-D", str(data),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            timeout=180,
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("scratch", f"The scratch PostgreSQL does not start: {failed}", units.log_of(POSTGRES_UNIT)) from None
    password = secrets.token_hex(16)
    _prepare(Server(POSTGRES_FOLDER, "postgres"), password, with_amcheck)
    return Cluster(Server(POSTGRES_FOLDER, OWNER.user), password)


def _prepare(administrator: Server, password: str, with_amcheck: bool) -> None:
    """Roles and database as on the host. The superuser is done before anything of a backup is there: what it finds may be anybody's."""
    with session(administrator, "template1") as admin:
        # For the owner to ask it; what it reads runs as the role that asks.
        for role in (OWNER.user, "litellm"):
            admin.rows(f"CREATE ROLE {role} LOGIN PASSWORD %(verifier)s", {"verifier": postgres.verifier(password)})
        if with_amcheck:
            admin.rows(f"CREATE EXTENSION amcheck SCHEMA public; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {OWNER.user}")
    with session(administrator, "postgres") as admin:
        admin.rows(f"CREATE DATABASE {DATABASE} OWNER {OWNER.user}")


def amcheck(server: Server) -> None:
    """Every index and heap page of the scratch database is sound. Refuses with what is not."""
    try:
        options = ("--heapallindexed", "--no-dependent-toast", f"--jobs={jobs()}", f"--database={DATABASE}")
        run(*server.tool("pg_amcheck", *options), timeout=7200)
    except CommandFailed as failed:
        raise Refused("amcheck", f"pg_amcheck finds the restored database damaged: {failed}", failed.output) from None


def start_redis(rdb: Path) -> str:
    """A Redis that has loaded the file; answers its password. Without an append-only file: with one it would ignore the RDB."""
    account = pwd.getpwnam("redis")
    password = secrets.token_hex(16)
    durable.folder(PLACE, 0o711)
    durable.folder(REDIS_FOLDER, 0o700)
    # Before the account can reach the folder.
    nofollow.copy_file(rdb, REDIS_FOLDER / "dump.rdb")
    os.lchown(REDIS_FOLDER / "dump.rdb", account.pw_uid, account.pw_gid)
    settings = f'bind 127.0.0.1\nport 6379\nappendonly no\nsave ""\ndir {REDIS_FOLDER}\nrequirepass {password}\nlogfile ""\n'
    durable.write(REDIS_CONF, settings.encode(), 0o640, (0, account.pw_gid))
    _hand_over(REDIS_FOLDER, "redis")
    run(
        "systemd-run", f"--unit={REDIS_UNIT}", "--collect", "--quiet", "--uid=redis", "--gid=redis", "--property=Type=notify",
        f"--property={SACRIFICED}", f"--property=NetworkNamespacePath=/run/netns/{NETWORK}",
        "/usr/bin/redis-server", str(REDIS_CONF), "--supervised", "systemd", timeout=600,
    )  # fmt: skip
    return password


def start_litellm(image: str, content: Content, environment: dict[str, str]) -> float:
    """Boots the image with one worker; answers the seconds until it is ready with its database."""
    durable.folder(RUNTIME, 0o755)
    durable.write(ENV_FILE, env_file.text(environment).encode())
    # Whichever user the image runs as reads it, as the one of a release; no secret is in it.
    durable.write(CONFIG_FILE, content.config.encode(), 0o644)
    nofollow.remove_tree(BESIDE)
    durable.folder(BESIDE, 0o755)
    beside_files.write(BESIDE, content.beside)
    begun = time.monotonic()
    run(
        *confined.with_descriptor(ENV_FILE),
        "podman", "run", "--detach", "--replace", f"--name={CONTAINER}", "--pull=never", f"--network=ns:/run/netns/{NETWORK}",
        *confined.options(), "--preserve-fds=1", "--log-driver=journald", f"--volume={CONTAINER_FILES}:/run/litellm/bin:ro",
        f"--volume={BESIDE}{beside_files.MOUNTED}", f"--volume={CONFIG_FILE}:/etc/litellm/config.yaml:ro",
        "--entrypoint=/run/litellm/bin/start", image, "--config", "/etc/litellm/config.yaml", "--host", "127.0.0.1",
        "--port", str(PORT), "--num_workers", "1",
        timeout=180,
    )  # fmt: skip
    last = "nothing"
    for _ in readiness.turns(begun):
        if run("podman", "container", "inspect", "--format={{.State.Running}}", CONTAINER, check=False).strip() != "true":
            raise Refused("litellm", "LiteLLM exited while starting on the restored data.", litellm_log())
        try:
            answer = inside(lambda: AdminApi(PORT, "none", timeout=10).get("/health/readiness"))
            if answer.get("db") == "connected":
                return time.monotonic() - begun
            last = str(answer)[:200]
        except ApiError as failure:
            last = str(failure)
    late = f"LiteLLM was not ready on the restored data after {readiness.READY_SECONDS} s. It answered: {last}"
    raise Refused("litellm", late, litellm_log())


def litellm_log() -> list[str]:
    said = run("journalctl", "--no-pager", "-q", "-o", "cat", "-n", "40", f"CONTAINER_NAME={CONTAINER}", check=False)
    return [line for line in said.splitlines() if line.strip()]

"""Redis in a backup: its content as an RDB file, and what of it is put back."""

import os
import pwd
import re
import time
from pathlib import Path

from agent.base import keys, nofollow
from agent.base.paths import REDIS_PASSWORD
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused
from agent.redis.client import Redis, RedisError

RDB = Path("/var/lib/redis/dump.rdb")
SECONDS = 1800
# Questions, some twenty a second, that found it neither saving nor saved.
MOST_LOST = 300
# Behind the namespace, which `litellm_settings.cache_params.namespace` puts before every key.
NAMESPACE = rb"(?:.*:)?"
# Counters that LiteLLM reads again from the database, and spend that was on its way into it: of another moment than the database,
# they would give wrong budgets or count twice.
NOT_RESTORED = (
    b"spend:", b"litellm_spend_update_buffer", b"litellm_daily_", b"litellm_window_spend_update_buffer", b"litellm_spend_logs_buffer",
    b"litellm_gateway_requests_buffer", b"litellm_request_errors_buffer", b"litellm_tool_discovery_buffer",
)  # fmt: skip


IS_NOT_RESTORED = re.compile(NAMESPACE + b"(?:" + b"|".join(map(re.escape, NOT_RESTORED)) + b")", re.DOTALL)


def live() -> Redis:
    return Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD))


def dump(target: Path) -> dict[str, int]:
    """Has Redis write its content in the background and copies it; answers {keys, expiring}."""
    try:
        redis = live()
        before = redis.number("LASTSAVE")
        # LASTSAVE counts whole seconds: within the same one a new save would look like the old.
        turn = time.monotonic() + 2
        while int(time.time()) <= before and time.monotonic() < turn:
            time.sleep(0.1)
        _save(redis, before)
        redis.close()
    except RedisError as failure:
        raise Refused("redis-down", f"Redis cannot be backed up: {failure}") from None
    # Its folder is Redis' own: what lies there under this name may be anything.
    nofollow.copy_file(RDB, target)
    return check(target)


def _save(redis: Redis, before: int) -> None:
    """Returns when Redis has saved after `before`, its LASTSAVE."""
    deadline = time.monotonic() + SECONDS
    asked, lost = False, 0
    while True:
        info = redis.info("persistence")
        if asked and info.get("rdb_bgsave_in_progress") == "0":
            if info.get("rdb_last_bgsave_status") != "ok":
                raise Refused("redis-dump", "Redis could not write its content to disk. journalctl -u redis-server shows why.")
            if redis.number("LASTSAVE") > before:
                return
            # It never began yet, or FLUSHALL ended it, which Redis calls no failure.
            asked = False
            lost += info.get("aof_rewrite_in_progress") == "0"
            if lost > MOST_LOST:
                raise Refused("redis-dump", "Redis never gets to write its content to disk: something keeps emptying it (FLUSHALL).")
        if not asked:
            answer = redis.try_all([("BGSAVE", "SCHEDULE")])[0]
            if isinstance(answer, RedisError) and "in progress" not in str(answer):
                raise answer
            asked = not isinstance(answer, RedisError)
        if time.monotonic() > deadline:
            raise Refused("redis-dump", f"Redis did not write its content to disk within {SECONDS} s.")
        time.sleep(0.05)


def check(rdb: Path) -> dict[str, int]:
    """Reads the file whole by Redis' own program; answers {keys, expiring}.

    Anyone who has Redis' password chooses each byte of it (REPLICAOF has Redis store what another server sends), so the program reads it
    with Redis' rights and not with root's. It is handed the open file, which belongs to that account meanwhile: no folder lets it in.
    """
    account = pwd.getpwnam("redis")
    os.chown(rdb, account.pw_uid, account.pw_gid, follow_symlinks=False)
    try:
        said = run(
            "/bin/sh", "-c", 'exec "$@" <"$0"', str(rdb), "setpriv", "--reuid=redis", "--regid=redis", "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--bounding-set=-all", "redis-check-rdb", "/proc/self/fd/0", timeout=SECONDS,
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("redis-dump", f"The content of Redis is damaged: {failed}", failed.output) from None
    finally:
        os.chown(rdb, 0, 0, follow_symlinks=False)
    counts = {name: int(count) for count, name in re.findall(r"\[info\] (\d+) (keys read|expires)\b", said)}
    return {"keys": counts.get("keys read", 0), "expiring": counts.get("expires", 0)}


def forget_counters(redis: Redis) -> int:
    """Deletes what belongs to another moment of the database; LiteLLM reads the counters again from there."""
    count = 0
    for names in redis.scan():
        gone = [name for name in names if IS_NOT_RESTORED.match(name)]
        if gone:
            count += redis.number("UNLINK", *gone)
    return count


def put_back(source: Redis, target: Redis) -> int:
    """Copies keys that `target` does not have, with their lifetimes. It goes through its append-only file, as any write does."""
    count = 0
    for names in source.scan():
        wanted = [name for name in names if not IS_NOT_RESTORED.match(name)]
        values = source.pipeline([("DUMP", name) for name in wanted])
        lifetimes = source.pipeline([("PTTL", name) for name in wanted])
        commands = [
            ("RESTORE", name, max(lifetime, 0), value)
            for name, value, lifetime in zip(wanted, values, lifetimes, strict=True)
            if value is not None and lifetime != -2
        ]
        for answer in target.try_all(commands):
            if isinstance(answer, RedisError):
                if not str(answer).startswith("BUSYKEY"):
                    raise answer
            else:
                count += 1
    return count

"""How Redis is doing: whether it keeps what it is given, and how often it is asked in vain."""

from typing import Any

from agent.base import keys
from agent.base.paths import REDIS_PASSWORD
from agent.redis.client import Redis, RedisError


def gather() -> dict[str, Any]:
    """{hits, misses, evicted, rejected, usedBytes, maxBytes, policy, appendOnly, lastWriteOk, lastRewriteOk, keys, uptimeSeconds}."""
    server = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=10)
    try:
        stats, memory, persistence = (server.info(section) for section in ("stats", "memory", "persistence"))
        return {
            "hits": int(stats["keyspace_hits"]),
            "misses": int(stats["keyspace_misses"]),
            "evicted": int(stats["evicted_keys"]),
            "rejected": int(stats["rejected_connections"]),
            "usedBytes": int(memory["used_memory"]),
            "maxBytes": int(memory["maxmemory"]),
            "policy": memory["maxmemory_policy"],
            "appendOnly": persistence["aof_enabled"] == "1",
            "lastWriteOk": persistence.get("aof_last_write_status", "ok") == "ok",
            "lastRewriteOk": persistence.get("aof_last_bgrewrite_status", "ok") == "ok",
            "keys": server.number("DBSIZE"),
            "uptimeSeconds": int(server.info("server")["uptime_in_seconds"]),
        }
    except (KeyError, ValueError):
        raise RedisError("Redis returns no readable status; restart it with systemctl restart redis-server.") from None
    finally:
        server.close()

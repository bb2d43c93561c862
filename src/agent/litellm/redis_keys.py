"""How LiteLLM names what it keeps in Redis."""

from typing import Any


def prefix(config: dict[str, Any]) -> str:
    """Before each key: `litellm_settings.cache_params.namespace`. Source: caching/redis_cache.py of 1.106.2."""
    node: Any = config
    for name in ("litellm_settings", "cache_params", "namespace"):
        node = node.get(name) if isinstance(node, dict) else None
    return f"{node}:" if isinstance(node, str) and node else ""


def cooldown(deployment: str) -> str:
    """Under which all workers learn that a deployment failed. Source: router_utils/cooldown_cache.py of 1.106.2."""
    return f"deployment:{deployment}:cooldown"

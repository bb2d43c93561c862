"""What the workers know of deployments that failed, in Redis: a release that changes such a deployment has it tried again at once.

Its id stays the same when its key is corrected, so the new processes would leave it out for as long as the old ones had to.
"""

import json
import re
from typing import Any

from agent.base import keys
from agent.base.events import note
from agent.base.paths import REDIS_PASSWORD
from agent.gateway import release
from agent.litellm import redis_keys
from agent.redis.client import Redis, RedisError

SECONDS = 10
BATCH = 1_000
VARIABLE = re.compile(r"os\.environ/([A-Za-z_][A-Za-z0-9_]*)")

Document = dict[str, Any]


def forget(new: str, old: str | None) -> None:
    """Takes away those of the deployments that are another in the new release. Without Redis there are none."""
    changed = [] if old is None else _changed(_whole(new), _whole(old))
    if not changed:
        return
    try:
        gone = _delete(redis_keys.prefix(release.configuration(new)), changed)
    except RedisError as failure:
        note("cooldown", f"is not reset, so what failed before may be left out for a while: {failure}")
        return
    if gone:
        note("cooldown", f"ended for {gone} of the deployments that this release changes")


def _whole(name: str) -> tuple[Document, dict[str, str]]:
    return release.configuration(name), release.environment(name)


def _changed(new: tuple[Document, dict[str, str]], old: tuple[Document, dict[str, str]]) -> list[str]:
    """Ids of deployments that are not as they were; of all, when what they share is not."""
    config, before = new[0], old[0]
    models, earlier = _models(*new), _models(*old)
    if _shared(config, new[1]) != _shared(before, old[1]):
        return sorted(models)
    return sorted(key for key, model in models.items() if model != earlier.get(key))


def _models(config: Document, env: dict[str, str]) -> dict[str, str]:
    listed = [model for model in config.get("model_list") or [] if isinstance(model, dict)]
    return {str((model.get("model_info") or {}).get("id")): _resolved(model, env) for model in listed}


def _shared(config: Document, env: dict[str, str]) -> str:
    """All but the models, and the variables that no model names: LiteLLM reads some of them unasked."""
    named = set(VARIABLE.findall(json.dumps(config.get("model_list"), default=str)))
    rest = {name: part for name, part in config.items() if name != "model_list"}
    unnamed = {name: value for name, value in env.items() if name not in named}
    return _resolved(rest, env) + json.dumps(unnamed, sort_keys=True)


def _resolved(part: Any, env: dict[str, str]) -> str:
    """The part as text, with the values that it refers to; compared and never shown."""
    text = json.dumps(part, sort_keys=True, default=str)
    return text + json.dumps({name: env.get(name) for name in sorted(set(VARIABLE.findall(text)))})


def _delete(prefix: str, deployments: list[str]) -> int:
    redis = Redis(("127.0.0.1", 6379), keys.read(REDIS_PASSWORD), timeout=SECONDS)
    try:
        gone = 0
        for start in range(0, len(deployments), BATCH):
            names = [redis_keys.cooldown(one) for one in deployments[start : start + BATCH]]
            # The router's own connection has no prefix; that of the cache, which it may share, has.
            answer = redis.ask("DEL", *sorted({*names, *(prefix + name for name in names)}))
            gone += answer if isinstance(answer, int) else 0
        return gone
    finally:
        redis.close()

"""Takes settings out of LiteLLM's database that stand there in the place of declared ones, so that these are served again.

LiteLLM's API can write them and not take them away. Nor does a process let go of what it once read, so new ones follow: each
setting is noted as going before its row goes, and is gone when a rollout has ended. Until then plans continue to show it.
"""

import time
from typing import TYPE_CHECKING

from agent import contract
from agent.base import durable
from agent.base.events import note, step
from agent.base.paths import GOING_SETTINGS
from agent.base.process import CommandFailed, DatabaseGone
from agent.base.refusal import Refused
from agent.database import postgres
from agent.database.server import SERVING
from agent.database.session import session
from agent.gateway import release
from agent.litellm import configuration
from agent.redis import dump as redis_dump
from agent.redis.client import RedisError

if TYPE_CHECKING:
    from agent.contract_types import SettingName

# Rows of LiteLLM_Config that overlay sections of config.yaml, as in ProxyConfig of litellm/proxy/proxy_server.py of 1.106.2.
SECTIONS = contract.OVERLAID_SECTIONS
# Each other kind: its table, and the column that names it.
ROWS = {
    "model_list": ("LiteLLM_ProxyModelTable", "model_id"),
    "credential_list": ("LiteLLM_CredentialsTable", "credential_name"),
    "cache": ("LiteLLM_CacheConfig", "id"),
}
# LiteLLM's processes share what they read of LiteLLM_Config in Redis for this long.
SHARED_SECONDS = 60
# A process that read the old row just before it went may share it just after.
LATE_SECONDS = 1.0
OUR_REDIS = (f"{contract.REFERENCE_PREFIX}REDIS_HOST", None)


def going() -> "list[SettingName]":
    """Each as {section, name}: noted, and perhaps still known to a process."""
    found: list[SettingName] = durable.read_json(GOING_SETTINGS) or []
    return found


def note_going(settings: "list[SettingName]") -> None:
    """Refuses what is no setting that LiteLLM keeps in its database."""
    foreign = sorted({str(setting["section"]) for setting in settings} - {*SECTIONS, *ROWS})
    if foreign:
        raise Refused("stored-setting", f"LiteLLM has no settings of {', '.join(foreign)} in its database.")
    if settings:
        wanted = [{"section": str(setting["section"]), "name": str(setting["name"])} for setting in settings]
        durable.write_json(GOING_SETTINGS, wanted + [known for known in going() if known not in wanted])


def take_away(new: str) -> None:
    """Takes away what is noted, before the processes of the release `new` start. Can be done twice."""
    settings = going()
    if not settings:
        return
    with step("stored settings") as this:
        try:
            with session(SERVING, postgres.NAME) as serving:
                serving.rows("BEGIN")
                for setting in settings:
                    serving.rows(*_deletion(setting))
                serving.rows("COMMIT")
        except DatabaseGone:
            raise
        except CommandFailed as failed:
            raise Refused("stored-setting", f"The settings in LiteLLM's database could not be changed: {failed}", failed.output) from None
        _forget_shared(new)
        this.detail = f"{len(settings)} taken out of LiteLLM's database"


def forget() -> None:
    """Called when no process is left that may know of one."""
    durable.remove(GOING_SETTINGS)


def _deletion(setting: "SettingName") -> tuple[str, dict[str, str]]:
    values = {"section": setting["section"], "name": setting["name"]}
    if setting["section"] in SECTIONS:
        return 'UPDATE "LiteLLM_Config" SET param_value = param_value - %(name)s WHERE param_name = %(section)s', values
    table, column = ROWS[setting["section"]]
    return f'DELETE FROM "{table}" WHERE "{column}" = %(name)s', values


def _forget_shared(new: str) -> None:
    """New processes would take the old row from Redis, and keep it."""
    config = configuration.load((release.folder(new) / "config.yaml").read_text()) or {}
    cache = (config.get("litellm_settings") or {}).get("cache_params") or {}
    try:
        if cache.get("host") in OUR_REDIS and not cache.get("url"):
            _forget_in_ours()
            time.sleep(LATE_SECONDS)
            _forget_in_ours()
            return
    except (RedisError, Refused) as failure:
        note("stored settings", f"Redis could not be updated: {failure}")
    note("stored settings", f"waiting {SHARED_SECONDS} s, for which LiteLLM keeps what it read in Redis")
    time.sleep(SHARED_SECONDS + LATE_SECONDS)


def _forget_in_ours() -> None:
    redis = redis_dump.live()
    try:
        for names in redis.scan("*litellm_config:param:*"):
            redis.ask("UNLINK", *names)
    finally:
        redis.close()

"""What LiteLLM's configuration demands of keys and requests, so that ours are let through.

Rules for people must fail no rollout, no proof of a backup and no rotation. What LiteLLM 1.106 asks (proxy/auth/auth_checks.py,
litellm_pre_call_utils.py, management_endpoints/key_management_endpoints.py):

- `general_settings.enforce_user_param` and `enforced_params`: parameters that each request must have
- `litellm_settings.default_key_generate_params`: what a new key gets that does not say otherwise: models, a team, limits
- `litellm_settings.upperbound_key_generate_params`: what no new key may exceed, of an administrator neither; and what it gets by default
- `general_settings.litellm_key_header_name`: the one header in which keys are looked for
- `general_settings.disable_custom_api_keys`, `custom_key_generate`: whether there is a new key at all
- `general_settings.custom_auth`: Python that is asked before LiteLLM about every key, the master key too (auth/user_api_key_auth.py);
  what it answers about keys of ours is not known
"""

import re
from typing import Any

from agent.base.refusal import Refused

Document = dict[str, Any]

OURS = "litellm-gitops"
# LiteLLM's name for every model, also of a gateway whose keys get a few of them by default.
ALL_MODELS = "all-proxy-models"
# The user that the master key acts as.
ADMIN = "default_user_id"
# Months of LiteLLM end at different days; here the shortest.
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 28 * 86400}
LIMITS = ("max_budget", "budget_duration", "max_parallel_requests", "tpm_limit", "rpm_limit")
# What a text of each parameter would not be taken for.
NUMBERS = ("temperature", "top_p", "n", "seed", "max_tokens", "max_completion_tokens")
SHAPES: Document = dict.fromkeys(NUMBERS, 1) | {"metadata": {}, "stream": False}

# LiteLLM's words, and the setting that they come from.
REASONS = (
    ("over max limit set in config", "litellm_settings.upperbound_key_generate_params allows less."),
    ("Custom API key values are disabled", "general_settings.disable_custom_api_keys forbids keys that are chosen by hand."),
    ("Team doesn't exist in db", "litellm_settings.default_key_generate_params.team_id names a team that does not exist."),
    ("Required param", "litellm_settings.key_generation_settings demands more of a key."),
)


def required(config: Document) -> Document:
    """The parameters that each request must have, with values that no provider sees."""
    general = _section(config, "general_settings")
    listed = general.get("enforced_params")
    names = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    if general.get("enforce_user_param"):
        names.append("user")
    found: Document = {}
    for name in names:
        outer, _, inner = name.partition(".")
        value = SHAPES.get(outer, OURS)
        if not inner:
            found.setdefault(outer, value)
        elif isinstance(found.get(outer, {}), dict):
            found[outer] = found.get(outer, {}) | {inner: OURS}
    return found


def header(config: Document) -> str:
    """In which header the gateway looks for keys, those of administrators too."""
    name = _section(config, "general_settings").get("litellm_key_header_name")
    return name if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9-]+", name) else "Authorization"


def free(config: Document) -> Document:
    """What a key of ours says when it is made, so that it does not get what others get by default."""
    default = _section(_section(config, "litellm_settings"), "default_key_generate_params")
    models: Document = {"models": [ALL_MODELS]} if default.get("models") else {}
    user: Document = {"user_id": ADMIN} if default.get("user_id") else {}
    return models | user


def lifted(config: Document) -> Document:
    """What is taken off a key of ours once it is made: neither default nor bound can be left out before. Empty when there is nothing."""
    settings = _section(config, "litellm_settings")
    given = _section(settings, "default_key_generate_params") | _section(settings, "upperbound_key_generate_params")
    return {name: None for name in (*LIMITS, "team_id") if given.get(name) is not None}


def longest(config: Document) -> int | None:
    """For how many seconds a key may live; None where nothing bounds it."""
    bound = _section(_section(config, "litellm_settings"), "upperbound_key_generate_params").get("duration")
    return seconds_of(bound) if isinstance(bound, str) else None


def within(config: Document, seconds: int) -> int:
    bound = longest(config)
    return seconds if bound is None else min(seconds, bound)


def seconds_of(duration: str) -> int | None:
    """LiteLLM's form, such as 30d; None for any other."""
    found = re.fullmatch(r"\s*(\d+)\s*(mo|[smhdw])\s*", duration)
    return int(found[1]) * UNITS[found[2]] if found else None


def require_rotation(config: Document, grace: int) -> None:
    """Refuses by the setting's name what would keep the gateway from taking two master keys at a time."""
    if str(_section(config, "general_settings").get("disable_custom_api_keys")).lower() in ("true", "1"):
        raise Refused(
            "rotation-keys",
            "general_settings.disable_custom_api_keys forbids keys that are chosen by hand, and a rotation registers the old and the new "
            "master key. Nothing was changed. Allow them while it rotates: remove the setting, sync, rotate, and put it back.",
        )
    bound = longest(config)
    if bound is not None and bound < grace:
        raise Refused(
            "rotation-grace",
            f"The old key is to work for {grace} seconds (rotate.grace), and litellm_settings.upperbound_key_generate_params.duration lets "
            f"no key live longer than {bound}. Nothing was changed. Shorten rotate.grace, or raise the bound.",
        )


def has_own_auth(config: Document) -> bool:
    """Whether Python of the configuration's own decides who may call."""
    general = _section(config, "general_settings")
    settings = _section(general, "custom_auth_settings")
    return bool(general.get("custom_auth")) and settings.get("mode") != "off"


def reason(config: Document, said: str, status: int | None) -> str:
    """The setting that made LiteLLM refuse a key; "" when its words do not say."""
    for words, setting in REASONS:
        if words in said:
            return setting
    if status in (401, 403) and has_own_auth(config):
        return (
            "general_settings.custom_auth is asked about the master key too, and does not let it administer: for the value of "
            "os.environ LITELLM_MASTER_KEY it must return UserAPIKeyAuth(api_key=api_key, user_role=LitellmUserRoles.PROXY_ADMIN)."
        )
    if status == 403 and _section(config, "general_settings").get("custom_key_generate"):
        return "general_settings.custom_key_generate decides about new keys, and refuses this one."
    return ""


def _section(config: Document, name: str) -> Document:
    found = config.get(name)
    return found if isinstance(found, dict) else {}

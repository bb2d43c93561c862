import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent.base import redaction

CONFIGURATION: dict[str, Any] = {
    "model_list": [
        {
            "litellm_params": {
                "model": "openai/gpt-4",
                "api_key": "sk-literal-canary",
                "max_tokens": 5,
                "api_base": "http://u:pass-canary@h/",
            },
        },
        {"litellm_params": {"api_key": "os.environ/OPENAI_API_KEY", "extra_headers": {"x-auth": "header-canary"}}},
    ],
    "litellm_settings": {"cache_params": {"password": "redis-canary", "ttl": 600}},
    "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY", "alerting": ["slack"]},
    "router_settings": {"note": "sk-somewhere-canary", "model_group_alias": {"a": "b"}},
}


def test_each_literal_secret_is_replaced_by_a_keyed_fingerprint() -> None:
    def fingerprint(value: str) -> str:
        return hmac.new(b"k", value.encode(), hashlib.sha256).hexdigest()[:16]

    answer = redaction.without_secrets(CONFIGURATION, fingerprint)
    assert "canary" not in json.dumps(answer)
    first, second = (model["litellm_params"] for model in answer["model_list"])
    assert (first["model"], first["max_tokens"]) == ("openai/gpt-4", 5)
    assert re.fullmatch("[0-9a-f]{16}", first["api_key"]["fingerprint"])
    assert second["api_key"] == "os.environ/OPENAI_API_KEY"
    assert answer["general_settings"] == CONFIGURATION["general_settings"]
    assert answer["litellm_settings"]["cache_params"]["ttl"] == 600


# What a declaration may have written out and what it may not: test/unit/config/secrets reads the same file.
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "contract" / "secrets.json").read_text())


def changed(before: Any, after: Any, path: str) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        return [found for key in before for found in changed(before[key], after[key], f"{path}.{key}")]
    if isinstance(before, list):
        return [found for index, item in enumerate(before) for found in changed(item, after[index], f"{path}.{index}")]
    return [] if before == after else [path.removeprefix(".")]


@pytest.mark.parametrize("example", CASES, ids=[str(one["name"]) for one in CASES])
def test_what_a_declaration_may_have_is_shown_and_all_else_is_hidden(example: dict[str, Any]) -> None:
    answer = redaction.without_secrets(example["document"], lambda _: "0123")
    assert changed(example["document"], answer, "") == example["hidden"]

import hashlib
import hmac
import json
import re
from typing import Any

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

"""Which deployments a release has tried again at once."""

from typing import Any

import pytest

from agent.gateway import cooldowns, release
from agent.redis.client import RedisError

FIRST = {"model_name": "a", "litellm_params": {"model": "openai/a", "api_key": "os.environ/KEY_A"}, "model_info": {"id": "1"}}
SECOND = {"model_name": "b", "litellm_params": {"model": "openai/b"}, "model_info": {"id": "2"}}
OLD: tuple[dict[str, Any], dict[str, str]] = (
    {"model_list": [FIRST, SECOND], "litellm_settings": {}},
    {"KEY_A": "old", "OPENAI_API_KEY": "o"},
)


@pytest.mark.parametrize(
    ("config", "env", "changed"),
    [
        ({}, {}, []),
        ({}, {"KEY_A": "new"}, ["1"]),
        ({"model_list": [FIRST, SECOND | {"litellm_params": {"model": "openai/b", "api_base": "https://x.example"}}]}, {}, ["2"]),
        ({"model_list": [FIRST, SECOND, SECOND | {"model_info": {"id": "3"}}]}, {}, ["3"]),
        # No model names this one: LiteLLM looks it up by itself.
        ({}, {"OPENAI_API_KEY": "new"}, ["1", "2"]),
        ({"litellm_settings": {"request_timeout": 5}}, {}, ["1", "2"]),
        ({"credential_list": [{"credential_name": "c", "credential_values": {"api_key": "os.environ/KEY_A"}}]}, {}, ["1", "2"]),
    ],
)
def test_deployment_that_is_another_than_before_is_named(config: dict[str, Any], env: dict[str, str], changed: list[str]) -> None:
    assert cooldowns._changed((OLD[0] | config, OLD[1] | env), OLD) == changed


def test_nothing_is_asked_for_a_first_release_or_one_that_changes_no_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "configuration", lambda name: OLD[0])
    monkeypatch.setattr(release, "environment", lambda name: OLD[1])
    monkeypatch.setattr(cooldowns, "_delete", lambda prefix, ids: pytest.fail("asked"))
    cooldowns.forget("new", None)
    cooldowns.forget("new", "old")


def test_redis_that_does_not_answer_stops_no_rollout(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def down(prefix: str, ids: list[str]) -> int:
        raise RedisError("Redis does not answer")

    monkeypatch.setattr(release, "configuration", lambda name: OLD[0])
    monkeypatch.setattr(release, "environment", lambda name: OLD[1] | {"KEY_A": name})
    monkeypatch.setattr(cooldowns, "_delete", down)
    cooldowns.forget("new", "old")
    assert "is not reset" in capsys.readouterr().out

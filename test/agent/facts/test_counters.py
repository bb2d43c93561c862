import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agent.base import keys
from agent.database import postgres
from agent.facts import counters
from agent.gateway import release
from agent.redis.client import RedisError

HASH = "d5" * 32
KEY: dict[str, Any] = {"counter": f"spend:key:{HASH}", "subject": "key", "id": "ci", "hash": HASH[:12], "spend": 14.0, "budget": 35.0}
TEAM: dict[str, Any] = {"counter": "spend:team:data", "subject": "team", "id": "data", "hash": None, "spend": 1.0, "budget": 2.0}


class Stores:
    """LiteLLM's database and Redis; `later` is what both have when they are asked again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, redis: dict[str, Any], later: dict[str, Any] | None = None) -> None:
        self.owners = [KEY, TEAM]
        self.redis, self.later = redis, later
        self.slept: list[float] = []
        self.config: dict[str, Any] = {}
        monkeypatch.setattr(postgres, "reading", self.reading)
        monkeypatch.setattr(counters, "Redis", lambda *_, **__: self)
        monkeypatch.setattr(keys, "read", lambda path: "password")
        monkeypatch.setattr(time, "sleep", self.sleep)
        monkeypatch.setattr(release, "serving", lambda: "r1")
        monkeypatch.setattr(release, "configuration", lambda name: self.config)

    @contextmanager
    def reading(self) -> Iterator["Stores"]:
        yield self

    def column(self, sql: str, values: dict[str, str | None]) -> list[dict[str, Any]]:
        return [one for one in self.owners if values["only"] is None or one["counter"] in values["only"]]

    def ask(self, command: str, *names: str) -> Any:
        assert command == "MGET"
        return [self.redis.get(name) for name in names]

    def close(self) -> None:
        pass

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.later is not None:
            self.redis = self.later


def test_key_that_is_kept_out_by_its_counter_alone_is_named_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = Stores(monkeypatch, {KEY["counter"]: b"60", TEAM["counter"]: b"1.5"})
    assert counters.gather() == [{"subject": "key", "id": "ci", "hash": HASH[:12], "spend": 14.0, "counted": 60.0, "budget": 35.0}]
    assert stores.slept == [counters.SECONDS_UNTIL_WRITTEN]


def test_counters_that_fit_take_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = Stores(monkeypatch, {KEY["counter"]: b"14.5"})
    assert counters.gather() == []
    assert stores.slept == []


def test_spend_that_was_only_not_written_yet_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    Stores(monkeypatch, {KEY["counter"]: b"60"}, later={KEY["counter"]: b"14.0"})
    assert counters.gather() == []


def test_counters_are_behind_the_namespace_of_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = Stores(monkeypatch, {f"mine:{KEY['counter']}": b"60"})
    assert counters.gather() == []
    stores.config = {"litellm_settings": {"cache_params": {"namespace": "mine"}}}
    assert [one["id"] for one in counters.gather()] == ["ci"]


@pytest.mark.parametrize("value", [b"", b"nan", b"inf", b"-inf", b"\xff", b"6" * 400, None, [b"60"], RedisError("WRONGTYPE")])
def test_what_is_no_amount_counts_nothing(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    Stores(monkeypatch, {KEY["counter"]: value})
    assert counters.gather() == []


def test_answer_that_is_no_list_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = Stores(monkeypatch, {})
    monkeypatch.setattr(stores, "ask", lambda *_: b"OK")
    with pytest.raises(RedisError, match="MGET"):
        counters.gather()

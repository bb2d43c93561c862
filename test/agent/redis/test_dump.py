import time
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.base import nofollow
from agent.redis import dump as redis_dump


class Emptied:
    """A Redis whose first `times` saves are ended by a FLUSHALL; it says that its last one went well all the same."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    def number(self, *_: object) -> int:
        return 1 if self.asked > self.times else 0

    def info(self, section: str) -> dict[str, str]:
        return {"rdb_bgsave_in_progress": "0", "rdb_last_bgsave_status": "ok", "aof_rewrite_in_progress": "0"}

    def try_all(self, commands: list[Any]) -> list[bytes]:
        self.asked += 1
        return [b"Background saving started"]

    def close(self) -> None:
        pass


def dump(redis: Emptied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_dump, "live", lambda: redis)
    monkeypatch.setattr(redis_dump, "check", lambda path: {})
    monkeypatch.setattr(redis_dump, "MOST_LOST", 20)
    monkeypatch.setattr(nofollow, "copy_file", lambda *_: None)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    redis_dump.dump(Path("target"))


def test_redis_that_is_emptied_while_it_saves_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    redis = Emptied(times=3)
    dump(redis, monkeypatch)
    assert redis.asked == 4


def test_redis_that_is_always_emptied_while_it_saves_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    redis = Emptied(times=1000)
    with refuses("redis-dump", "FLUSHALL"):
        dump(redis, monkeypatch)
    assert redis.asked == 21


class Filled:
    """A Redis with these keys."""

    def __init__(self, *names: bytes) -> None:
        self.names = set(names)

    def scan(self) -> list[list[bytes]]:
        return [sorted(self.names)]

    def number(self, command: str, *names: bytes) -> int:
        assert command == "UNLINK"
        self.names -= set(names)
        return len(names)


@pytest.mark.parametrize("namespace", [b"", b"mine:", b"our:cache:"])
def test_counters_of_spend_are_forgotten_behind_any_namespace_and_answers_are_kept(namespace: bytes) -> None:
    counted = [b"spend:key:ab", b"spend:tag:a b\n:c", b"litellm_spend_update_buffer", b"litellm_daily_tag_spend_update_buffer"]
    kept = [b"0f" * 32, b"{api_key:ab}:tokens", b"expend:key:ab"]
    redis: Any = Filled(*(namespace + name for name in counted + kept))
    assert redis_dump.forget_counters(redis) == len(counted)
    assert redis.names == {namespace + name for name in kept}

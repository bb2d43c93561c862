import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.gateway import release
from agent.litellm.admin_api import ApiError
from agent.rotation import files, keys, rotation

Live = Callable[..., bool]


@pytest.mark.parametrize(
    "how",
    [
        {"distribute": "master-key", "settles": "finished"},
        {"distribute": "master-key", "settles": "undone"},
        {"distribute": "virtual-key", "settles": "finished"},
        {"distribute": "master-key", "settles": "undone", "refuse_rollouts": 2},
        {"distribute": "virtual-key", "settles": "undone", "full_disk": True},
    ],
    ids=lambda how: " ".join(map(str, how.values())),
)
def test_rotation_that_dies_anywhere_serves_all_who_hold_a_key_and_the_next_run_ends_with_one(how: dict[str, Any], live: Live) -> None:
    operations = sum(1 for _ in itertools.takewhile(lambda death: live(how, death), itertools.count(1)))
    assert operations > 20


def test_rotation_that_dies_again_while_it_is_brought_to_its_end_serves_all_the_same(live: Live) -> None:
    how = {"distribute": "virtual-key", "settles": "undone"}
    lives = 0
    first = 1
    while live(how, first):
        lives += 1
        # Of the second deaths every thirteenth.
        second = 1
        while live(how, first, second):
            lives += 1
            second += 13
        first += 1
    assert lives > 2 * (first - 1)


def test_rotation_that_a_dead_run_brought_to_its_swap_meanwhile_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, details: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(rotation, "ROTATION", tmp_path)
    monkeypatch.setattr(files, "state", lambda: {"id": "a1", "phase": "swapped", "distribute": "master-key"})
    rotation._begin({"action": "begin", "run": "run", "graceSeconds": 60, "distribute": "virtual-key", "limits": {}})
    assert details() == ["Another run has brought the rotation a1 this far in the meantime."]


@pytest.mark.parametrize(
    ("status", "answer", "code", "message"),
    [
        pytest.param(
            403,
            "Custom API keys are disabled: sk-canary-0123",
            "rotation-keys",
            r"403 Custom API keys are disabled: sk-\*\*\* The master",
            id="does not take keys chosen by hand",
        ),
        pytest.param(None, "Connection refused", "gateway-down", "^The gateway does not answer: .*Connection refused", id="is gone"),
    ],
)
def test_gateway_that_cannot_rotate_is_reported(
    status: int | None, answer: str, code: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Api:
        def __init__(self, port: int, key: str, header: str) -> None:
            pass

        def get(self, path: str, **query: object) -> dict[str, Any]:
            return {"keys": []}

        def post(self, path: str, document: dict[str, Any]) -> None:
            raise ApiError(path, status, answer)

        def close(self) -> None:
            pass

    monkeypatch.setattr(keys, "AdminApi", Api)
    monkeypatch.setattr(keys, "port", lambda: 4001)
    monkeypatch.setattr(release, "serving", lambda: "release")
    monkeypatch.setattr(release, "environment", lambda name: {"LITELLM_MASTER_KEY": "sk-master"})
    monkeypatch.setattr(release, "configuration", lambda name: {})
    with refuses(code, message), keys.Gateway() as gateway:
        gateway.register("sk-canary-0123", "old", 60)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """What the gateway answers to an administrator's question, one after another."""
    left: list[int | None] = []
    monkeypatch.setattr(keys, "port", lambda: 4001)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(keys, "_status", lambda api, key, route: left.pop(0))
    return left


def test_keys_of_a_rotation_are_asked_again_while_the_gateway_does_not_answer(answers: list[int | None]) -> None:
    answers += [None, 200, 200, 200]
    keys.require_administrators(["sk-old", "sk-new"])
    assert answers == []


def test_key_of_a_rotation_that_is_no_administrators_is_refused(answers: list[int | None]) -> None:
    answers += [200, 403]
    with refuses("rotation-test", r" with 403 \(GET /key/list"):
        keys.require_administrators(["sk-old", "sk-new"])

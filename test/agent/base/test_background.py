import threading
from typing import Any

import pytest
from refusals import refuses

from agent.base import events
from agent.base.background import Beside
from agent.base.refusal import Refused
from agent.gateway import images


def test_background_work_goes_on_meanwhile_and_once() -> None:
    seen: list[str] = []
    meanwhile = threading.Event()

    def work() -> int:
        assert meanwhile.wait(30)
        seen.append("worked")
        return 7

    with Beside("work", work) as beside:
        beside.begin()
        beside.begin()
        seen.append("meanwhile")
        meanwhile.set()
        assert beside.finish() == 7
    assert seen == ["meanwhile", "worked"]


def test_background_work_is_waited_for_and_that_is_said_when_other_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    seen: list[str] = []

    def work() -> None:
        # Ends only after it was said that it is waited for.
        assert told.wait(30)
        seen.append("worked")

    def write(document: dict[str, Any]) -> None:
        seen.append(document["detail"])
        told.set()

    monkeypatch.setattr(events, "_writer", write)
    with pytest.raises(LookupError, match="other"), Beside("work", work) as beside:
        beside.begin()
        raise LookupError("other")
    assert "waiting" in seen[0]
    assert seen[1:] == ["worked"]


def test_refusal_of_background_work_is_raised_where_its_end_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(image: str, _: object) -> None:
        raise Refused("image-pull", "no such image")

    monkeypatch.setattr(images, "present", lambda image: False)
    monkeypatch.setattr(images, "pull", refuse)
    with Beside("image", lambda: images.make_ready("example.com/an/image@sha256:" + "0" * 64)) as beside:
        beside.begin().exception(30)
        with refuses("image-pull", "no such image"):
            beside.finish()

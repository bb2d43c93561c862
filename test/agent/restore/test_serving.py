import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refusals import refuses

from agent.base import durable
from agent.base.refusal import Refused
from agent.gateway import images, release
from agent.restore import forward, plan, restore
from agent.rollout import rollout


@contextlib.contextmanager
def unlocked(*_: Any, **__: Any) -> Iterator[None]:
    yield


@pytest.mark.parametrize("served", [True, False])
def test_it_says_when_the_processes_that_are_there_serve_the_restored_data(
    served: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text("model_list: []\n")
    (tmp_path / "env").write_text("")
    durable.write_json(tmp_path / "release.json", {"image": "x@sha256:1", "workers": 2, "settings": {}})
    noted: list[str] = []
    monkeypatch.setattr(forward, "note", lambda name, _: noted.append(name))
    monkeypatch.setattr(forward, "_release_folder", lambda *_: tmp_path)
    monkeypatch.setattr(durable, "locked", unlocked)
    monkeypatch.setattr(images, "make_ready", lambda _: None)
    monkeypatch.setattr(release, "assemble", lambda *_: {})
    monkeypatch.setattr(rollout, "settle", lambda: None)
    monkeypatch.setattr(rollout.Wanted, "is_served", lambda _: served)
    monkeypatch.setattr(rollout, "prepare", lambda *_, **__: tmp_path)
    monkeypatch.setattr(rollout, "follow", lambda _: {"release": "r2"})
    assert forward._roll_out({"scope": "all"}, tmp_path, "r") == "r2"
    assert noted == (["serving"] if served else [])


@pytest.mark.parametrize("saved", [True, False])
def test_safety_backup_is_left_out_where_one_was_just_taken(saved: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def broken(*_: Any) -> None:
        raise Refused("damaged", "stop here")

    monkeypatch.setattr(plan, "describe", lambda *_: {})
    monkeypatch.setattr(restore, "_safety", taken.append)
    monkeypatch.setattr(durable, "write_json", lambda *_: None)
    monkeypatch.setattr(restore, "_beside", broken)
    monkeypatch.setattr(restore, "_drop_attempt", lambda _: None)
    chosen: Any = SimpleNamespace(
        scope="all",
        manifest={"created": "t"},
        snapshot=SimpleNamespace(original="abc"),
        repository=SimpleNamespace(password_file="p"),
    )
    given: Any = {"run": "r", "saved": True} if saved else {"run": "r"}
    with refuses("damaged", "stop here"):
        restore._restore(chosen, given, "llm.example.com")
    assert taken == ([] if saved else ["r"])

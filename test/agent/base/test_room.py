import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from refusals import refuses

from agent.base import room

MIB = 1024**2


def has(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=free))


def test_all_places_on_one_file_system_need_room_together_and_a_spare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = {tmp_path: 100 * MIB, tmp_path / "not/yet": 100 * MIB}
    has(712 * MIB, monkeypatch)
    room.require(needed, "A backup")
    has(711 * MIB, monkeypatch)
    with refuses("disk-full", r"A backup needs 200 MiB on the disk of .* and .*/not/yet, 512 MiB must stay free, and 711 MiB are free"):
        room.require(needed, "A backup")


def test_nothing_is_asked_for_where_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    has(0, monkeypatch)
    room.require({tmp_path: 0}, "A backup")

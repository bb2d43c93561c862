import sys
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.backup import settings as backup_settings
from agent.base import durable, env_file
from agent.base.refusal import Refused
from agent.gateway import release
from agent.restore import application_proof

SURROGATES = range(0xD800, 0xE000)


def refused(codes: list[int]) -> list[int]:
    """Those of the characters that no value may hold; all others come back as they were written."""
    value = "".join(f"a{chr(code)}EVIL=1" for code in codes)
    try:
        assert env_file.one_line("A", value) == value
    except Refused:
        if len(codes) == 1:
            return codes
        half = len(codes) // 2
        return refused(codes[:half]) + refused(codes[half:])
    values = {"A": value, "B": "b"}
    content = env_file.text(values)
    assert content.count("\n") == len(values)
    assert env_file.parse(content.encode()) == values
    return []


def test_env_file_gives_back_every_character_of_unicode_in_any_place_of_a_value() -> None:
    codes = [code for code in range(sys.maxunicode + 1) if code not in SURROGATES]
    found = [code for start in range(0, len(codes), 4096) for code in refused(codes[start : start + 4096])]
    assert found == [0, ord("\n"), ord("\r")]


@pytest.mark.parametrize(
    "values",
    [{"A\nEVIL": "x"}, {"A=B": "x"}, {"A": "x\nEVIL=1"}, {"A": "x\rEVIL=1"}, {"A": "x\0"}, {"": "x"}],
    ids=repr,
)
def test_env_file_is_never_written_with_a_value_that_would_be_read_as_another(values: dict[str, str]) -> None:
    with refuses("env-value"):
        env_file.text(values)


def test_env_file_is_read_the_same_by_a_release_a_proof_and_the_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"A": "one\u2028two\u0085three\x0bfour\x1cfive=six", "B": "b"}
    releases = tmp_path / "files/etc/litellm/releases"
    monkeypatch.setattr(release, "RELEASES", releases)
    durable.folder(releases / "r", 0o755)
    durable.write(releases / "r/env", env_file.text(values).encode())
    backup = {"environment": {"X": "A"}, "heartbeat": "B"}
    place_backup_settings(tmp_path, monkeypatch, backup)
    # What the backup does not need is left for the gateway.
    assert backup_settings.take_values(values | {"C": "c"}) == {"C": "c"}
    assert release.environment("r") == values
    assert application_proof.environment(tmp_path / "files", {"release": "r"}) == values
    assert backup_settings.stored_values() == values


def place_backup_settings(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    monkeypatch.setattr(backup_settings, "BACKUP_ENV", folder / "backup.env")
    monkeypatch.setattr(backup_settings, "BACKUP_SETTINGS", folder / "backup.json")
    durable.write_json(folder / "backup.json", settings)


def test_env_file_of_the_backup_takes_json_on_one_line_and_no_value_that_would_become_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_backup_settings(tmp_path, monkeypatch, {"environment": {"X": "A"}})
    backup_settings.take_values({"A": '{\n "a": 1\n}'})
    assert backup_settings.stored_values() == {"A": '{"a":1}'}
    with refuses("env-value", "^The value of A has several lines"):
        backup_settings.take_values({"A": "x\nLD_PRELOAD=/tmp/x.so"})

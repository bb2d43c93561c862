import stat
from pathlib import Path

from agent.base import durable


def test_file_is_replaced_whole_with_its_mode_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "file"
    durable.write(target, b"one")
    durable.write(target, b"two", 0o640)
    assert target.read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640

import hashlib
import os
from pathlib import Path

import pytest
from refusals import refuses

from agent import contract
from agent.gateway import beside


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "releases/one"
    folder.mkdir(parents=True)
    return folder


def test_what_is_written_is_read_and_hashed(release: Path) -> None:
    files = {"hooks.py": b"import words\n", "pack/deep/words.py": "wörter".encode(), "empty": b""}
    beside.write(release, files)
    assert beside.read(release) == files
    assert beside.hashes(release) == beside.hashes_of(files)
    assert beside.hashes_of(files)["hooks.py"] == hashlib.sha256(b"import words\n").hexdigest()


def test_whoever_the_container_runs_as_may_read_and_nobody_else_may_write(release: Path) -> None:
    before = os.umask(0o077)
    try:
        beside.write(release, {"pack/words.py": b""})
    finally:
        os.umask(before)
    modes = {str(path.relative_to(release)): oct(path.stat().st_mode & 0o777) for path in release.rglob("*")}
    assert modes == {
        "beside": "0o755",
        "beside/config.yaml": "0o644",
        "beside/pack": "0o755",
        "beside/pack/words.py": "0o644",
    }


def test_configuration_is_mounted_over_an_empty_file_that_is_none_of_them(release: Path) -> None:
    beside.write(release, {})
    assert (release / "beside/config.yaml").read_bytes() == b""
    assert beside.read(release) == {}


def test_release_of_an_earlier_version_has_none(release: Path) -> None:
    assert beside.read(release) == {}
    assert beside.hashes(release) == {}


def test_change_by_hand_is_seen_and_a_link_is_no_file(release: Path) -> None:
    beside.write(release, {"hooks.py": b"", "gone.py": b""})
    written = beside.hashes(release)
    (release / "beside/hooks.py").write_text("changed")
    (release / "beside/gone.py").unlink()
    (release / "beside/gone.py").symlink_to("/etc/passwd")
    (release / "beside/new.py").write_text("")
    now = beside.hashes(release)
    assert now["hooks.py"] != written["hooks.py"]
    assert sorted(now) == ["hooks.py", "new.py"]


def test_every_release_gets_a_folder_before_the_units_mount_it(release: Path) -> None:
    (release.parent / ".two").mkdir()
    three = release.parent / "three"
    three.mkdir()
    beside.write(three, {"hooks.py": b"x"})
    beside.complete(release.parent)
    beside.complete(release.parent)
    assert (release / "beside/config.yaml").exists()
    assert beside.read(three) == {"hooks.py": b"x"}
    assert not (release.parent / ".two/beside").exists()
    beside.complete(release.parent / "nothing-yet")


@pytest.mark.parametrize(
    "path",
    ["../hooks.py", "/etc/passwd", "a/../../b", "", ".", "a//b", ".hidden", "a/.b", "a b", "a\nb", "config.yaml", "a/", "x" * 101],
)
def test_path_that_could_lead_elsewhere_is_refused(path: str) -> None:
    with refuses("beside", "cannot be the path"):
        beside.given({path: ""})


def test_more_than_there_may_be_is_refused() -> None:
    with refuses("beside", "x has 1048577 bytes"):
        beside.given({"x": "x" * (contract.MOST_BESIDE_BYTES + 1)})
    with refuses("beside", "5 files with 5242880 bytes"):
        beside.given({str(number): "x" * contract.MOST_BESIDE_BYTES for number in range(5)})
    with refuses("beside", "201 files"):
        beside.given({str(number): "" for number in range(201)})


def test_nothing_given_is_no_file() -> None:
    assert beside.given(None) == {}


def test_host_whose_units_show_no_files_has_to_be_deployed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    unit = tmp_path / "litellm.container"
    monkeypatch.setattr(contract, "QUADLET", str(unit))
    with refuses("deploy-first", "Run deploy"):
        beside.require_mounted()
    unit.write_text("Volume=/etc/litellm/slots/main/config.yaml:/etc/litellm/config.yaml:ro\n")
    with refuses("deploy-first", "Run deploy"):
        beside.require_mounted()
    unit.write_text((files / "units/litellm.container").read_text())
    beside.require_mounted()

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from refusals import refuses

from agent.system import managed_files

if TYPE_CHECKING:
    from agent.contract_types import FileHash


def test_managed_file_differs_by_content_mode_owner_kind_or_absence(tmp_path: Path, owner: str) -> None:
    for name, content, mode in (("same", "x", 0o644), ("mode", "x", 0o600), ("text", "y", 0o644), ("owner", "x", 0o644)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(mode)
    (tmp_path / "link").symlink_to("same")
    wanted: FileHash = {"sha256": hashlib.sha256(b"x").hexdigest(), "mode": "0644", "owner": owner}
    files = {str(tmp_path / name): wanted for name in ("same", "mode", "text", "link", "none")}
    files[str(tmp_path / "owner")] = {**wanted, "owner": "nobody-there:nogroup"}
    assert [Path(path).name for path in managed_files.differing(files)] == ["link", "mode", "none", "owner", "text"]


def test_managed_file_may_be_below_the_newest_version_folder(tmp_path: Path) -> None:
    for name in ("9", "17", "common"):
        (tmp_path / name).mkdir()
    assert str(managed_files.resolve(f"{tmp_path}/*/main/x")) == str(tmp_path / "17/main/x")
    assert managed_files.resolve(f"{tmp_path}/none/*/x") is None


def test_managed_files_in_a_folder_of_another_account_differ_and_are_not_placed(tmp_path: Path, theirs: Path, owner: str) -> None:
    ours = tmp_path / "target"
    ours.mkdir()
    for at in (ours, theirs):
        for name in ("same", "mode", "text"):
            (at / name).write_text("y" if name == "text" else "x")
            (at / name).chmod(0o600 if name == "mode" else 0o644)
    wanted: FileHash = {"sha256": hashlib.sha256(b"x").hexdigest(), "mode": "0644", "owner": owner}
    files = {str(at / name): wanted for at in (ours, theirs) for name in ("same", "mode", "text")}

    def short(paths: list[str]) -> list[str]:
        return sorted(str(Path(path).relative_to(tmp_path)) for path in paths)

    assert short(managed_files.differing(files)) == ["target/mode", "target/text", "theirs/mode", "theirs/same", "theirs/text"]
    assert short(managed_files.with_other_content(files)) == ["target/text", "theirs/text"]
    with refuses("path"):
        managed_files.place({str(theirs / "same"): {"content": "x", "mode": "0644", "owner": owner}})

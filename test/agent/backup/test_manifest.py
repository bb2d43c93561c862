import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.backup import manifest
from agent.restore import verify

GOOD: dict[str, Any] = {
    "schema": 1,
    "release": "20261129T125641Z-b4143738",
    "image": f"registry.example:5000/litellm@sha256:{'0' * 64}",
}


def test_files_that_are_damaged_missing_or_new_are_named_and_a_link_counts_by_where_it_points(tmp_path: Path) -> None:
    for name in ("same", "damaged", "missing"):
        (tmp_path / name).write_text("a")
    (tmp_path / "link").symlink_to("same")
    backed_up = {"files": manifest.hashes(tmp_path)}
    assert manifest.differences(backed_up, tmp_path) == []
    verify.flip_byte(tmp_path / "damaged")
    (tmp_path / "missing").unlink()
    (tmp_path / "new").write_text("")
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("new")
    assert manifest.differences(backed_up, tmp_path) == [
        "missing is missing",
        "new was not there",
        "damaged is damaged",
        "link is damaged",
    ]


def test_manifest_of_ours_is_taken() -> None:
    assert manifest.parse(json.dumps(GOOD).encode()) == GOOD


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 2}'])
def test_text_that_is_no_manifest_of_ours_is_refused(text: str) -> None:
    with refuses("manifest"):
        manifest.parse(text.encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("release", value) for value in ("../../../../root", "/etc", "..", "a/b", "a\n", "", 7, None)),
        *(("image", value) for value in ("--privileged", "litellm:latest", f"{GOOD['image']}\n", None)),
    ],
)
def test_manifest_that_names_what_none_of_ours_does_is_refused(name: str, value: object) -> None:
    with refuses("manifest", f"^manifest.json of the backup has a {name} that none of ours has"):
        manifest.parse(json.dumps(GOOD | {name: value}).encode())


def test_manifest_without_a_release_is_refused() -> None:
    with refuses("manifest", "^manifest.json of the backup has a release that none of ours has"):
        manifest.parse(json.dumps({name: value for name, value in GOOD.items() if name != "release"}).encode())


def test_fetched_backup_is_taken_with_the_links_that_a_host_has(fetched: Path) -> None:
    manifest.require_ours(fetched)


def replaced(path: Path, target: str | Path) -> None:
    """Puts a link in the place of a file."""
    path.unlink()
    path.symlink_to(target)


def moved(path: Path, fetched: Path) -> None:
    """Puts a link in the place of a folder, which is outside of the backup now."""
    path.rename(fetched.parent / "outside")
    path.symlink_to(fetched.parent / "outside")


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda etc, backup: replaced(etc / "salt_key", "/etc/shadow"), id="a salt key that is a link"),
        pytest.param(lambda etc, backup: (etc / "releases/r2").symlink_to("/root"), id="a release that is a link"),
        pytest.param(lambda etc, backup: replaced(etc / "releases/r1/env", "/root/x"), id="an environment that is a link"),
        pytest.param(lambda etc, backup: moved(backup / "files/etc", backup), id="a folder above that is a link"),
        pytest.param(lambda etc, backup: moved(backup / "files", backup), id="all files as a link"),
        pytest.param(lambda etc, backup: (backup / "database/other").symlink_to("/etc/shadow"), id="rows that are a link"),
        pytest.param(lambda etc, backup: replaced(backup / "redis.rdb", "/dev/zero"), id="an RDB that is a link"),
        pytest.param(lambda etc, backup: os.mkfifo(etc / "pipe"), id="a pipe"),
    ],
)
def test_fetched_backup_with_what_none_of_ours_has_is_refused(forge: Callable[[Path, Path], object], fetched: Path) -> None:
    forge(fetched / "files/etc/litellm", fetched)
    with refuses("forged"):
        manifest.require_ours(fetched)

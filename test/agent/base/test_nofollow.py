import contextlib
import os
import resource
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from refusals import refuses

from agent.base import durable, nofollow


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """What a link of somebody else leads to."""
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "precious").write_text("precious")
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("below", [".", "inner"])
@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda at: durable.write(at / "file", b"x"), id="write"),
        pytest.param(lambda at: durable.write_json(at / "file", {}), id="write_json"),
        pytest.param(lambda at: durable.append_line(at / "file", "x"), id="append_line"),
        pytest.param(lambda at: durable.link(at / "file", "x"), id="link"),
        pytest.param(lambda at: durable.remove(at / "file"), id="remove"),
        pytest.param(lambda at: durable.folder(at / "new", 0o755), id="folder"),
        pytest.param(lambda at: durable.locked(at / "file").__enter__(), id="locked"),
    ],
)
def test_folder_that_another_account_could_move_away_is_not_written_into(work: Callable[[Path], object], below: str, theirs: Path) -> None:
    (theirs / "inner").mkdir()
    (theirs / "inner/file").write_text("as it was")
    with refuses("path"):
        work(theirs / below)
    assert (theirs / "inner/file").read_text() == "as it was"


def test_folder_is_safe_when_no_other_account_could_move_it_away(theirs: Path, target: Path) -> None:
    (theirs / "inner").mkdir()
    assert not nofollow.is_safe(theirs)
    assert not nofollow.is_safe(theirs / "inner")
    assert nofollow.is_safe(target)


def test_refusal_of_a_folder_says_what_is_wrong_and_what_to_do(theirs: Path) -> None:
    told = r"/theirs belongs to the user \d+ and has the mode 0777, so others than root may change it: .* \(chown root, chmod go-w\)"
    with refuses("path", told):
        durable.write(theirs / "file", b"x")


def test_link_of_root_is_followed(tmp_path: Path, target: Path) -> None:
    (tmp_path / "ours").symlink_to("target")
    (tmp_path / "absolute").symlink_to(target)
    (target / "up").symlink_to("../target")
    durable.write(tmp_path / "ours/one", b"1")
    durable.write(tmp_path / "absolute/two", b"2")
    durable.write(tmp_path / "ours/up/three", b"3")
    assert sorted(os.listdir(target)) == ["one", "precious", "three", "two", "up"]


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda link, here: durable.write(link / "four", b"4"), id="write"),
        pytest.param(lambda link, here: nofollow.copy_file(link / "precious", here / "copy"), id="copy_file"),
        pytest.param(lambda link, here: nofollow.copy_tree(link, here / "copies"), id="copy_tree"),
    ],
)
def test_link_of_another_account_is_not_followed(work: Callable[[Path, Path], object], tmp_path: Path, theirs: Path, target: Path) -> None:
    (theirs / "link").symlink_to(target)
    with refuses("path"):
        work(theirs / "link", tmp_path)
    assert os.listdir(target) == ["precious"]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with refuses("path"):
        durable.write(tmp_path / "a/file", b"x")


def test_folder_of_ours_is_made_and_written_into_and_not_wider_than_wanted(target: Path) -> None:
    # Restored by the fixture of all tests.
    os.umask(0)
    durable.folder(target / "a/b/c", 0o700)
    file = target / "a/b/c/file"
    durable.write(file, b"x")
    durable.write(file, b"y", 0o640)
    assert [mode(path) for path in (target / "a", target / "a/b", target / "a/b/c", file)] == [0o755, 0o755, 0o700, 0o640]
    assert file.read_text() == "y"
    assert os.listdir(target / "a/b/c") == ["file"]


def test_error_names_the_whole_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        durable.write(tmp_path / "none/file", b"x")
    assert str(raised.value).endswith(f"No such file or directory: '{tmp_path}/none'")


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda path, target: path.symlink_to(target / "precious"), id="a link"),
        pytest.param(lambda path, target: os.mkfifo(path), id="a pipe"),
        pytest.param(lambda path, target: bound(path), id="a socket"),
        pytest.param(lambda path, target: path.mkdir(), id="a folder"),
    ],
)
def test_what_another_account_left_in_place_of_a_file_is_not_copied(
    leave: Callable[[Path, Path], object], tmp_path: Path, theirs: Path, target: Path
) -> None:
    leave(theirs / "dump.rdb", target)
    with refuses("path"):
        nofollow.copy_file(theirs / "dump.rdb", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def test_file_that_another_account_left_is_copied_and_a_missing_one_is_not(tmp_path: Path, theirs: Path) -> None:
    with pytest.raises(FileNotFoundError):
        nofollow.copy_file(theirs / "dump.rdb", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    (theirs / "dump.rdb").write_text("dump")
    nofollow.copy_file(theirs / "dump.rdb", tmp_path / "copy")
    assert (tmp_path / "copy").exists()


def test_tree_is_copied_with_links_as_links_modes_without_special_bits_and_no_pipes(tmp_path: Path, theirs: Path, target: Path) -> None:
    (theirs / "in").mkdir()
    (theirs / "in/file").write_text("x")
    (theirs / "in/file").chmod(0o4640)
    (theirs / "link").symlink_to(target)
    os.mkfifo(theirs / "pipe")
    copies = tmp_path / "copies"
    nofollow.copy_tree(theirs, copies)
    assert sorted(os.listdir(copies)) == ["in", "link"]
    assert os.readlink(copies / "link") == str(target)
    assert mode(copies / "in/file") == 0o640


DEPTH = 1100


@contextlib.contextmanager
def few_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_tree_is_removed_whole_however_deep_and_nothing_that_a_link_in_it_leads_to(tmp_path: Path, theirs: Path, target: Path) -> None:
    deep = theirs / "gone"
    deep.mkdir()
    at = os.open(deep, os.O_RDONLY)
    # Deeper than Python's stack, with a longer path than the kernel takes.
    for _ in range(DEPTH):
        os.mkdir("deeper", dir_fd=at)
        below = os.open("deeper", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.symlink(target, "link", dir_fd=at)
    os.close(at)
    (deep / "link").symlink_to(target)
    os.mkfifo(deep / "pipe")
    (deep / "file").write_text("x")
    with few_descriptors():
        nofollow.remove_tree(deep)
    (theirs / "link").symlink_to(target)
    for path in (theirs / "link", theirs / "none", tmp_path / "no/folder"):
        nofollow.remove_tree(path)
    assert os.listdir(theirs) == []
    assert os.listdir(target) == ["precious"]


def test_tree_is_removed_while_somebody_puts_links_in_the_place_of_its_folders(theirs: Path, target: Path) -> None:
    gone, made, end = theirs / "gone", theirs / "made", threading.Event()

    def swap() -> None:
        while not end.is_set():
            for name in ("a", "b"):
                with contextlib.suppress(OSError):
                    os.rename(gone / name, gone / "aside")
                    os.symlink(target, gone / name)
                    os.unlink(gone / name)
                    os.rename(gone / "aside", gone / name)

    thread = threading.Thread(target=swap, daemon=True)
    thread.start()
    for turn in range(200):
        for name in ("a/a/a", "b/b/b"):
            os.makedirs(made / name)
        os.rename(made, gone)
        for _ in range(2):
            with contextlib.suppress(OSError):
                nofollow.remove_tree(gone)
        if gone.exists():
            os.rename(gone, theirs / f"left{turn}")
    end.set()
    thread.join()
    nofollow.remove_tree(gone)
    assert not gone.exists()
    assert os.listdir(target) == ["precious"]
    assert (target / "precious").read_text() == "precious"

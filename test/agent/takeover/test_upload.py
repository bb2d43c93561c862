import io
from pathlib import Path

import pytest
from refusals import refuses

from agent.base import paths, room
from agent.takeover import dump_file, upload


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(room, "require", lambda *_: None)
    for name in ("PLACE", "SECRETS", "AUTHORITY", "FILES"):
        monkeypatch.setattr(upload, name, tmp_path / getattr(upload, name).relative_to(paths.BACKUPS))
    monkeypatch.setattr(upload, "BACKUPS", tmp_path)
    return tmp_path


def files(**sizes: int) -> dict[str, object]:
    return {"kind": "files", "files": [{"name": name.replace("__", "."), "bytes": size} for name, size in sizes.items()]}


def test_files_are_taken_one_after_the_other_each_as_long_as_was_said() -> None:
    upload.receive(files(**{"toc__dat": 3, "1234__dat": 4}), io.BytesIO(b"abcdefg"))
    assert {path.name: path.read_bytes() for path in upload.source().iterdir()} == {"toc.dat": b"abc", "1234.dat": b"defg"}


def test_single_dump_gets_a_name_of_ours_whatever_it_is_called() -> None:
    upload.receive({"kind": "files", "files": [{"name": "../../etc/passwd", "bytes": 2}]}, io.BytesIO(b"ab"))
    assert upload.source().read_bytes() == b"ab"
    assert upload.source().name == "dump"


def test_dump_that_ends_before_its_end_is_refused() -> None:
    with refuses("dump-file", "Only 2 of 5 bytes"):
        upload.receive(files(dump=5), io.BytesIO(b"ab"))


def blocks(*parts: bytes) -> io.BytesIO:
    return io.BytesIO(b"".join(len(part).to_bytes(4) + part for part in parts))


STREAM = {"kind": "stream", "place": "db", "bytes": 9}


def test_dump_of_unknown_length_is_taken_block_by_block() -> None:
    upload.receive(STREAM, blocks(b"PGDMP", b"abc", b""))
    assert upload.source().read_bytes() == b"PGDMPabc"
    assert upload.source().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [blocks(b"PGDMP"), io.BytesIO(b"\0\0\0\5PG"), io.BytesIO(b"\0\0"), io.BytesIO(b"\xff" * 9)])
def test_dump_whose_last_block_is_missing_is_refused(content: io.BytesIO) -> None:
    with refuses("dump-file", "ended early"):
        upload.receive(STREAM, content)


@pytest.mark.parametrize("name", ["../x", "x.dat/..", "toc.dat\0", "restore.sql", "1.dat.exe"])
def test_folder_with_anything_that_pg_dump_does_not_write_is_refused(name: str) -> None:
    asked = {"kind": "files", "files": [{"name": "toc.dat", "bytes": 0}, {"name": name, "bytes": 0}]}
    with refuses("dump-file"):
        upload.receive(asked, io.BytesIO(b""))


def test_folder_without_a_table_of_contents_is_no_dump() -> None:
    with refuses("dump-file", "toc.dat"):
        upload.receive(files(**{"1__dat": 0, "2__dat": 0}), io.BytesIO(b""))


def test_secrets_are_kept_for_the_unit_alone_and_in_nothing_that_is_written_down() -> None:
    rest = upload.keep_secrets({"run": "r", "source": {"kind": "postgres"}, "url": "postgres://u:p@h/x", "salt": "s", "confirm": "d"})
    assert rest == {"run": "r", "source": {"kind": "postgres"}, "confirm": "d"}
    assert upload.secrets() == {"url": "postgres://u:p@h/x", "salt": "s"}
    assert upload.SECRETS.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "taken"), [("toc.dat", True), ("3912.dat", True), ("3912.dat.gz", True), ("blobs.toc", True), ("3912.sql", False)]
)
def test_names_of_a_directory_dump(name: str, taken: bool) -> None:
    assert (dump_file.OF_DIRECTORY.fullmatch(name) is not None) is taken

import gzip
import io
from pathlib import Path

import pytest
from refusals import refuses

from agent.takeover import dump_file


@pytest.mark.parametrize(
    ("content", "archive", "packed"),
    [
        (b"PGDMP\x01\x10", True, False),
        (b"--\n-- PostgreSQL database dump\n--\n", False, False),
        (gzip.compress(b"--\n"), False, True),
        (b"", False, False),
    ],
)
def test_format_is_known_by_the_content_not_by_the_name(tmp_path: Path, content: bytes, archive: bool, packed: bool) -> None:
    file = tmp_path / "dump"
    file.write_bytes(content)
    assert dump_file._is_archive(file) is archive
    assert dump_file._is_packed(file) is packed


def test_archive_of_tar_is_refused_with_what_to_give_instead(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"toc.dat" + b"\0" * 250 + b"ustar\x0000")
    with refuses("dump-file", "-Fc"):
        dump_file._is_archive(tmp_path / "dump")


def test_plain_dump_is_given_whole_packed_or_not(tmp_path: Path) -> None:
    text = b"-- Dumped from database version 13.4\n" + b"x" * 3_000_000 + b"\n-- PostgreSQL database dump complete\n"
    for content in (text, gzip.compress(text)):
        (tmp_path / "dump").write_bytes(content)
        to = Kept()
        head, tail = dump_file._feed(tmp_path / "dump", to)
        assert to.taken == text
        assert dump_file.COMPLETE.search(tail)
        assert dump_file._version(head.decode()) == 130004


def test_packed_dump_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(gzip.compress(b"x" * 100_000)[:-20])
    with refuses("dump-file", "cut short"):
        dump_file._feed(tmp_path / "dump", Kept())


def test_errors_of_owners_rights_and_extensions_are_passed_over_and_all_others_count() -> None:
    said = [
        'psql:<stdin>:9: ERROR:  42704: role "llmproxy" does not exist',
        "psql:<stdin>:10: ERROR:  42501: permission denied to create extension",
        'psql:<stdin>:11: ERROR:  42P01: relation "public.x" does not exist',
        "LOCATION:  parserOpenTable, parse_relation.c:1452",
        'psql:<stdin>:12: ERROR:  22P02: invalid input syntax for type integer: "x"',
    ]
    listener = dump_file._Listener(io.BytesIO("\n".join(said).encode()))
    listener.run()
    assert listener.wrong == ['relation "public.x" does not exist', 'invalid input syntax for type integer: "x"']


def test_psql_is_nobody_and_gets_no_password_by_its_arguments() -> None:
    argv = dump_file._psql("/usr/lib/postgresql/17/bin/psql")
    assert "--property=User=nobody" in argv
    assert any(word.startswith("--property=NetworkNamespacePath=") for word in argv)
    assert not any("PGPASSWORD" in word for word in argv)


@pytest.mark.parametrize(
    ("text", "version"), [("; Dumped from database version: 15.4", 150004), ("x", None), ("Dumped from database version 9.6.24", 90600)]
)
def test_version_of_the_server_that_was_dumped(text: str, version: int | None) -> None:
    assert dump_file._version(text) == version


class Kept(io.BytesIO):
    taken = b""

    def close(self) -> None:
        self.taken = self.getvalue()
        super().close()

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from agent.database import load


def cut(text: str, count: int) -> list[str]:
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        pieces = load.cut(Path(file.name), count)
    content = text.encode()
    return [content[start:end].decode() for start, end in pieces]


def test_rows_are_cut_into_pieces_of_about_the_same_size() -> None:
    assert [len(piece) for piece in cut("a\tb\n" * 100, 4)] == [104, 100, 100, 96]


@given(rows=st.lists(st.text("x\té", max_size=40), max_size=30), count=st.integers(1, 8))
def test_rows_stay_whole_in_each_piece_whatever_their_lengths_and_none_is_lost(rows: list[str], count: int) -> None:
    text = "".join(f"{row}\n" for row in rows)
    pieces = cut(text, count)
    assert "".join(pieces) == text
    assert len(pieces) <= count
    assert all(piece.endswith("\n") for piece in pieces)


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("public.plain", ("public", "plain")),
        ('public."LiteLLM_SpendLogs"', ("public", "LiteLLM_SpendLogs")),
        ('"odd.schema"."it\'s ""quoted"""', ("odd.schema", 'it\'s "quoted"')),
        ('public."two\nlines"', ("public", "two lines")),
    ],
)
def test_table_is_found_under_the_name_that_pg_restore_lists(name: str, listed: tuple[str, str]) -> None:
    assert load.as_listed(name) == listed

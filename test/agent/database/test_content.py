from typing import Any

import pytest

from agent.database import content

TABLES = {"a": {"rows": 3, "checksum": "17"}, "b": {"rows": 0, "checksum": "0"}}
DEFINITIONS = {"index": {"a_pkey": "x", "b_pkey": "y"}, "column": {"a.id": "z"}}
BACKED_UP: dict[str, Any] = {"tables": TABLES, "definitions": DEFINITIONS}


def test_same_content_has_no_differences() -> None:
    assert content.differences(BACKED_UP, BACKED_UP) == []


@pytest.mark.parametrize(
    ("part", "changed", "said"),
    [
        ("tables", {"a": {"rows": 2, "checksum": "17"}}, "a has 2 rows where 3 were backed up"),
        ("tables", {"a": {"rows": 3, "checksum": "18"}}, "the rows of a are other ones than were backed up"),
        ("tables", {"b": None}, "1 tables are missing: b"),
        ("definitions", {"index": {"a_pkey": "x"}}, "1 indexes are missing: b_pkey"),
        ("definitions", {"index": {"a_pkey": "x", "b_pkey": "w"}}, "1 indexes differ: b_pkey"),
        ("definitions", {"column": {}}, "1 columns are missing: a.id"),
    ],
)
def test_difference_is_named(part: str, changed: dict[str, Any], said: str) -> None:
    found = {name: value for name, value in (BACKED_UP[part] | changed).items() if value is not None}
    assert content.differences(BACKED_UP, BACKED_UP | {part: found}) == [said]


# The database went on while the dump was taken: at 5 when its content was read, at 9 when the dump was done.
MOVED = BACKED_UP | content.moved({"sequences": {"s": [5, 5]}}, {"s": 9})


@pytest.mark.parametrize("at", [5, 7, 9])
def test_sequence_may_stand_where_it_was_while_the_dump_was_taken(at: int) -> None:
    assert content.differences(MOVED, BACKED_UP | {"sequences": {"s": [at, at]}}) == []


@pytest.mark.parametrize("at", [4, 10])
def test_sequence_that_stands_where_it_never_was_is_named(at: int) -> None:
    said = [f"the sequence s is at {at}, not between 5 and 9 as while it was backed up"]
    assert content.differences(MOVED, BACKED_UP | {"sequences": {"s": [at, at]}}) == said


def test_sequence_of_a_backup_of_an_earlier_version_is_only_asked_to_be_there() -> None:
    before = BACKED_UP | {"definitions": {"sequence": {"s": "md5 of where it stood", "t": "x"}}}
    found = BACKED_UP | {"sequences": {"s": [7, 7]}, "definitions": {"sequence": {"s": "md5 of what it is"}}}
    assert content.differences(before, found) == ["1 sequences are missing: t"]

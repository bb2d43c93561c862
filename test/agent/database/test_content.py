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

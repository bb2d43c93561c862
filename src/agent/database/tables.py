"""Tables as people know them: one that is kept in partitions is one table, by the catalogue and never by the names of its parts."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from agent.database.content import NAME, OURS, read_table
from agent.database.session import Session

# Of each table that holds rows or partitions, the table that it is a part of: itself, where it is none.
PARTS = (
    f"SELECT {NAME}, format('%I.%I', m.nspname, r.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_class r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid) JOIN pg_namespace m ON m.oid = r.relnamespace "
    f"WHERE c.relkind IN ('r', 'p') AND {OURS} ORDER BY 1"
)
REFERENCES = (
    "SELECT DISTINCT format('%I.%I', n.nspname, c.relname), format('%I.%I', m.nspname, r.relname) FROM pg_constraint o "
    "JOIN pg_class c ON c.oid = coalesce(pg_partition_root(o.conrelid), o.conrelid) JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_class r ON r.oid = coalesce(pg_partition_root(o.confrelid), o.confrelid) JOIN pg_namespace m ON m.oid = r.relnamespace "
    "WHERE o.contype = 'f' AND c.oid <> r.oid"
)


@dataclasses.dataclass(frozen=True)
class Schema:
    """The tables of a database, with what connects them; names as the server quotes them."""

    # By table its parts, itself among them.
    parts: Mapping[str, tuple[str, ...]]
    # Tables whose rows refer to rows of another one, and that one.
    references: frozenset[tuple[str, str]]

    def roots(self) -> dict[str, str]:
        """By part the table that it is a part of, for those that are not one of their own: what a backup remembers."""
        return {part: name for name, parts in self.parts.items() for part in parts if part != name}


def read(asked: Session) -> Schema:
    parts: dict[str, tuple[str, ...]] = {}
    for part, name in asked.rows(PARTS):
        parts[name] = (*parts.get(name, ()), part)
    return Schema(parts, frozenset((child, parent) for child, parent in asked.rows(REFERENCES)))


def checksum(asked: Session, parts: Iterable[str]) -> int:
    """Of a table with all its parts: the sum of theirs, so that rows may lie in other partitions and be the same."""
    return sum(int(read_table(asked, part)["checksum"]) for part in parts)


def by_table(counts: Mapping[str, Any], roots: Mapping[str, str]) -> dict[str, int]:
    """Rows by table, from the rows of the parts."""
    found: dict[str, int] = {}
    for part, about in counts.items():
        name = roots.get(part, part)
        found[name] = found.get(name, 0) + int(about["rows"])
    return found


def parents_first(names: list[str], references: frozenset[tuple[str, str]]) -> list[str]:
    """In an order in which rows can be put in: a table comes after those that its rows refer to. Circles stay as they are."""
    ordered: list[str] = []
    left = list(names)
    while left:
        free = [one for one in left if not any(child == one and parent in left for child, parent in references)]
        ordered += free or left
        left = [one for one in left if one not in ordered]
    return ordered

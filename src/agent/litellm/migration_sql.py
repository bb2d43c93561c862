"""What a migration of LiteLLM's takes away, as far as its statements say so by name. It is shown before, and never decides anything."""

import re

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
NAME = r'(?:"?public"?\.)?"?(\w+)"?'
ALTERED = re.compile(rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?{NAME}\s([^;]*)", re.IGNORECASE)
COLUMN = re.compile(rf"(?:DROP\s+COLUMN\s+(?:IF\s+EXISTS\s+)?|RENAME\s+COLUMN\s+){NAME}", re.IGNORECASE)
RENAMED = re.compile(r"RENAME\s+TO\s", re.IGNORECASE)
DROPPED = re.compile(rf"(?:DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?|TRUNCATE\s+(?:TABLE\s+)?|DELETE\s+FROM\s+){NAME}", re.IGNORECASE)


def taken(sql: str) -> list[str]:
    """Tables, and `table.column`, that the statements drop, rename or empty."""
    text = COMMENT.sub(" ", sql)
    found = set(DROPPED.findall(text))
    for table, clauses in ALTERED.findall(text):
        found |= {f"{table}.{column}" for column in COLUMN.findall(clauses)}
        if RENAMED.match(clauses.lstrip()):
            found.add(table)
    return sorted(found)

"""What a schema of Prisma declares of tables: as much of its language as says which columns there are."""

import re
from collections.abc import Container

# A field of a model: its name, its type, whether it is a list or may be missing, and its attributes.
FIELD = re.compile(r"(\w+)\s+(\w+)(?:\(.*?\))?(?:\[\])?\??(?:\s+(.*))?$")
MODEL = re.compile(r"^model[ \t]+(\w+)[ \t]*\{(?=[ \t]*(?://.*)?$)(.*?)^\}", re.MULTILINE | re.DOTALL)
TABLE_NAME = re.compile(r'@@map\(\s*(?:name:\s*)?"([^"]+)"')
COLUMN_NAME = re.compile(r'(?<!@)@map\(\s*(?:name:\s*)?"([^"]+)"')


def columns(text: str) -> dict[str, list[str]]:
    """By table: the columns that the schema wants. A field of another model's type is a relation, which has no column of its own."""
    models = dict(MODEL.findall(text))
    return {_table(name, body): _columns(body, models.keys()) for name, body in models.items()}


def _table(model: str, body: str) -> str:
    mapped = TABLE_NAME.search(body)
    return mapped[1] if mapped else model


def _columns(body: str, models: Container[str]) -> list[str]:
    found = []
    for line in body.splitlines():
        field = FIELD.match(line.partition("//")[0].strip())
        if field is None or field[2] in models:
            continue
        mapped = COLUMN_NAME.search(field[3] or "")
        found.append(mapped[1] if mapped else field[1])
    return sorted(found)

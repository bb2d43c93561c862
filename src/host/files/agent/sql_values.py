"""Values as SQL, with nothing in them that ends the text early."""

import json
from typing import Any


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def document(value: Any) -> str:
    """As jsonb: ASCII without line ends."""
    return f"{text(json.dumps(value))}::jsonb"

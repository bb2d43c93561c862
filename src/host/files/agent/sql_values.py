"""Values as SQL, with nothing in them that ends the text early."""

import json
from collections.abc import Sequence


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def array(ids: Sequence[str | list[str]]) -> str:
    """Ids, a member's as [team, user], as one array of jsonb: ASCII without line ends."""
    return f"{text(json.dumps(ids))}::jsonb"

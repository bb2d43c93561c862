"""Takes secrets out of what leaves the host: values out of log lines, literals out of a parsed configuration."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from agent import contract

# Shorter values turn up inside ordinary words.
SHORTEST = 6
REFERENCE = contract.REFERENCE_PREFIX
SECRET_NAME = re.compile(contract.SECRET_NAME, re.IGNORECASE)
NOT_SECRET = re.compile(contract.NOT_SECRET, re.IGNORECASE)
HUMP = re.compile(contract.HUMP)
IN_QUERY = re.compile(contract.IN_QUERY)
KEY = re.compile(contract.KEY)

Redact = Callable[[str], str]


def redactor(values: Iterable[str]) -> Redact:
    """A function that replaces each of `values` by `***` in a text."""
    needles = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
    if not needles:
        return lambda text: text
    pattern = re.compile("|".join(re.escape(needle) for needle in needles))
    return lambda text: pattern.sub("***", text)


def without_secrets(document: Any, fingerprint: Callable[[str], str]) -> Any:
    """A copy of a parsed config.yaml in which every literal under a secret's name is {"fingerprint": …}.

    References (`os.environ/NAME`) stay: they are what the plan compares. Passwords inside URLs are fingerprinted in place.
    """
    return _walk(document, fingerprint, False)


def _walk(node: Any, fingerprint: Callable[[str], str], secret: bool) -> Any:
    if isinstance(node, dict):
        return {str(key): _walk(value, fingerprint, secret or _names_secret(str(key), value)) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(item, fingerprint, secret) for item in node]
    if secret and isinstance(node, int | float) and not isinstance(node, bool) and abs(node) >= contract.SMALLEST_SECRET_NUMBER:
        return {"fingerprint": fingerprint(str(node))}
    if not isinstance(node, str) or node.startswith(REFERENCE):
        return node
    if secret or _looks_secret(node):
        return {"fingerprint": fingerprint(node)}
    if "://" in node:
        node = IN_QUERY.sub(
            lambda found: f"{found[1]}{found[2]}=fingerprint-{fingerprint(found[3])}" if _names_secret(found[2], found[3]) else found[0],
            node,
        )
    return re.sub(
        r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)",
        lambda found: f"{found[1]}:fingerprint-{fingerprint(found[2])}",
        node,
    )


def _names_secret(name: str, value: Any) -> bool:
    # Longer ones are refused in a declaration, and a pattern would be tried on them for ever.
    end = name[-contract.NAME_END :]
    if name in contract.NEVER_SECRET or NOT_SECRET.search(end):
        return False
    # Whoever writes headers by hand writes secrets there.
    if isinstance(value, dict):
        return name in contract.SECRET_MAPPINGS
    return SECRET_NAME.search(HUMP.sub("_", end)) is not None


def _looks_secret(text: str) -> bool:
    return KEY.match(text) is not None

"""Takes secrets out of what leaves the host: values out of log lines, literals out of a parsed configuration."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal
from urllib.parse import unquote

from agent import contract

# Shorter values turn up inside ordinary words.
SHORTEST = 6
REFERENCE = contract.REFERENCE_PREFIX
SECRET_NAME = re.compile(contract.SECRET_NAME, re.IGNORECASE)
NOT_SECRET = re.compile(contract.NOT_SECRET, re.IGNORECASE)
HUMP = re.compile(contract.HUMP)
IN_QUERY = re.compile(contract.IN_QUERY)
KEY = re.compile(contract.KEY)
KEY_WITHIN = re.compile(contract.KEY_WITHIN)
NAMES_OF_MODELS = re.compile(contract.NAMES_OF_MODELS, re.IGNORECASE)
HEADERS_TEXT = re.compile(contract.HEADERS_TEXT, re.IGNORECASE)
HEADER_PAIR = re.compile(contract.HEADER_PAIR)
WEBHOOK = re.compile(contract.WEBHOOK, re.IGNORECASE)
SECRET_HEADER = re.compile(contract.SECRET_HEADER, re.IGNORECASE)
PLAIN_HEADER = re.compile(contract.PLAIN_HEADER, re.IGNORECASE)
PLACEHOLDER_NAME = re.compile(contract.PLACEHOLDER_NAME, re.IGNORECASE)
POINTER_NAME = re.compile(contract.POINTER_NAME, re.IGNORECASE)
OWN_KEY = re.compile(r"(?!.*(?:api|secret|access|auth|private|master|sign))[A-Za-z0-9_]*_key", re.IGNORECASE)
LONGEST_PLACEHOLDER = 64

Redact = Callable[[str], str]
Fingerprint = Callable[[str], str]
# Why a value is a secret: by its own name or one above it, or as a header. `none`: it is no secret, whatever it looks like.
Why = Literal["name", "header", "none"] | None


def redactor(values: Iterable[str]) -> Redact:
    """A function that replaces each of `values` by `***` in a text."""
    needles = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
    if not needles:
        return lambda text: text
    pattern = re.compile("|".join(re.escape(needle) for needle in needles))
    return lambda text: pattern.sub("***", text)


def without_secrets(document: Any, fingerprint: Fingerprint) -> Any:
    """A copy of a parsed config.yaml in which every literal under a secret's name is {"fingerprint": …}.

    References (`os.environ/NAME`) stay, and what a declaration may have written out, such as the placeholder for a server
    that checks no key: they are what the plan compares. Passwords inside URLs are fingerprinted in place.
    """
    return _walk(document, fingerprint, None, ())


def _walk(node: Any, fingerprint: Fingerprint, why: Why, path: tuple[str, ...]) -> Any:
    if isinstance(node, dict):
        below = ((str(key), value) for key, value in node.items())
        return {key: _walk(value, fingerprint, _why_below(why, key, value, path), (*path, key)) for key, value in below}
    if isinstance(node, list):
        return [_walk(item, fingerprint, why, path) for item in node]
    if why == "none" or isinstance(node, bool):
        return node
    if isinstance(node, int | float):
        is_secret = why is not None and abs(node) >= _smallest(path[-1], why)
        return {"fingerprint": fingerprint(str(node))} if is_secret else node
    return _text(node, fingerprint, why, path) if isinstance(node, str) else node


def _text(text: str, fingerprint: Fingerprint, why: Why, path: tuple[str, ...]) -> Any:
    if text.startswith(REFERENCE) or _is_no_secret(path[-1] if path else "", text, path):
        return text
    if why is not None or _looks_secret(text) or WEBHOOK.search(text):
        return {"fingerprint": fingerprint(text)}
    return _without_password(text, fingerprint)


def _without_password(text: str, fingerprint: Fingerprint) -> str:
    if "://" not in text:
        return text
    text = IN_QUERY.sub(
        lambda found: f"{found[1]}{found[2]}=fingerprint-{fingerprint(found[3])}" if _is_secret_parameter(found[2], found[3]) else found[0],
        text,
    )
    return re.sub(
        r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)",
        lambda found: f"{found[1]}:fingerprint-{fingerprint(found[2])}",
        text,
    )


def _is_secret_parameter(name: str, value: str) -> bool:
    if len(value) < contract.SHORTEST_IN_QUERY or unquote(value).startswith(REFERENCE):
        return False
    return _names_secret(name, value) or _wholly(contract.QUERY_KEY, name)


def _smallest(name: str, why: Why) -> int:
    is_key = why == "name" or SECRET_HEADER.search(name) is not None
    return contract.SMALLEST_SECRET_NUMBER if is_key else contract.SMALLEST_HEADER_NUMBER


def _why_below(why: Why, name: str, value: Any, path: tuple[str, ...]) -> Why:
    if why is None:
        return _why_of(name, value, path)
    is_harmless = why == "header" and _is_harmless_header(name, value)
    return "none" if is_harmless and not (isinstance(value, str) and _looks_secret(value)) else why


def _why_of(name: str, value: Any, path: tuple[str, ...]) -> Why:
    # Headers that are written by hand hold secrets.
    if isinstance(value, dict):
        return "header" if name in contract.SECRET_MAPPINGS else None
    if path and NAMES_OF_MODELS.search(path[-1]):
        return None
    # All headers as one text.
    if isinstance(value, str) and HEADERS_TEXT.search(name) and HEADER_PAIR.search(value):
        return "header"
    is_token = name == "token" and isinstance(value, str) and not re.fullmatch("[0-9]{0,9}", value)
    return "name" if is_token or _names_secret(name, value) else None


def _names_secret(name: str, value: Any) -> bool:
    # Longer ones are refused in a declaration, and a pattern would be tried on them for ever.
    end = name[-contract.NAME_END :]
    if name in contract.NEVER_SECRET or NOT_SECRET.search(end):
        return False
    return not isinstance(value, dict) and SECRET_NAME.search(HUMP.sub("_", end)) is not None


def _looks_secret(text: str) -> bool:
    return KEY.match(text) is not None or KEY_WITHIN.search(text) is not None


def _is_no_secret(name: str, text: str, path: tuple[str, ...]) -> bool:
    """Whether a text is what a declaration may have written out under a secret's name."""
    return (
        _wholly(contract.SCHEMED_REFERENCE, text.strip())
        or _is_placeholder(name, text)
        or (POINTER_NAME.search(name) is not None and _wholly(contract.POINTER, text))
        or (name.lower().endswith("public_key") and _wholly(contract.PUBLIC_VALUE, text))
        or ("model_info" in path and OWN_KEY.fullmatch(name) is not None and _wholly(contract.PLAIN_VALUE, text))
    )


def _is_placeholder(name: str, text: str) -> bool:
    if len(text) > LONGEST_PLACEHOLDER or not PLACEHOLDER_NAME.search(name.replace("-", "_")):
        return False
    return _wholly(contract.PLACEHOLDER, text) or _wholly(contract.COUNTED, text)


def _is_harmless_header(name: str, value: Any) -> bool:
    if _wholly(contract.HARMLESS_HEADER, name):
        return True
    if SECRET_HEADER.search(name):
        return name == "litellm_user_api_key"
    return PLAIN_HEADER.search(name) is not None and _wholly(contract.PLAIN_VALUE, str(value))


def _wholly(form: str, text: str) -> bool:
    return re.fullmatch(form, text, re.IGNORECASE) is not None

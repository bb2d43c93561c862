"""Takes secrets out of what leaves the host: values out of log lines, literals out of a parsed configuration."""

import re
from collections.abc import Callable, Iterable
from typing import Any

# Shorter values turn up inside ordinary words.
SHORTEST = 6
REFERENCE = "os.environ/"
SECRET_NAME = re.compile(
    r"(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|connection_string)s?$",
    re.IGNORECASE,
)
# These end in a secret's word and hold none.
# `apiKey` is named as `api_key` is.
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOT_SECRET = re.compile(
    r"(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$"
    r"|^(cost|model)_key$|_per_token$|header_key$|user_header_name$",
    re.IGNORECASE,
)

# A parameter of a URL, and what it holds.
IN_QUERY = re.compile(r"(?<=[?&])([\w.-]+)=([^&#\s]+)")
# A number of fewer digits under a secret's name is a limit or a switch.
SMALLEST = 1000

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
    if secret and isinstance(node, int | float) and not isinstance(node, bool) and abs(node) >= SMALLEST:
        return {"fingerprint": fingerprint(str(node))}
    if not isinstance(node, str) or node.startswith(REFERENCE):
        return node
    if secret or _looks_secret(node):
        return {"fingerprint": fingerprint(node)}
    if "://" in node:
        node = IN_QUERY.sub(
            lambda found: f"{found[1]}=fingerprint-{fingerprint(found[2])}" if _names_secret(found[1], found[2]) else found[0], node
        )
    return re.sub(
        r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)",
        lambda found: f"{found[1]}:fingerprint-{fingerprint(found[2])}",
        node,
    )


def _names_secret(name: str, value: Any) -> bool:
    if NOT_SECRET.search(name[-200:]) or name in ("environment_variables", "keys"):
        return False
    # Whoever writes headers or environment variables by hand writes secrets there.
    if isinstance(value, dict):
        return name in ("extra_headers", "headers", "default_headers")
    # Longer ones are refused in a declaration, and a pattern would be tried on them for ever.
    return SECRET_NAME.search(HUMP.sub("_", name[-200:])) is not None


def _looks_secret(text: str) -> bool:
    # Eight characters after the mark, as in the toolkit's own list: `sk-team` is a name.
    return re.match(r"(sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\S{8}|-----BEGIN ", text) is not None

"""Files of NAME=value lines: written here and read here, so that what was written is what is read, whatever a value holds.

A line ends at a line feed and at nothing else, as it does for the shell in the container that reads the same file. What Python
takes for the end of a line besides that (U+0085, U+2028, a vertical tab and more) is part of a value.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from agent import contract
from agent.base.refusal import Refused

NAME = re.compile(contract.VARIABLE)


def text(values: Mapping[str, str]) -> str:
    """The file's content. Refuses what it cannot hold."""
    return "".join(f"{name}={_held(name, value)}\n" for name, value in values.items())


def parse(content: bytes | str) -> dict[str, str]:
    whole = content.decode() if isinstance(content, bytes) else content
    return dict(line.split("=", 1) for line in whole.split("\n") if "=" in line)


def read(path: Path) -> dict[str, str]:
    """Nothing when there is no such file."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return {}


def one_line(name: str, value: str) -> str:
    """The value as it is in the file, which keeps one line each. JSON is put on one line; other texts are refused."""
    if not NAME.fullmatch(name):
        raise Refused("env-name", f"{name!r} cannot be the name of an environment variable.")
    stripped = value.strip()
    if "\0" in stripped:
        raise Refused("env-value", f"The value of {name} holds a zero byte.")
    if "\n" not in stripped and "\r" not in stripped:
        return stripped
    try:
        return json.dumps(json.loads(stripped), separators=(",", ":"))
    except ValueError:
        raise Refused(
            "env-value",
            f"The value of {name} has several lines, and an environment file keeps one. JSON would be put on one line; "
            "for anything else give it as base64 or in a form without line breaks.",
        ) from None


def _held(name: str, value: str) -> str:
    """What comes here went through `one_line`, or was made by the host: anything else is a bug that must not become a second variable."""
    if not NAME.fullmatch(name) or any(end in value for end in "\n\r\0"):
        raise Refused("env-value", f"The value of {name!r} does not fit in one line of an environment file.")
    return value

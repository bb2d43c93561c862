"""The host's own record of who changed what, one JSON line each.

Each line ends with a hash over itself and the line before. Anyone who becomes root can write the whole file again; so the last link goes
into the log of each run too, which lies elsewhere, and into each backup.
"""

import hashlib
import json
import re
from typing import Any

from agent.base import durable, login
from agent.base.clock import now
from agent.base.events import note
from agent.base.paths import AUDIT_LOG, RUNTIME

Document = dict[str, Any]

LOCK = RUNTIME / "audit.lock"
CHAINED = re.compile(rb'(\{.*), "chain": "([0-9a-f]{64})"\}')


def record(run: str, what: str, **details: Any) -> None:
    """Adds one line; call it when the change is made, with names and counts, never values.

    `who` is what the runner says of itself. `login` is what sshd knows: the account and the key that logged in; null when nobody did,
    as for what the host does automatically.
    """
    durable.folder(AUDIT_LOG.parent, 0o700)
    line = {"time": now().isoformat(), "who": run, "login": login.current(), "what": what} | details
    with durable.locked(LOCK):
        text = _content()
        count, _, link = _walk(text)
        # What was cut off by a loss of power stays a line of its own.
        torn = "" if not text or text.endswith(b"\n") else "\n"
        body = json.dumps(line)
        link = _next(link, body.encode())
        durable.append_line(AUDIT_LOG, f'{torn}{body[:-1]}, "chain": "{link}"}}')
    note("audit", f"{what} is line {count + 1} of audit.log, chain {link[:16]}")


def gather() -> Document:
    """{lines, broken, link}: the number of the first line that does not follow from the ones before it, or null, and the last link."""
    count, broken, link = _walk(_content())
    return {"lines": count, "broken": broken, "link": link[:16]}


def _content() -> bytes:
    try:
        return AUDIT_LOG.read_bytes()
    except FileNotFoundError:
        return b""


def _walk(text: bytes) -> tuple[int, int | None, str]:
    """How many lines there are, the first one that is wrong, and the link that the next one follows from.

    Lines of earlier versions have no link. They come first, and the first link is over all of them.
    """
    lines = text.split(b"\n")[:-1] if text.endswith(b"\n") else text.split(b"\n") if text else []
    link = ""
    chained = False
    before = hashlib.sha256()
    broken: int | None = None
    for number, line in enumerate(lines, 1):
        found = CHAINED.fullmatch(line)
        if found is None:
            before.update(line + b"\n")
            # A line that was being written when the power went is no JSON; one that is was put there by somebody else.
            if chained and broken is None and _is_whole(line):
                broken = number
            continue
        if not chained:
            link = before.hexdigest()
            chained = True
        expected = _next(link, found[1] + b"}")
        link = found[2].decode()
        if link != expected and broken is None:
            broken = number
    return len(lines), broken, link if chained else before.hexdigest()


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
        return True
    except ValueError:
        return False


def _next(link: str, body: bytes) -> str:
    return hashlib.sha256(link.encode() + b"\n" + body).hexdigest()

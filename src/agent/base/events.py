"""What the agent says: progress as it happens, then one result or one error, each a JSON line."""

import contextlib
import errno
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from agent.base.process import DatabaseGone, DatabaseRefused, NotPrepared
from agent.base.refusal import Refused, database_gone, disk_full

Writer = Callable[[dict[str, Any]], None]


def _to_stdout(document: dict[str, Any]) -> None:
    try:
        line = json.dumps(document, default=str, separators=(",", ":"), allow_nan=False) + "\n"
    except ValueError:
        # PostgreSQL's numbers may be NaN or infinite, which JSON cannot say.
        line = json.dumps(_finite(document), default=str, separators=(",", ":")) + "\n"
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except OSError:
        # The runner is gone. The work continues; standard output must not raise again when the interpreter ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end


def _finite(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_finite(item) for item in node]
    return None if isinstance(node, float) and not math.isfinite(node) else node


_writer: Writer = _to_stdout


def write_to(writer: Writer) -> None:
    """Sends everything said from now on to `writer`: the rollout's own unit writes a journal instead of standard output."""
    global _writer  # noqa: PLW0603 - one for the process, as standard output is
    _writer = writer


def say(document: dict[str, Any]) -> None:
    _writer(document)


def note(name: str, detail: str) -> None:
    """A line of progress inside a step."""
    say({"event": "note", "name": name, "detail": detail})


class Step:
    """Lets the work inside say what it did; the text is shown when the step is done."""

    detail: str | None = None


@contextlib.contextmanager
def step(name: str) -> Iterator[Step]:
    """Reports start, end and seconds of one step; an exception is reported as its failure and passed on."""
    begun = time.monotonic()
    this = Step()
    say({"event": "step", "name": name, "state": "start"})
    try:
        yield this
    except BaseException as failure:
        say(_ended(name, "fail", begun, _first_line(str(failure))))
        raise
    say(_ended(name, "done", begun, this.detail))


def _ended(name: str, state: str, begun: float, detail: str | None) -> dict[str, Any]:
    seconds = round(time.monotonic() - begun, 3)
    document = {"event": "step", "name": name, "state": state, "seconds": seconds}
    return document if detail is None else document | {"detail": detail}


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0][:300]


def answer(main: Callable[[Any], Any], given: Any) -> int:
    """Runs `main` and says how it ended. An unexpected exception is answered too, with its traceback as log."""
    try:
        say({"result": main(given)})
        return 0
    except Refused as refused:
        say({"error": refused.document()})
    except DatabaseGone as gone:
        say({"error": database_gone(gone.output).document()})
    except DatabaseRefused as refused:
        say({"error": Refused("database", str(refused), refused.output).document()})
    except NotPrepared as old:
        say({"error": Refused("not-prepared", str(old)).document()})
    except Exception as failure:  # noqa: BLE001 - whatever it is, it must be answered
        if isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT):
            say({"error": disk_full(failure.filename or "a file").document()})
            return 1
        # Only file, line and exception: frames' values could be secrets and are never formatted.
        log = traceback.format_exc().strip().split("\n")[-20:]
        say(
            {
                "error": {
                    "code": "bug",
                    "message": f"{type(failure).__name__}: {failure}",
                    "log": log,
                    "data": {},
                }
            }
        )
    return 1

"""Runs one program of the agent from the modules that came on standard input; nothing is installed on the host.

The command line holds only `exec(...)` of this file's text, so no argument list ever carries a value. The request is one
JSON line: {"modules": {name: source}, "main": program, "input": {...}}, or the input in a line of its own, which may come when
the program has long been loaded. The answer is JSON lines, see `agent.base.events`.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
from types import ModuleType
from typing import Any

PACKAGE = "agent"


class StreamedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `agent.PACKAGE.NAME` among the sources of the request, by "PACKAGE.NAME"."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources
        parents = [name.rpartition(".")[0] for name in sources if not name.endswith(".json")]
        self.packages = {"", *parents, *(parent.partition(".")[0] for parent in parents)}

    def find_spec(self, fullname: str, _path: Any = None, _target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        package, _, name = fullname.partition(".")
        if package != PACKAGE:
            return None
        if name in self.packages:
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        return importlib.util.spec_from_loader(fullname, self) if name in self.sources else None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__.partition(".")[2]
        if name == "":
            module.__dict__["SOURCES"] = self.sources
        elif name not in self.packages:
            text = self.sources[name]
            exec(compile(text, f"{name.replace('.', '/')}.py", "exec"), module.__dict__)  # noqa: S102 - what the loader is for


def start(request: dict[str, Any], by: Any = "runner") -> int:
    """Runs the program `main`, which `by` must be allowed to start; the exit code is 0 when it answered a result."""
    # Files are private unless a mode is given: what the agent writes holds keys more often than not.
    os.umask(0o077)
    # The runner may vanish at any time. What was begun is brought to its end: every step is safe to finish alone.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.meta_path.insert(0, StreamedModules(request["modules"]))
    from agent import programs  # noqa: PLC0415 - found from here on
    from agent.base import events  # noqa: PLC0415

    program = programs.load(request["main"], by)
    if "input" in request:
        return events.answer(program.main, request["input"])
    # Who is asked later may use the time.
    return events.answer(program.ahead, asked) if hasattr(program, "ahead") else events.answer(program.main, asked())


def asked() -> Any:
    line = sys.stdin.buffer.readline()
    if not line:
        # Who began it has gone without asking anything.
        raise SystemExit(0)
    return json.loads(line)

"""Runs one program of the agent from the modules that came on standard input; nothing is installed on the host.

The command line holds only `exec(...)` of this file's text, so no argument list ever carries a value. The request is one
JSON line: {"modules": {name: source}, "main": name, "input": {...}}, or the input in a line of its own, which may come when
the program has long been loaded. The answer is JSON lines, see `agent.output`.
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
    """Finds `agent.NAME` among the sources of the request."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = sources

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == PACKAGE:
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        package, _, name = fullname.partition(".")
        if package == PACKAGE and name in self.sources:
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == PACKAGE:
            module.__dict__["SOURCES"] = self.sources
            return
        name = module.__name__.partition(".")[2]
        exec(compile(self.sources[name], f"{name}.py", "exec"), module.__dict__)


def start(request: dict[str, Any]) -> int:
    """Runs `main` of the module named in the request; the exit code is 0 when it answered a result."""
    # Files are private unless a mode is given: what the agent writes holds keys more often than not.
    os.umask(0o077)
    # The runner may vanish at any time. What was begun is brought to its end: every step is safe to finish alone.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.meta_path.insert(0, StreamedModules(request["modules"]))
    output = importlib.import_module(f"{PACKAGE}.output")
    program = importlib.import_module(f"{PACKAGE}.{request['main']}")
    if "input" in request:
        return output.answer(program.main, request["input"])
    # Who is asked later may use the time.
    return output.answer(program.ahead, asked) if hasattr(program, "ahead") else output.answer(program.main, asked())


def asked() -> Any:
    line = sys.stdin.buffer.readline()
    if not line:
        # Who began it has gone without asking anything.
        raise SystemExit(0)
    return json.loads(line)

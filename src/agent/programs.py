"""The programs of this folder and who may start each, by name, as programs.json has them: the one place that says so.

What runs here was sent by somebody who needs a part of it. So the table that came along holds only the programs that this part
can start, each with the names of its modules.
"""

import importlib
import json
from types import ModuleType
from typing import Literal, TypedDict

import agent

Caller = Literal["runner", "read-only key", "command line", "unit", "job", "image"]
TABLE_NAME = "programs.json"


class Program(TypedDict):
    """`module` is below `agent`; `starts` names the programs that it starts as units or jobs; `modules` is what it is made of."""

    module: str
    by: list[Caller]
    starts: list[str]
    modules: list[str]


TABLE: dict[str, Program] = json.loads(agent.SOURCES[TABLE_NAME])


def load(name: str, by: Caller) -> ModuleType:
    """The module of a program that `by` may start."""
    program = TABLE.get(name)
    if program is None or by not in program["by"]:
        raise LookupError(f"There is no program {name!r} for the {by}; see src/agent/{TABLE_NAME}.")
    return importlib.import_module(f"agent.{program['module']}")


def sources(*names: str) -> dict[str, str]:
    """All that these programs need to run on their own, in the form that the loader takes."""
    wanted = _with_started(names)
    modules = sorted({module for name in wanted for module in TABLE[name]["modules"]})
    table = {name: TABLE[name] for name in wanted}
    return {module: agent.SOURCES[module] for module in modules} | {TABLE_NAME: json.dumps(table)}


def _with_started(names: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys(names))
    for name in found:
        found.extend(one for one in TABLE[name]["starts"] if one not in found)
    return found

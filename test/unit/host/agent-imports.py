"""Prints what the modules below src/agent import of each other, as Python reads it: {module: {"imports": [...], "units": [...]}}.

`imports` has those of functions too, and what is taken as text by `SOURCES["..."]`; `units` the programs that it starts as units.
"""

import ast
import json
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


modules = {name_of(path): ast.parse(path.read_text()) for path in ROOT.rglob("*.py") if path.name != "__init__.py"}


def read_when_it_runs(tree):
    """All nodes but those that only mypy reads."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from read_when_it_runs(node)


def imports_of(tree):
    for node in read_when_it_runs(tree):
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("agent.") for alias in node.names), "write `from agent… import …`"
        elif isinstance(node, ast.ImportFrom) and (node.level > 0 or (node.module or "").split(".")[0] == "agent"):
            assert node.level == 0, "write `from agent… import …`"
            module = node.module.partition(".")[2]
            names = [alias.name if module == "" else f"{module}.{alias.name}" for alias in node.names]
            yield from [module] if module in modules else names
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and ast.unparse(node.value).endswith("SOURCES"):
            yield node.slice.value


def units_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "jobs.start":
            yield node.args[1].value


print(json.dumps({name: {"imports": sorted(set(imports_of(tree))), "units": [*units_of(tree)]} for name, tree in modules.items()}))

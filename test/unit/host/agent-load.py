"""Reads {program: modules} and loads each program from nothing but the modules that it gets; prints how many it loaded.

As on a host that deploy has not seen: without root's rights and without python3-yaml.
"""

import builtins
import functools
import importlib
import json
import sys

sys.modules["yaml"] = None
# Most modules are part of most programs.
builtins.compile = functools.cache(builtins.compile)
given = json.load(sys.stdin)
for program, modules in given.items():
    loader = {"__name__": "loader"}
    exec(modules["loader"], loader)
    finder = loader["StreamedModules"](modules)
    sys.meta_path.insert(0, finder)
    programs = importlib.import_module("agent.programs")
    importlib.import_module("agent.base.events")
    for name, entry in programs.TABLE.items():
        importlib.import_module(f"agent.{entry['module']}")
        if entry["by"] == ["unit"]:
            continue
        handed_on = programs.sources(name, *entry["starts"])
        assert handed_on.keys() <= modules.keys(), (program, name, handed_on.keys() - modules.keys())
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "agent"]:
        del sys.modules[name]
print(len(given))

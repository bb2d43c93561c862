"""Answers one script after another, each in a process of its own: a fork of this one, which has started Python already.

The first line of the input is {name: source} of the agent's modules, every further one {"script": source, "input": …}. For
each of those one line is answered: what the script's process printed, as a JSON text.
"""

import builtins
import gc
import importlib
import json
import os
import sys

modules = json.loads(sys.stdin.buffer.readline())
names = [name for name in modules if not name.endswith(".json")]
compiled = {modules[name]: compile(modules[name], f"{name.replace('.', '/')}.py", "exec") for name in names}
compile_anew = builtins.compile
# Sixty modules take longer to compile than most scripts to run.
builtins.compile = lambda source, *more, **named: compiled.get(source) or compile_anew(source, *more, **named)


def load_once():
    """Leaves behind what the modules import and the patterns they compile; they themselves are each process's own."""
    loader = {"__name__": "loader"}
    exec(modules["loader"], loader)
    finder = loader["StreamedModules"](modules)
    sys.meta_path.insert(0, finder)
    for name in names:
        importlib.import_module(f"agent.{name}")
    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "agent"]:
        del sys.modules[name]


load_once()
gc.collect()
gc.freeze()
for line in sys.stdin.buffer:
    answers, printed = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers)
        os.dup2(printed, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        request = json.loads(line)
        loader = {"__name__": "loader"}
        exec(modules["loader"], loader)
        whole = {"modules": modules | {"script": request["script"]}, "main": "script", "input": request["input"]}
        sys.exit(loader["start"](whole))
    os.close(printed)
    with os.fdopen(answers, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    sys.stdout.write(json.dumps(text) + "\n")
    sys.stdout.flush()

"""Calls functions of the agent, from the modules that are sent to a host.

Reads {"modules": {name: source}, "calls": [[name below `agent`, argument, …], …]}; without arguments it is a constant that is read.
Prints [{"value": …} or {"refused": "code: message"}, …].
"""

import importlib
import json
import sys

request = json.load(sys.stdin)
loader = {"__name__": "loader"}
exec(request["modules"]["loader"], loader)
sys.meta_path.insert(0, loader["StreamedModules"](request["modules"]))
refusal = importlib.import_module("agent.base.refusal")


def outcome(name, *arguments):
    module, _, attribute = f"agent.{name}".rpartition(".")
    found = getattr(importlib.import_module(module), attribute)
    try:
        return {"value": found(*arguments) if arguments else found}
    except refusal.Refused as refused:
        return {"refused": f"{refused.code}: {refused.message}"}


# A set comes as a list, in its order.
print(json.dumps([outcome(*call) for call in request["calls"]], default=sorted))

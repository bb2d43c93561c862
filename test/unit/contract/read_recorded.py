"""Reads recorded questions and answers by the generated TypedDicts, and prints what of them is of no type: {file: [where and why]}."""

import json
import sys
import types
from pathlib import Path
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from agent import contract_types  # noqa: E402

PLAIN = {str: str, int: int, float: (int, float), bool: bool, type(None): type(None)}


def flaws(value: Any, kind: Any, where: str) -> list[str]:
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return []
    if origin in (NotRequired, Required):
        return flaws(value, parts[0], where)
    if origin in (Union, types.UnionType):
        tried = [flaws(value, part, where) for part in parts]
        return min(tried, key=len) if all(tried) else []
    if origin is Literal:
        return [] if any(value == one and type(value) is type(one) for one in parts) else [f"{where}: {value!r} is none of {parts}"]
    if is_typeddict(kind):
        if not isinstance(value, dict):
            return [f"{where}: no object"]
        hints = get_type_hints(kind, include_extras=True)
        found = [f"{where}.{key}: missing" for key in kind.__required_keys__ - value.keys()]
        found += [f"{where}.{key}: not in the contract" for key in value.keys() - hints.keys()]
        return found + [flaw for key in value.keys() & hints.keys() for flaw in flaws(value[key], hints[key], f"{where}.{key}")]
    if origin is list:
        return [flaw for item in value for flaw in flaws(item, parts[0], f"{where}[]")] if isinstance(value, list) else [f"{where}: no list"]
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(parts):
            return [f"{where}: no list of {len(parts)}"]
        return [flaw for item, part in zip(value, parts, strict=True) for flaw in flaws(item, part, f"{where}[]")]
    if origin is dict:
        return [flaw for key, item in value.items() for flaw in flaws(item, parts[1], f"{where}.{key}")] if isinstance(value, dict) else [where]
    right = isinstance(value, PLAIN[kind]) and (kind is bool or not isinstance(value, bool))
    return [] if right else [f"{where}: {value!r} is no {kind.__name__}"]


found = {}
for path in sorted(Path(sys.argv[2]).iterdir()):
    recorded = json.loads(path.read_text(encoding="utf-8"))
    names = contract_types.PROGRAMS[recorded["program"]]
    wrong = flaws(recorded["question"], getattr(contract_types, names[0]), "question")
    if "result" in recorded["answer"]:
        wrong += flaws(recorded["answer"]["result"], getattr(contract_types, names[1]), "answer")
    found[path.name] = wrong
print(json.dumps(found))

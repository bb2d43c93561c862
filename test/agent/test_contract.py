"""What was recorded on a lab host is of the shapes that the contract generates for Python; test/unit/contract reads the same files."""

import importlib
import json
import types
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from agent import contract_types, programs

RECORDED = sorted((Path(__file__).parents[1] / "contract/recorded").glob("*.json"))


def flaws(value: Any, kind: Any, where: str) -> list[str]:
    """Where a value is not of a type, and why; nothing when it is."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return []
    if origin is NotRequired:
        return flaws(value, parts[0], where)
    if origin in (Union, types.UnionType):
        tried = [flaws(value, part, where) for part in parts]
        return min(tried, key=len) if all(tried) else []
    if origin is Literal:
        return [] if any(value == one and type(value) is type(one) for one in parts) else [f"{where}: {value!r} is none of {parts}"]
    if is_typeddict(kind):
        return _object_flaws(value, kind, where)
    if origin in (list, tuple):
        return _list_flaws(value, list(parts) if origin is tuple else None, parts[0], where)
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{where}: no object"]
        return [flaw for key, item in value.items() for flaw in flaws(item, parts[1], f"{where}.{key}")]
    wanted = (int, float) if kind is float else kind
    right = isinstance(value, wanted) and (kind is bool or not isinstance(value, bool))
    return [] if right else [f"{where}: {value!r} is no {kind.__name__}"]


def _object_flaws(value: Any, kind: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    hints = get_type_hints(kind, include_extras=True)
    found = [f"{where}.{key}: missing" for key in kind.__required_keys__ - value.keys()]
    found += [f"{where}.{key}: not in the contract" for key in value.keys() - hints.keys()]
    return found + [flaw for key in value.keys() & hints.keys() for flaw in flaws(value[key], hints[key], f"{where}.{key}")]


def _list_flaws(value: Any, kinds: list[Any] | None, kind: Any, where: str) -> list[str]:
    if not isinstance(value, list) or (kinds is not None and len(value) != len(kinds)):
        return [f"{where}: no list, or of another length"]
    each = kinds or [kind] * len(value)
    return [flaw for item, one in zip(value, each, strict=True) for flaw in flaws(item, one, f"{where}[]")]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_question_and_answer_are_of_the_contract(path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    question, answer = (getattr(contract_types, name) for name in contract_types.PROGRAMS[recorded["program"]])
    assert flaws(recorded["question"], question, "question") == []
    if "result" in recorded["answer"]:
        assert flaws(recorded["answer"]["result"], answer, "answer") == []
    else:
        assert flaws(recorded["answer"]["error"]["code"], contract_types.ErrorCode, "code") == []


def test_what_is_of_another_shape_is_found() -> None:
    assert flaws({"masterKey": 1}, contract_types.MasterKeyAnswer, "answer") == ["answer.masterKey: 1 is no str"]
    assert flaws({"done": [], "more": 1}, contract_types.AutofixAnswer, "a") == ["a.failed: missing", "a.more: not in the contract"]


@pytest.mark.parametrize(("name", "shapes"), contract_types.PROGRAMS.items())
def test_program_reads_its_question_and_gives_its_answer_by_the_types_of_the_contract(name: str, shapes: tuple[str, str]) -> None:
    module = importlib.import_module(f"agent.{programs.TABLE[name]['module']}")
    # What a unit runs is `work`.
    typed = [getattr(module, work).__annotations__ for work in ("main", "work") if hasattr(module, work)]
    assert typed
    assert typed == [dict(zip(("given", "return"), shapes, strict=True))] * len(typed)

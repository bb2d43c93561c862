import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent import contract

AGENT = Path(contract.__file__).parent


def begun(source: str, asked: str) -> str:
    """What a program prints that a runner begins before its input is there; `asked` is all that comes then."""
    paths = [path.relative_to(AGENT).with_suffix("") for path in AGENT.rglob("*.py") if path.name != "__init__.py"]
    modules = {".".join(path.parts): (AGENT / path).with_suffix(".py").read_text() for path in paths}
    table = {"script": {"module": "script", "by": ["runner"], "starts": [], "modules": ["script"]}}
    request = {"modules": {**modules, "programs.json": json.dumps(table), "script": source}, "main": "script"}
    answered: str = subprocess.run(
        [sys.executable, "-I", "-B", "-c", contract.BOOTSTRAP],
        input=f"{json.dumps(request)}\n{asked}",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return answered


def test_program_takes_its_input_from_a_line_of_its_own() -> None:
    assert begun('def main(given): return given["a"]', '{"a": 1}\n') == '{"result":1}\n'


def test_program_works_ahead_of_its_input_where_it_can() -> None:
    source = """
order = []
def ahead(asked):
    order.append("ahead")
    return [*order, asked()]
def main(given): return "late"
"""
    assert begun(source, "{}\n") == '{"result":["ahead",{}]}\n'


@pytest.mark.parametrize("source", ["def main(given): return 1", "def ahead(asked): return asked()"])
def test_program_ends_in_silence_when_nobody_asks(source: str) -> None:
    assert begun(source, "") == ""

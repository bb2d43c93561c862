import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.base import audit, login


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The record of changes, while somebody is logged in."""
    monkeypatch.setattr(audit, "AUDIT_LOG", tmp_path / "audit.log")
    monkeypatch.setattr(audit, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(login, "current", lambda: {"user": "debian", "from": "192.0.2.1", "key": "SHA256:abc"})
    return tmp_path / "audit.log"


def record(count: int) -> None:
    for number in range(count):
        audit.record("a run", "deploy", changed=['é "x"', number])


def lines(log: Path) -> list[str]:
    return log.read_text().split("\n")[:-1]


def test_record_is_a_chain_whose_last_link_every_run_reports(log: Path, details: Callable[[], list[str]]) -> None:
    record(3)
    seen = audit.gather()
    assert (seen["lines"], seen["broken"]) == (3, None)
    assert re.fullmatch("[0-9a-f]{16}", seen["link"])
    assert details()[2] == f"deploy is line 3 of audit.log, chain {seen['link']}"
    first = json.loads(lines(log)[0])
    assert {name: first[name] for name in ("who", "login", "what", "changed")} == {
        "who": "a run",
        "login": {"user": "debian", "from": "192.0.2.1", "key": "SHA256:abc"},
        "what": "deploy",
        "changed": ['é "x"', 0],
    }
    record(1)
    assert "line 4" in details()[3]
    seen = audit.gather()
    assert (seen["lines"], seen["broken"]) == (4, None)


@pytest.mark.parametrize(
    ("forge", "broken"),
    [
        pytest.param(lambda text: [text[0], text[1].replace("a run", "b run"), *text[2:]], 2, id="a changed word"),
        pytest.param(lambda text: [*text[:2], re.sub('"chain": ".', '"chain": "g', text[2]), *text[3:]], 3, id="a changed link"),
        pytest.param(lambda text: [text[0], *text[2:]], 2, id="a removed line"),
        pytest.param(lambda text: text[1:], 1, id="the first line removed"),
        pytest.param(lambda text: [text[0], text[2], text[1], *text[3:]], 2, id="two lines exchanged"),
        pytest.param(lambda text: [*text[:2], '{"who": "nobody", "what": "deploy"}', *text[2:]], 3, id="an added line without a link"),
    ],
)
def test_forged_record_is_reported_with_its_line(forge: Callable[[list[str]], list[str]], broken: int, log: Path, said: list[Any]) -> None:
    record(5)
    log.write_text("".join(f"{line}\n" for line in forge(lines(log))))
    assert audit.gather()["broken"] == broken
    record(1)
    assert audit.gather()["broken"] == broken, "hidden by a line that came after it"


def test_record_goes_on_after_the_lines_of_an_earlier_version_and_covers_them(log: Path, said: list[Any]) -> None:
    log.write_text('{"time": "t", "who": "a", "what": "deploy"}\n{"time": "t", "who": "b", "what": "rollout"}\n')
    assert {"lines": 2, "broken": None}.items() <= audit.gather().items()
    record(2)
    assert {"lines": 4, "broken": None}.items() <= audit.gather().items()
    log.write_text(log.read_text().replace('"who": "a"', '"who": "c"'))
    assert audit.gather()["broken"] == 3


def test_record_goes_on_after_a_line_that_was_cut_off_by_a_loss_of_power(log: Path, said: list[Any]) -> None:
    record(2)
    with log.open("a") as file:
        file.write('{"time": "2026-11-2')
    record(1)
    assert len(lines(log)) == 4
    assert {"lines": 4, "broken": None}.items() <= audit.gather().items()


def test_record_is_empty_before_the_first_change() -> None:
    assert {"lines": 0, "broken": None}.items() <= audit.gather().items()

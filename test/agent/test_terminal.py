"""The command on the host, as a timer and as a person start it."""

from typing import Any

import pytest

from agent import terminal
from agent.base import job_unit
from agent.base.refusal import Refused
from agent.contract_types import ErrorCode


def _refuse(monkeypatch: pytest.MonkeyPatch, code: ErrorCode) -> None:
    def refused(given: Any) -> Any:
        raise Refused(code, "Refused.")

    monkeypatch.setattr(job_unit, "main", refused)


def test_a_proof_before_the_first_backup_is_no_failure_of_its_timer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _refuse(monkeypatch, "no-backup")
    assert terminal.main({"argv": ["verify", "--scheduled"]}) is None
    assert capsys.readouterr().out == "There is no backup to prove yet.\n"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["verify"], "no-backup"),
        (["verify", "--scheduled"], "backup-password"),
        (["backup", "--scheduled"], "no-backup"),
    ],
)
def test_any_other_refusal_is_a_failure(monkeypatch: pytest.MonkeyPatch, argv: list[str], code: ErrorCode) -> None:
    _refuse(monkeypatch, code)
    with pytest.raises(Refused):
        terminal.main({"argv": argv})

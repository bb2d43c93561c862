import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.system import account


class Host:
    """A host with or without the account, and what was asked of systemd there."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_account = False
        self.asked: list[Any] = []
        self.drop_in = folder / "user-994.slice.d/litellm-gitops.conf"
        monkeypatch.setattr(account, "SYSTEMD", folder)
        monkeypatch.setattr(account, "pwd", SimpleNamespace(getpwnam=self._getpwnam))
        monkeypatch.setattr(account, "run", self._make)
        monkeypatch.setattr(account, "units", SimpleNamespace(reload_definitions=lambda: self.asked.append("reload")))
        pending_restarts = SimpleNamespace(note_for=self.asked.append, done=lambda *_: None)
        monkeypatch.setattr(account, "pending_restarts", pending_restarts)

    def _getpwnam(self, name: str) -> SimpleNamespace:
        if not self.has_account:
            raise KeyError(name)
        return SimpleNamespace(pw_uid=994)

    def _make(self, *_: str) -> None:
        self.has_account = True


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("was_there", "done"),
    [
        pytest.param(False, ["account litellm-plan made", "account litellm-plan limited"], id="new"),
        pytest.param(True, ["account litellm-plan limited"], id="made by an earlier version"),
    ],
)
def test_account_of_the_read_only_key_gets_its_limits(was_there: bool, done: list[str], host: Host) -> None:
    host.has_account = was_there
    assert account.missing() == ["litellm-plan"]
    assert account.make_missing() == done
    assert account.missing() == []
    assert account.make_missing() == []
    assert host.asked == [[str(host.drop_in)], "reload"]


def test_limits_of_the_account_are_placed_with_the_other_files(files: Path) -> None:
    assert re.search(r"^\[Slice\]\nMemoryMax=", (files / "plan-key/account.conf").read_text(), re.MULTILINE)

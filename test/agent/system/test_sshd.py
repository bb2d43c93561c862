import os
from collections.abc import Callable
from pathlib import Path

import pytest
from refusals import refuses

from agent.base.process import CommandFailed
from agent.system import sshd

RELOAD = "systemctl try-reload-or-restart"


class Host:
    """An sshd that takes every configuration but those that fail, and goes by ours unless `effect` says otherwise."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails: list[str] = []
        self.effect = "port 22\nmaxsessions 1\n"
        self.ran: list[str] = []
        self.runtime = folder
        monkeypatch.setattr(sshd, "RUNTIME", folder)
        monkeypatch.setattr(sshd, "run", self._run)

    def _run(self, *argv: str) -> str:
        command = " ".join(argv[:2])
        self.ran.append(command)
        if command in self.fails:
            raise CommandFailed(argv, "exited 255", "/etc/ssh/sshd_config: line 3: Bad configuration option: Foo", 255)
        return self.effect if argv[1] == "-T" else ""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def test_configuration_is_checked_before_it_is_placed_and_nothing_is_left(host: Host) -> None:
    sshd.check("Match User x\n")
    assert host.ran == ["sshd -t"]
    assert os.listdir(host.runtime) == []


def test_configuration_that_sshd_does_not_take_is_refused(host: Host) -> None:
    host.fails = ["sshd -t"]
    with refuses("sshd", "^sshd of this host does not accept .*Bad configuration option: Foo. Nothing was placed"):
        sshd.check("Match User x\n")
    assert os.listdir(host.runtime) == []


def test_configuration_is_taken_up_by_a_reload(host: Host, details: Callable[[], list[str]]) -> None:
    assert sshd.take_up()
    assert host.ran == ["sshd -t", RELOAD, "sshd -T"]
    assert details() == []


def test_sshd_is_not_reloaded_with_what_it_would_not_survive(host: Host, details: Callable[[], list[str]]) -> None:
    host.fails = ["sshd -t"]
    assert not sshd.take_up()
    assert host.ran == ["sshd -t"]
    [told] = details()
    assert "was not reloaded: " in told
    assert "Bad configuration option" in told


def test_configuration_without_effect_is_reported_with_the_reason(
    host: Host, monkeypatch: pytest.MonkeyPatch, details: Callable[[], list[str]]
) -> None:
    host.effect = "port 22\nmaxsessions 10\n"
    monkeypatch.setattr(sshd, "_why", lambda: "because")
    assert sshd.take_up()
    [told] = details()
    assert "does not use " in told
    assert "00-litellm-plan.conf: because" in told


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        pytest.param("Port 22\n#Include /etc/ssh/sshd_config.d/*.conf\n", "has no line `Include", id="no include"),
        pytest.param("Include /etc/ssh/sshd_config.d/*.conf\nMaxSessions 4\n", "another line that comes first", id="overruled"),
    ],
)
def test_reason_why_the_configuration_has_no_effect(
    configuration: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sshd_config"
    file.write_text(configuration)
    monkeypatch.setattr(sshd, "Path", lambda path: file)
    assert reason in sshd._why()

import os
import shutil
from pathlib import Path

import pytest
from refusals import refuses

from agent.base import process
from agent.system import sudoers

RULES = 'litellm-plan ALL=(root) NOPASSWD: NOSETENV: /usr/local/lib/litellm-gitops/observe ""'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sudoers, "RUNTIME", tmp_path)


def _settings(files: Path) -> set[str]:
    lines = (files / "plan-key/sudoers").read_text().splitlines()
    (defaults,) = [line for line in lines if line.startswith("Defaults")]
    return {setting.strip() for setting in defaults.partition(" ")[2].split(",")}


def test_rule_has_only_settings_that_sudo_rs_knows_too(files: Path) -> None:
    assert _settings(files) == {"env_reset", "!env_keep", "!env_check"}
    assert (files / "plan-key/sudoers").read_text().splitlines()[-1] == RULES


@pytest.mark.skipif(shutil.which("visudo") is None, reason="sudo is not installed here")
def test_sudo_itself_reads_the_rule(files: Path, tmp_path: Path) -> None:
    sudoers.check((files / "plan-key/sudoers").read_text())
    assert os.listdir(tmp_path) == []


def test_rule_that_visudo_does_not_read_is_refused_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visudo = tmp_path / "bin/visudo"
    visudo.parent.mkdir()
    visudo.write_text("#!/bin/sh\necho \"$3:2:35: syntax error: 'setenv' cannot be used in a boolean context\" >&2\nexit 1\n")
    visudo.chmod(0o755)
    monkeypatch.setitem(process.ENVIRONMENT, "PATH", f"{visudo.parent}:{os.environ['PATH']}")
    with refuses("sudoers", r"^sudo of this host does not accept /etc/sudoers.d/litellm-plan: .*'setenv' cannot.*Nothing was placed\.$"):
        sudoers.check("Defaults:litellm-plan !setenv\n")
    assert os.listdir(tmp_path) == ["bin"]


def test_host_without_visudo_gets_no_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(process.ENVIRONMENT, "PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with refuses("sudoers", "visudo"):
        sudoers.check(RULES)

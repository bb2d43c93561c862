import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.facts import secret_files


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("x")
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_secret_that_only_its_owner_can_read_is_fine(mode: int, secret: Path, owner: str) -> None:
    secret.chmod(mode)
    assert secret_files.judged(secret, owner) is None


def test_secret_that_others_can_read_is_reported_with_what_it_should_be(secret: Path, owner: str) -> None:
    secret.chmod(0o640)
    assert secret_files.judged(secret, owner) == {
        "path": str(secret),
        "mode": "0640",
        "owner": owner,
        "wantedMode": "0600",
        "wantedOwner": owner,
    }


def test_secret_of_another_owner_is_reported(secret: Path, owner: str) -> None:
    secret.chmod(0o600)
    wrong = secret_files.judged(secret, "daemon:daemon")
    assert wrong is not None
    assert (wrong["owner"], wrong["wantedOwner"]) == (owner, "daemon:daemon")


def test_missing_secret_is_reported_elsewhere(tmp_path: Path, owner: str) -> None:
    assert secret_files.judged(tmp_path / "none", owner) is None


@pytest.mark.parametrize(
    ("mode", "wanted"), [(0o640, None), (0o600, None), (0o660, "0640"), (0o644, "0640"), (0o650, "0640")], ids=lambda value: f"{value}"
)
def test_secret_of_a_service_may_be_open_to_its_group_and_to_nobody_else(
    mode: int, wanted: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = os.stat_result((0o100000 | mode, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    monkeypatch.setattr(secret_files, "os", SimpleNamespace(lstat=lambda path: status))
    monkeypatch.setattr(secret_files, "_name", lambda lookup, number: "root" if lookup is pwd.getpwuid else "redis")
    wrong = secret_files.judged(Path("/x"), "root:redis")
    assert (wrong and wrong["wantedMode"]) == wanted


def test_secrets_of_registry_and_certificate_are_among_those_that_are_looked_at() -> None:
    looked_at = {str(path): owner for path, owner in secret_files.secrets()}
    assert looked_at["/etc/litellm/registry.env"] == looked_at["/etc/litellm/certificate_values.json"] == "root:root"
    assert looked_at["/etc/caddy/litellm.pem"] == "root:caddy"

import os
from collections.abc import Iterator

import pytest

from agent.base import login

SESSION, DAEMON = 20, 10


def accepted(user: str, key: str) -> str:
    return f"Connection from 192.0.2.1 port 5\nAccepted publickey for {user} from 192.0.2.1 port 40022 ssh2: ED25519 SHA256:{key}\n"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, str]]:
    """What each sshd above this process wrote, by its process id."""
    written = {SESSION: "", DAEMON: ""}

    def journal(*argv: str, **_: object) -> str:
        return written[next(int(word.removeprefix("_PID=")) for word in argv if word.startswith("_PID="))]

    monkeypatch.setattr(login, "_ancestors", lambda: [SESSION, DAEMON])
    monkeypatch.setattr(login, "run", journal)
    login.current.cache_clear()
    yield written
    login.current.cache_clear()


@pytest.mark.parametrize("writer", [SESSION, DAEMON])
def test_login_is_what_sshd_wrote_last_of_this_connection(writer: int, logs: dict[int, str]) -> None:
    logs[writer] = accepted("root", "old") + accepted("debian", "Abc/+1")
    assert login.current() == {"user": "debian", "from": "192.0.2.1", "key": "SHA256:Abc/+1"}


def test_login_is_nobody_for_what_the_host_does_automatically(logs: dict[int, str]) -> None:
    assert login.current() is None


def test_no_sshd_is_found_above_what_systemd_started(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests may have logged in by sshd.
    monkeypatch.setattr(os, "getppid", lambda: 1)
    assert login._ancestors() == []

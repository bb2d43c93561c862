from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.base import lease

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks for the lease as the run of this name; answers who holds it, and from whom it was taken over."""
    monkeypatch.setattr(lease, "STATE", tmp_path)
    monkeypatch.setattr(lease, "LOCK", tmp_path / "lease.lock")
    monkeypatch.setattr(lease, "LEASE", tmp_path / "lease.json")

    def asked(run: str, action: str = "acquire", seconds: int = 60) -> dict[str, Any]:
        answer = lease.main({"action": action, "holder": f"h-{run}", "run": run, "ttlSeconds": seconds})
        return {name: (answer[name] or {}).get("run") for name in ("lease", "takenOver")}

    return asked


def test_lease_keeps_others_out_and_says_who_holds_it_until_when(ask: Ask) -> None:
    assert ask("a") == {"lease": "a", "takenOver": None}
    with refuses("busy", r"^h-a is working on this gateway \(a\), at the latest until 20\d\d-") as refused:
        ask("b")
    assert refused.value.data["lease"]["run"] == "a"


def test_lease_is_given_to_the_same_run_again(ask: Ask) -> None:
    answers = [ask("a"), ask("a"), ask("a", "renew")]
    assert answers == [{"lease": "a", "takenOver": None}] * 3


def test_expired_lease_is_taken_over_and_the_former_holder_notices(ask: Ask) -> None:
    ask("a", seconds=0)
    assert ask("b") == {"lease": "b", "takenOver": "a"}
    with refuses("busy") as refused:
        ask("a", "renew")
    assert refused.value.data["lease"]["run"] == "b"


def test_expired_lease_cannot_be_renewed(ask: Ask) -> None:
    ask("a", seconds=0)
    with refuses("lease-lost"):
        ask("a", "renew")


def test_lease_is_given_back_only_by_its_holder(ask: Ask) -> None:
    ask("a")
    ask("b", "release")
    with refuses("busy") as refused:
        ask("c")
    assert refused.value.data["lease"]["run"] == "a"
    ask("a", "release")
    assert ask("c") == {"lease": "c", "takenOver": None}

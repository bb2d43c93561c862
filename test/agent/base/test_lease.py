from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.base import applied, lease

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks for the lease as the run of this name; answers who holds it, and from whom it was taken over."""
    monkeypatch.setattr(lease, "STATE", tmp_path)
    monkeypatch.setattr(lease, "LOCK", tmp_path / "lease.lock")
    monkeypatch.setattr(lease, "LEASE", tmp_path / "lease.json")
    monkeypatch.setattr(applied, "APPLIED", tmp_path / "applied.json")

    def asked(run: str, action: str = "acquire", seconds: int = 60, **more: str) -> dict[str, Any]:
        question: Any = {"action": action, "holder": f"h-{run}", "run": run, "ttlSeconds": seconds, **more}
        answer: Any = lease.main(question)
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


COMMIT = {"commit": "a" * 40, "repository": "example/gateway"}


def test_holder_says_which_commit_the_gateway_has(ask: Ask) -> None:
    assert applied.current() is None
    ask("a")
    assert ask("a", "applied", **COMMIT) == {"lease": "a", "takenOver": None}
    assert applied.current() == COMMIT


@pytest.mark.parametrize("run", ["b", "c"])
def test_nobody_else_says_which_commit_the_gateway_has(run: str, ask: Ask) -> None:
    ask("a", seconds=0 if run == "c" else 60)
    with refuses("lease-lost" if run == "c" else "busy"):
        ask(run, "applied", **COMMIT)
    assert applied.current() is None


@pytest.mark.parametrize(
    "more", [{"commit": "main"}, {"commit": "a" * 41}, {"repository": "../x"}, {"repository": "a/b/c"}, {"repository": "a b/c"}]
)
def test_what_is_no_commit_of_a_repository_is_refused(more: dict[str, str], ask: Ask) -> None:
    ask("a")
    with refuses("applied"):
        ask("a", "applied", **(COMMIT | more))
    assert applied.current() is None

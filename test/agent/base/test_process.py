import concurrent.futures

import pytest

from agent.base import process


def outcome(shell: str, stdin: str | None = None, still: float = float("inf")) -> str:
    """What the program printed, or how it failed."""
    try:
        return process.run("bash", "-c", shell, stdin=stdin, timeout=30, still=still)
    except process.CommandFailed as failed:
        return str(failed)


def test_program_that_does_nothing_is_ended_and_one_that_works_or_moves_data_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # One tick of the processor is work: a machine that does much else gives hardly more in a second.
    monkeypatch.setattr(process, "NO_WORK", 0.005)
    programs = [
        "exec sleep 30",
        'trap "echo No space left on device; echo removing all; exit 1" TERM; sleep 30 &> /dev/null & wait',
        'trap "" TERM; exec sleep 30',
        "for _ in {1..15}; do for _ in {1..10000}; do :; done; sleep 0.1; done; echo done",
        'for _ in {1..8}; do printf "%300000s" >/dev/null; sleep 0.15; done; echo done',
    ]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        silent, telling, deaf, busy, moving = pool.map(lambda shell: outcome(shell, still=1), programs)
    assert "did nothing for 1 s and was ended: (it printed nothing)" in silent
    assert "did nothing for 1 s and was ended: No space left on device" in telling
    assert "did nothing for 1 s and was ended: (it printed nothing)" in deaf
    assert (busy, moving) == ("done\n", "done\n")


@pytest.mark.parametrize("shell", ["yes", "yes >&2"])
def test_program_that_prints_without_end_is_ended(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_PRINTED", 2**21)
    assert outcome(shell) == f"bash -c {shell} printed more than 2 MiB and was ended: (it printed nothing)"


def test_program_that_takes_or_gives_much_is_heard_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_PRINTED", 2**21)
    assert len(outcome("head -c 2000000 /dev/zero")) == 2_000_000
    assert outcome("wc -c", "x" * 2_000_000) == "2000000\n"


def test_program_may_end_its_input_before_it_has_read_all() -> None:
    assert outcome("exec <&-; echo done", "x" * 2_000_000) == "done\n"

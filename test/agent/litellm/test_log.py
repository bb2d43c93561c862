import pytest

from agent.litellm import log

WORKER = ["Traceback (most recent call last):", "\x1b[31mValueError: no such strategy: fastest\x1b[0m"]
# Seen with gunicorn 23 when several workers fail at once.
AFTERMATH = [
    "--- Logging error ---",
    "RuntimeError: reentrant call inside <_io.BufferedWriter name='<stderr>'>",
    *(f'  File "gunicorn/arbiter.py", line {at}, in handle_chld' for at in range(60)),
    "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>",
]


def test_log_is_shown_as_it_ends_when_the_end_tells_the_cause() -> None:
    lines = [*(f"line {at}" for at in range(60)), *WORKER]
    assert log.cause_in(lines) == "ValueError: no such strategy: fastest"
    assert log.excerpt(lines) == lines[-40:]


def test_log_is_shown_with_the_cause_first_when_gunicorn_wrote_much_after_it() -> None:
    lines = ["starting", *WORKER, *AFTERMATH]
    assert log.cause_in(lines) == "ValueError: no such strategy: fastest"
    shown = log.excerpt(lines)
    assert len(shown) == 40
    assert shown[:3] == ["starting", *WORKER]
    assert "…" in shown
    assert shown[-1] == AFTERMATH[-1]


def test_log_has_no_cause_when_only_gunicorn_complains() -> None:
    assert log.cause_in(AFTERMATH) is None
    assert log.excerpt(AFTERMATH) == AFTERMATH[-40:]


@pytest.mark.parametrize(
    ("line", "telling"),
    [
        ("litellm.service: Main process exited, code=exited, status=132/n/a", "132"),
        ("litellm.service: Main process exited, code=killed, status=4/ILL", "4"),
        ("[ERROR] Worker (pid:31) was sent SIGILL!", "SIGILL"),
    ],
)
def test_log_tells_that_the_processor_is_too_old(line: str, telling: str) -> None:
    assert log.lacks_instructions(["starting", line])
    assert not log.lacks_instructions(["litellm.service: Main process exited, code=exited, status=4/NOPERMISSION"])
    assert not log.lacks_instructions(["starting", line.replace(telling, "1")])

"""Waiting until LiteLLM is ready."""

import time

# A small machine that is busy besides takes minutes. A process that ends meanwhile is noticed at once.
READY_SECONDS = 900


def pause(asked: float) -> None:
    """Waits before the next question; `asked` is when the last one began, by `time.monotonic`.

    On a slow machine questions hold up what they wait for, so they get a fifth of the time at most.
    """
    time.sleep(min(2, max(0.1, 4 * (time.monotonic() - asked))))

"""Waiting until LiteLLM is ready."""

import time
from collections.abc import Iterator

# A small machine that is busy besides takes minutes. A process that ends meanwhile is noticed at once.
READY_SECONDS = 900


def turns(begun: float) -> Iterator[None]:
    """A turn for each question, until READY_SECONDS are over since `begun` (by `time.monotonic`).

    On a slow machine questions hold up what they wait for, so they get a fifth of the time at most.
    """
    while (asked := time.monotonic()) - begun < READY_SECONDS:
        yield
        time.sleep(min(2, max(0.1, 4 * (time.monotonic() - asked))))

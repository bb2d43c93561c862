"""Work in progress beside the steps of a deploy: what is waited for are programs, so a thread will do."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

from agent.base.events import note

Answer = TypeVar("Answer")


class Beside(Generic[Answer]):
    """Holds: when its `with` block is left, by an error of another step too, nothing of the work continues."""

    def __init__(self, name: str, work: Callable[[], Answer]) -> None:
        self._name = name
        self._work = work
        self._pool = ThreadPoolExecutor(1)
        self._begun: Future[Answer] | None = None

    def begin(self) -> Future[Answer]:
        """Called as soon as the work can be done; again, it does nothing."""
        self._begun = self._begun or self._pool.submit(self._work)
        return self._begun

    def finish(self) -> Answer:
        """Waits for the end and gives the answer; raises what the work raised."""
        return self.begin().result()

    def __enter__(self) -> "Beside[Answer]":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._begun is not None and not self._begun.done():
            note(self._name, "is still running; waiting for it.")
        self._pool.shutdown()

"""The image of a deploy, pulled beside the steps that do without it: nothing else takes so long."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from agent import images
from agent.output import note

# Enough to pull with, so that the rest is installed meanwhile. With netavark, for podman settles on its network at its first run.
PACKAGES = ("podman", "netavark", "ca-certificates")


class ImagePull:
    """Holds: when its `with` block is left, by an error of another step too, nothing of it goes on."""

    def __init__(self, image: str, known_bad: dict[str, str]) -> None:
        self._image = image
        self._known_bad = known_bad
        self._pool = ThreadPoolExecutor(1)
        self._work: Future[float | None] | None = None

    def begin(self) -> None:
        """Called where podman is there, for the first time or again."""
        if self._work is None:
            self._work = self._pool.submit(self._pull)

    def finish(self) -> list[str]:
        """Waits for the end and answers what was done; raises what refused the image."""
        self.begin()
        assert self._work is not None
        seconds = self._work.result()
        if seconds is None:
            return []
        note("image", f"pulled in {seconds:.1f} s, beside the steps before")
        return [f"{self._image} pulled"]

    def _pull(self) -> float | None:
        """Seconds that it took; None when the image was there."""
        if images.present(self._image):
            return None
        begun = time.monotonic()
        images.pull(self._image)
        images.refuse_known_bad(self._image, self._known_bad)
        return time.monotonic() - begun

    def __enter__(self) -> "ImagePull":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._work is not None and not self._work.done():
            note("image", "is still being pulled; waiting for the end of that.")
        self._pool.shutdown()

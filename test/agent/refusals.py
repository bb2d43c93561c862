"""How tests say that something is refused."""

import contextlib
from collections.abc import Iterator

import pytest

from agent.base.refusal import Refused


@contextlib.contextmanager
def refuses(code: str, pattern: str | None = None) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """The work inside is refused with this code, and a message that the pattern is found in."""
    with pytest.raises(Refused, match=pattern) as found:
        yield found
    assert found.value.code == code

"""LiteLLM's admin API over loopback, on connections that are kept open.

What answers there is the container's, and may be anything. An answer is bounded in size and time, no redirect is followed with a key,
and what has not the shape of LiteLLM's answers is an `ApiError` like any other (`understood`).
"""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

# All models of the largest gateways take a tenth of it.
MOST_BYTES = 64 * 1024**2


class ApiError(Exception):
    """The gateway did not answer, or answered with an error status."""

    def __init__(self, what: str, status: int | None, body: str) -> None:
        super().__init__(f"{what}: {status if status is not None else 'no answer'} {body[:300]}".strip())
        self.status = status


@contextlib.contextmanager
def understood(what: str) -> Iterator[None]:
    """Inside, an answer may be taken apart as if it had the shape that LiteLLM gives it. Raises `ApiError` where it has not."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as failure:
        raise ApiError(what, None, f"(an answer that is not from LiteLLM: {type(failure).__name__})") from None


def exchange(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Status and text of one answer, which is there whole within the connection's timeout. Raises OSError and HTTPException.

    A timeout of a socket is one of each read: who sends a byte now and then, or says "100 Continue" without end, would never meet it.
    """
    if connection.sock is None:
        connection.connect()
    sock: socket.socket = connection.sock
    late = threading.Event()

    def end() -> None:
        late.set()
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(connection.timeout or 60, end)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise http.client.HTTPException(f"an answer of more than {MOST_BYTES // 1024**2} MiB")
        # `read` with a size does not complain about an answer that was cut.
        if late.is_set() or answer.length:
            raise http.client.IncompleteRead(b"")
        return answer.status, text.decode(errors="replace")
    except (OSError, http.client.HTTPException):
        connection.close()
        if late.is_set():
            raise TimeoutError("timed out") from None
        raise
    finally:
        alarm.cancel()


class AdminApi:
    """One keep-alive connection to one slot, and with that to one of its workers."""

    def __init__(self, port: int, master_key: str, timeout: float = 30, header: str = "Authorization") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        # Where the gateway looks for keys (`key_rules.header`).
        self.header = header
        self.headers = {header: f"Bearer {master_key}", "Content-Type": "application/json"}

    def get(self, path: str, key: str | None = None, **query: Any) -> Any:
        found = self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, key)
        if not isinstance(found, dict):
            raise ApiError(f"GET {path}", None, "(no object)")
        return found

    def post(self, path: str, document: Any, key: str | None = None) -> Any:
        return self._ask("POST", path, document, key)

    def local_port(self) -> int:
        """Our end of the connection, by which the worker at the other end is found."""
        if self.connection.sock is None:
            self.connection.connect()
        sock: socket.socket = self.connection.sock
        return int(sock.getsockname()[1])

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, document: Any, key: str | None = None) -> Any:
        body = None if document is None else json.dumps(document)
        headers = self.headers if key is None else self.headers | {self.header: f"Bearer {key}"}
        # A kept connection may have been closed by the other side meanwhile; one new try distinguishes that from a gateway that is down.
        for last in (False, True):
            fresh = self.connection.sock is None
            try:
                status, text = exchange(self.connection, method, path, body, headers)
                break
            except (OSError, http.client.HTTPException) as failure:
                self.connection.close()
                if last or fresh:
                    raise ApiError(f"{method} {path}", None, str(failure)) from None
        if not 200 <= status < 300:
            raise ApiError(f"{method} {path}", status, text)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ApiError(f"{method} {path}", status, "not JSON") from None

"""LiteLLM's admin API over loopback, on connections that are kept open."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlencode


class ApiError(Exception):
    """The gateway did not answer, or answered with an error status."""

    def __init__(self, what: str, status: int | None, body: str) -> None:
        super().__init__(f"{what}: {status if status is not None else 'no answer'} {body[:300]}".strip())
        self.status = status


class AdminApi:
    """One keep-alive connection to one slot, and with that to one of its workers."""

    def __init__(self, port: int, master_key: str, timeout: float = 30) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.headers = {"Authorization": f"Bearer {master_key}", "Content-Type": "application/json"}

    def get(self, path: str, key: str | None = None, **query: Any) -> Any:
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, key)

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
        headers = self.headers if key is None else self.headers | {"Authorization": f"Bearer {key}"}
        # A kept connection may have been closed by the other side meanwhile; one new try tells that from a gateway that is down.
        for last in (False, True):
            fresh = self.connection.sock is None
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                text = answer.read().decode(errors="replace")
                break
            except (OSError, http.client.HTTPException) as failure:
                self.connection.close()
                if last or fresh:
                    raise ApiError(f"{method} {path}", None, str(failure)) from None
        if answer.status >= 300:
            raise ApiError(f"{method} {path}", answer.status, text)
        try:
            return json.loads(text)
        except ValueError:
            raise ApiError(f"{method} {path}", answer.status, "not JSON") from None

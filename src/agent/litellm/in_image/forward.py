"""Runs in an image that has Python, in the place of an old gateway: holds requests while its data moves, then sends them to the new one.

Arguments: the URL of the new gateway, and the ports to listen on. It holds while the file OPEN does not exist. It changes nothing of a
request but the name of the host, keeps nothing, and knows no key.
"""

import http.client
import json
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from socketserver import TCPServer
from urllib.parse import SplitResult, urlsplit

OPEN = "/tmp/litellm-gitops-open"  # noqa: S108 - of a container in which nobody else is
# As long as a client of a model waits; then it is told when to come again.
HOLD_SECONDS = 300.0
LOOK_SECONDS = 0.1
RETRY_AFTER = "15"
# A model may think for long before its first word.
ANSWER_SECONDS = 6000.0
CONNECT_SECONDS = 20.0
IDLE_SECONDS = 75.0
MOST_AT_ONCE = 1000
BLOCK = 64 * 1024
# What is between two neighbours, and not between client and gateway (RFC 9110 7.6.1).
HOP = frozenset(("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect", "host"))


class Forward(BaseHTTPRequestHandler):
    """One client's connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: "Server"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def do_any(self) -> None:
        if not self.server.seats.acquire(blocking=False):
            return self.refuse(503, "Too many requests wait here.")
        try:
            if not is_open(HOLD_SECONDS):
                return self.refuse(503, "This gateway is being moved. Try again.")
            if "upgrade" in self.headers.get("Connection", "").lower():
                return self.refuse(501, f"WebSockets are not forwarded. Use {self.server.target.geturl()}.")
            self.forward()
        finally:
            self.server.seats.release()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_any  # noqa: N815 - their names

    def forward(self) -> None:
        # A connection of its own for each request: on one that was kept nobody knows whether a request that failed was served.
        upstream = self.server.connect()
        try:
            try:
                upstream.connect()
                if upstream.sock:
                    upstream.sock.settimeout(ANSWER_SECONDS)
                self.send(upstream)
                answer = upstream.getresponse()
            except (OSError, ValueError, http.client.HTTPException) as failure:
                return self.refuse(502, f"The new gateway does not answer: {type(failure).__name__}.")
            self.give(answer)
        finally:
            upstream.close()

    def send(self, upstream: http.client.HTTPConnection) -> None:
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        length = int(self.headers.get("Content-Length") or 0)
        path = self.server.target.path.rstrip("/") + self.path
        upstream.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
        upstream.putheader("Host", self.server.target.netloc)
        for name, value in self.headers.items():
            if name.lower() not in HOP and name.lower() != "content-length":
                upstream.putheader(name, value)
        if chunked:
            upstream.putheader("Transfer-Encoding", "chunked")
        elif length or self.command in ("POST", "PUT", "PATCH"):
            upstream.putheader("Content-Length", str(length))
        upstream.endheaders()
        for block in chunks(self.rfile) if chunked else blocks(self.rfile, length):
            upstream.send(framed(block) if chunked else block)
        if chunked:
            upstream.send(framed(b""))

    def give(self, answer: http.client.HTTPResponse) -> None:
        bodiless = self.command == "HEAD" or answer.status in (204, 304)
        chunked = not bodiless and answer.getheader("Content-Length") is None
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if bodiless:
            return
        try:
            while block := answer.read1(BLOCK):
                self.wfile.write(framed(block) if chunked else block)
            if chunked:
                self.wfile.write(framed(b""))
            elif answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
        except (OSError, http.client.HTTPException):
            # Half an answer must not look like a whole one.
            self.close_connection = True

    def refuse(self, status: int, why: str) -> None:
        """As LiteLLM says an error. What is left of the request is not read, so the connection ends."""
        body = json.dumps({"error": {"message": why, "type": "moving", "param": None, "code": str(status)}}).encode()
        self.close_connection = True
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        if status == 503:
            self.send_header("Retry-After", RETRY_AFTER)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Paths may hold what nobody should keep."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, port: int, target: SplitResult, address: str = "") -> None:
        self.target = target
        self.seats = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__((address, port), Forward)

    def server_bind(self) -> None:
        """Without the question for its own name that an HTTPServer asks: where no DNS answers, nobody could connect for twenty seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "", int(self.server_address[1])

    def connect(self) -> http.client.HTTPConnection:
        host, port = self.target.hostname or "", self.target.port
        if self.target.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left."""


def is_open(seconds: float) -> bool:
    """Waits for it at most this long."""
    end = time.monotonic() + seconds
    while not os.path.exists(OPEN):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def blocks(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length > 0:
        block = stream.read(min(BLOCK, length))
        if not block:
            raise ConnectionAbortedError("the request was cut short")
        length -= len(block)
        yield block


def framed(block: bytes) -> bytes:
    """A chunk; the empty one is the last."""
    return b"%x\r\n%s\r\n" % (len(block), block)


def chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    """The body of a request in chunks (RFC 9112 7.1)."""
    while size := int(stream.readline(BLOCK).split(b";")[0].strip() or b"x", 16):
        yield from blocks(stream, size)
        stream.readline(BLOCK)
    while stream.readline(BLOCK).strip():
        pass


def main(arguments: list[str]) -> None:
    target, *ports = arguments
    servers = [Server(int(port), urlsplit(target)) for port in ports]
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])

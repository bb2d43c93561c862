import http.client
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agent.litellm.in_image import forward


class Upstream(BaseHTTPRequestHandler):
    """Says what it was asked; `/stream` in chunks, `/cut` half of what it announced."""

    protocol_version = "HTTP/1.1"

    def do_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        body = b"".join(forward.chunks(self.rfile)) if chunked else self.rfile.read(length)
        said = json.dumps({"method": self.command, "path": self.path, "head": dict(self.headers), "body": body.decode()}).encode()
        if self.path == "/stream":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"data: 1\n\n", b"data: [DONE]\n\n", b""):
                self.wfile.write(forward.framed(part))
            return
        self.send_response(429 if self.path == "/busy" else 200)
        self.send_header("Content-Length", str(len(said) + (100 if self.path == "/cut" else 0)))
        self.send_header("x-litellm-call-id", "7")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)
        self.close_connection = self.path == "/cut"

    do_GET = do_POST = do_HEAD = do_DELETE = do_any

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        pass


def serve(server: ThreadingHTTPServer) -> int:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return int(server.server_address[1])


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "open"
    monkeypatch.setattr(forward, "OPEN", str(place))
    monkeypatch.setattr(forward, "LOOK_SECONDS", 0.01)
    return place


@pytest.fixture
def target() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    yield serve(server)
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(opened: Path, target: int) -> Iterator[http.client.HTTPConnection]:
    server = forward.Server(0, urlsplit(f"http://127.0.0.1:{target}/"), "127.0.0.1")
    connection = http.client.HTTPConnection("127.0.0.1", serve(server), timeout=10)
    yield connection
    connection.close()
    server.shutdown()
    server.server_close()


def test_request_is_sent_on_as_it_is_but_for_the_name_of_the_host(opened: Path, client: http.client.HTTPConnection, target: int) -> None:
    opened.touch()
    for _ in range(2):
        client.request("POST", "/v1/chat/completions?a=b", b'{"x": 1}', {"Authorization": "Bearer sk-1", "Connection": "keep-alive"})
        answer = client.getresponse()
        assert (answer.status, answer.getheader("x-litellm-call-id")) == (200, "7")
        said = json.loads(answer.read())
        assert (said["method"], said["path"], said["body"]) == ("POST", "/v1/chat/completions?a=b", '{"x": 1}')
        assert said["head"]["Authorization"] == "Bearer sk-1"
        assert said["head"]["Host"] == f"127.0.0.1:{target}"


def test_body_in_chunks_and_an_answer_in_chunks_stay_whole(opened: Path, client: http.client.HTTPConnection) -> None:
    opened.touch()
    client.request("POST", "/x", iter([b"ab", b"c"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    assert json.loads(client.getresponse().read())["body"] == "abc"
    client.request("GET", "/stream")
    assert client.getresponse().read() == b"data: 1\n\ndata: [DONE]\n\n"
    client.request("HEAD", "/x")
    assert client.getresponse().read() == b""
    client.request("GET", "/busy")
    answer = client.getresponse()
    assert answer.status == 429
    answer.read()


def test_answer_that_was_cut_does_not_look_whole(opened: Path, client: http.client.HTTPConnection) -> None:
    opened.touch()
    client.request("GET", "/cut")
    with pytest.raises(http.client.IncompleteRead):
        client.getresponse().read()


def test_request_waits_until_it_is_opened(opened: Path, client: http.client.HTTPConnection) -> None:
    threading.Timer(0.1, opened.touch).start()
    client.request("POST", "/x", b"held")
    assert json.loads(client.getresponse().read())["body"] == "held"


def test_request_that_waited_too_long_is_told_when_to_come_again(
    client: http.client.HTTPConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward, "HOLD_SECONDS", 0)
    client.request("POST", "/x", b"held")
    answer = client.getresponse()
    assert (answer.status, answer.getheader("Retry-After")) == (503, "15")
    assert "being moved" in json.loads(answer.read())["error"]["message"]


def test_gateway_that_does_not_answer_is_said(opened: Path, client: http.client.HTTPConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.touch()
    monkeypatch.setattr(forward.Server, "connect", lambda _: http.client.HTTPConnection("127.0.0.1", 1, timeout=1))
    client.request("GET", "/x")
    assert client.getresponse().status == 502


def test_it_listens_where_no_name_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_: str = "") -> str:
        raise AssertionError("DNS was asked")

    monkeypatch.setattr("socket.getfqdn", late)
    forward.Server(0, urlsplit("http://127.0.0.1:1/")).server_close()

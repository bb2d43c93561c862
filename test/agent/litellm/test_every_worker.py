import http.server
import json
import os
import signal
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import pytest

from agent.litellm import every_worker


class Handler(http.server.BaseHTTPRequestHandler):
    """`/again` is answered rightly from a worker's second request on, and `/closes` ends its connection after each answer."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[dict[str, int]] = {}

    def do_GET(self) -> None:
        count = self.asked[self.path] = self.asked.get(self.path, 0) + 1
        body = json.dumps({"pid": os.getpid(), "right": self.path != "/again" or count > 1}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/closes":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Server(NamedTuple):
    port: int
    workers: set[int]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One listening socket and three processes that accept from it, as gunicorn's workers do."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        workers = []
        for _ in range(3):
            pid = os.fork()
            if pid == 0:
                try:
                    listening.serve_forever(0.05)
                finally:
                    os._exit(1)
            workers.append(pid)
        yield Server(listening.server_port, set(workers))
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def ask(server: Server, path: str, seconds: float) -> dict[int, Any]:
    """What each worker answered last, when all were right or the time was over."""
    answers: dict[int, Any] = {}
    for answers in every_worker.rounds(server.port, "sk", lambda api: api.get(path), lambda got: got["right"], seconds):
        if answers and all(got and got["right"] for got in answers.values()):
            break
    return answers


@pytest.mark.parametrize("path", ["/at-once", "/again"])
def test_each_worker_is_asked_by_a_connection_that_it_has_accepted(path: str, server: Server) -> None:
    answers = ask(server, path, seconds=60)
    assert answers.keys() == server.workers
    assert answers == {pid: {"pid": pid, "right": True} for pid in server.workers}


def test_answer_after_which_the_connection_is_gone_counts_for_nobody(server: Server) -> None:
    assert ask(server, "/closes", seconds=0.5) == dict.fromkeys(server.workers)

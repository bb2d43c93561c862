"""A stand-in for providers on the scratch network's loopback: answers each wire format that it knows with the same sentence.

It is asked by the LiteLLM that is rehearsed, with keys that are none.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.restore import scratch

SAID = "This is the stand-in of a rehearsal."
IN, OUT = 7, 5
MOST_BYTES = 1024**2

Document = dict[str, Any]


def openai(asked: Document) -> Document:
    return {
        "id": "chatcmpl-rehearsal", "object": "chat.completion", "created": int(time.time()), "model": asked.get("model", ""),
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": SAID}}],
        "usage": {"prompt_tokens": IN, "completion_tokens": OUT, "total_tokens": IN + OUT},
    }  # fmt: skip


def embeddings(asked: Document) -> Document:
    return {
        "object": "list", "model": asked.get("model", ""), "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
        "usage": {"prompt_tokens": IN, "total_tokens": IN},
    }  # fmt: skip


def anthropic(asked: Document) -> Document:
    return {
        "id": "msg_rehearsal", "type": "message", "role": "assistant", "model": asked.get("model", ""),
        "content": [{"type": "text", "text": SAID}], "stop_reason": "end_turn", "stop_sequence": None,
        "usage": {"input_tokens": IN, "output_tokens": OUT},
    }  # fmt: skip


def gemini(asked: Document) -> Document:
    del asked
    return {
        "candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [{"text": SAID}]}}],
        "usageMetadata": {"promptTokenCount": IN, "candidatesTokenCount": OUT, "totalTokenCount": IN + OUT},
    }


def bedrock(asked: Document) -> Document:
    del asked
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": SAID}]}}, "stopReason": "end_turn",
        "usage": {"inputTokens": IN, "outputTokens": OUT, "totalTokens": IN + OUT}, "metrics": {"latencyMs": 1},
    }  # fmt: skip


def ollama_chat(asked: Document) -> Document:
    return _ollama(asked) | {"message": {"role": "assistant", "content": SAID}}


def ollama_generate(asked: Document) -> Document:
    return _ollama(asked) | {"response": SAID}


def _ollama(asked: Document) -> Document:
    return {
        "model": asked.get("model", ""), "created_at": "2026-01-01T00:00:00Z", "done": True, "done_reason": "stop",
        "prompt_eval_count": IN, "eval_count": OUT, "total_duration": 1, "eval_duration": 1,
    }  # fmt: skip


# By the end of the path, whatever is before it.
FORMATS: tuple[tuple[re.Pattern[str], Callable[[Document], Document]], ...] = (
    (re.compile(r"/chat/completions$"), openai),
    (re.compile(r"/embeddings$"), embeddings),
    (re.compile(r"/messages$"), anthropic),
    (re.compile(r":generateContent$"), gemini),
    (re.compile(r"/converse$"), bedrock),
    (re.compile(r"/api/chat$"), ollama_chat),
    (re.compile(r"/api/generate$"), ollama_generate),
    (re.compile(r"/api/show$"), lambda _: {}),
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        length = min(int(self.headers.get("content-length") or 0), MOST_BYTES)
        path = self.path.partition("?")[0]
        found = next((answer for form, answer in FORMATS if form.search(path)), None)
        try:
            asked = json.loads(self.rfile.read(length) or b"{}")
        except ValueError:
            asked = None
        if found is None or not isinstance(asked, dict):
            self._answer(404, {"error": {"message": f"the stand-in of the rehearsal knows no POST {path}"}})
        else:
            self._answer(200, found(asked))

    def do_GET(self) -> None:
        self._answer(200, {"object": "list", "data": [], "models": []})

    def _answer(self, status: int, document: Document) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - its name
        """Says nothing: what it is asked is not for a journal."""


@contextlib.contextmanager
def running() -> Iterator[int]:
    """Answers its port. Its socket is made inside the scratch network, so that nobody else reaches it."""
    server = scratch.inside(lambda: ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

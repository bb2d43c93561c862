import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from refusals import refuses

from agent.litellm import configuration, provider_keys

Model = dict[str, str]
Try = Callable[..., list[str]]


class Handler(http.server.BaseHTTPRequestHandler):
    """A provider that takes keys which begin with `good`, and leads elsewhere at /away."""

    def do_GET(self) -> None:
        key = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        if self.path == "/v1/models":
            self.send_response(200 if key.startswith("good") else 401)
        elif self.path == "/away/models":
            self.send_response(302)
            self.send_header("Location", "/v1/models")
        else:
            self.send_response(404)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def try_key(provider: str, monkeypatch: pytest.MonkeyPatch, details: Callable[[], list[str]]) -> Try:
    """What is said while a release with this key is prepared, beside one that serves."""
    monkeypatch.setattr(configuration, "load", json.loads)

    def tried(key: str, before: str | None = "good-before", **model: str) -> list[str]:
        parameters = {"api_key": "os.environ/KEY", **model}
        config = {
            "model_list": [{"model_name": "m", "litellm_params": parameters}],
            "environment_variables": {"OPENAI_BASE_URL": f"{provider}/v1", "ANTHROPIC_API_BASE": provider},
        }
        provider_keys.try_changed(json.dumps(config), {"KEY": key}, {"KEY": before} if before else {})
        return details()

    return tried


@pytest.mark.parametrize(("model", "name"), [("openai/gpt-4", "openai"), ("anthropic/claude-3", "anthropic")])
def test_new_key_is_tried_at_its_provider(model: str, name: str, try_key: Try) -> None:
    assert try_key("good-new", model=model) == ["1 of 1 new keys are taken by their provider"]
    with refuses("provider-key", rf"^The provider refuses the new value of KEY \({name}\)\. Nothing was changed"):
        try_key("bad", model=model)


def unused_address(provider: str) -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        pytest.param(unused_address, "nothing", id="nobody answers"),
        pytest.param(lambda provider: f"{provider}/none", "404", id="no such address"),
        # Not followed: the key would go along.
        pytest.param(lambda provider: f"{provider}/away", "302", id="a redirect"),
    ],
)
def test_key_that_cannot_be_tried_is_reported_and_taken(address: Callable[[str], str], answered: str, provider: str, try_key: Try) -> None:
    said = try_key("bad", model="openai/gpt-4", api_base=address(provider))
    assert f"KEY could not be checked at openai: it answered {answered}." in said


@pytest.mark.parametrize(
    ("key", "before", "model"),
    [
        pytest.param("good-before", "good-before", "openai/gpt-4", id="the same key"),
        pytest.param("bad", None, "openai/gpt-4", id="the first key"),
        pytest.param("bad", "good-before", "perplexity/sonar", id="a provider without a free request"),
    ],
)
def test_key_is_not_tried(key: str, before: str | None, model: str, try_key: Try) -> None:
    assert try_key(key, before, model=model) == []

import hashlib
import http.server
import json
import platform
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refusals import refuses

from agent.gateway import images, registry

GIB = 1024**3
SIZES = {"sha256:a": 100, "sha256:b": 20}


class Registry(http.server.ThreadingHTTPServer):
    """A registry on this machine without TLS; with `wants_token` it wants one, as those of public images do."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.blobs: dict[str, bytes] = {}
        self.wants_token = False
        self.place = f"127.0.0.1:{self.server_port}"

    def put(self, document: dict[str, Any]) -> str:
        content = json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.blobs[digest] = content
        return digest

    def put_image(self) -> str:
        return self.put({"layers": [{"digest": digest, "size": size} for digest, size in SIZES.items()]})

    def layers(self, digest: str) -> dict[str, int] | None:
        return registry.layers(f"{self.place}/litellm@{digest}")


class Handler(http.server.BaseHTTPRequestHandler):
    server: Registry

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        found = self.server.blobs.get(self.path.rpartition("/")[2])
        if self.path.startswith("/token?"):
            self.answer(200, b'{"token": "t"}')
        elif self.server.wants_token and self.headers.get("Authorization") != "Bearer t":
            self.answer(401, b"{}", f'Bearer realm="http://{self.server.place}/token",service="s",scope="repository:litellm:pull"')
        else:
            self.answer(404 if found is None else 200, found or b"")

    def answer(self, code: int, content: bytes, challenge: str | None = None) -> None:
        self.send_response(code)
        if challenge is not None:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def server() -> Iterator[Registry]:
    with Registry() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_layers_and_their_sizes_are_told(server: Registry) -> None:
    assert server.layers(server.put_image()) == SIZES


@pytest.mark.parametrize("wants_token", [False, True])
def test_layers_of_an_image_for_several_machines_are_those_of_this_one(server: Registry, wants_token: bool) -> None:
    server.wants_token = wants_token
    ours = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    entries = [(server.put({"layers": []}), "s390x"), (server.put_image(), ours)]
    index = {"manifests": [{"digest": digest, "platform": {"os": "linux", "architecture": name}} for digest, name in entries]}
    assert server.layers(server.put(index)) == SIZES


def test_answer_that_the_hash_does_not_name_is_none(server: Registry) -> None:
    digest = server.put_image()
    server.blobs[digest] = b'{"layers": []}'
    assert server.layers(digest) is None


def test_image_that_is_not_there_has_no_layers(server: Registry) -> None:
    assert server.layers("sha256:0") is None


class Podman:
    def __init__(self, store: Path) -> None:
        self.store = store
        self.calls: list[str] = []

    def __call__(self, *argv: str, **_: object) -> str:
        self.calls.append(argv[1])
        return f"{self.store}\n"


@pytest.fixture
def podman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Podman:
    """A host with 5 GiB free."""
    podman = Podman(tmp_path)
    (tmp_path / "overlay-layers").mkdir()
    monkeypatch.setattr(images, "run", podman)
    monkeypatch.setattr(images, "DOWNLOADS", tmp_path / "downloads")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=5 * GIB))
    return podman


def sends(layers: dict[str, int] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "layers", lambda image: layers)


def test_pull_without_room_for_the_image_is_refused_before_it_begins(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    sends({"sha256:a": GIB}, monkeypatch)
    with refuses("disk-full", r"of which 1024 MiB are sent, needs 5120 MiB .* 512 MiB must stay free, and 5120 MiB are free"):
        images.pull("r.example/litellm@sha256:0")
    assert podman.calls == ["info"]


def test_layers_that_the_host_has_of_another_image_need_no_room(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = [{"id": "1", "compressed-diff-digest": "sha256:a"}, {"id": "2"}]
    (podman.store / "overlay-layers/layers.json").write_text(json.dumps(stored))
    sends({"sha256:a": 100 * GIB, "sha256:b": 1024}, monkeypatch)
    images.pull("r.example/litellm@sha256:0")
    assert podman.calls == ["info", "pull"]


@pytest.mark.usefixtures("said")
def test_pull_goes_on_when_the_registry_does_not_say(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> None:
    sends(None, monkeypatch)
    images.pull("r.example/litellm@sha256:0")
    assert podman.calls == ["pull"]

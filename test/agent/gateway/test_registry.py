import hashlib
import http.server
import json
import platform
import shutil
import socket
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refusals import refuses

from agent.base.process import CommandFailed
from agent.contract_types import ManagedFile
from agent.gateway import images, registry, registry_login
from agent.gateway.registry_login import Login

GIB = 1024**3
SIZES = {"sha256:a": 100, "sha256:b": 20}


class Registry(http.server.ThreadingHTTPServer):
    """A registry on this machine without TLS; with `wants_token` it wants one, as those of public images do."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.blobs: dict[str, bytes] = {}
        self.wants_token = False
        # Whom it knows, as `Authorization` says it.
        self.knows: str | None = None
        self.secure = False
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
        said = self.headers.get("Authorization")
        scheme = "https" if self.server.secure else "http"
        if self.server.knows is not None and said not in (self.server.knows, "Bearer t"):
            token = f'Bearer realm="{scheme}://{self.server.place}/token",service="s"' if self.server.wants_token else 'Basic realm="r"'
            self.answer(401, b"{}", token)
        elif self.path.startswith("/token?"):
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
    monkeypatch.setattr(registry, "layers", lambda *_: layers)


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


LOGIN = Login("r.example", "me", "s3cret")


@pytest.fixture
def secure(server: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The same with TLS, whose authority this machine trusts."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=r", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.secure = True
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    # From Python 3.12 on it keeps the authorities that it was made with, by the first test that asked.
    monkeypatch.setattr(urllib.request, "_opener", None)
    return server


@pytest.mark.parametrize("wants_token", [False, True])
def test_private_registry_is_asked_with_the_login(secure: Registry, wants_token: bool) -> None:
    secure.knows, secure.wants_token = f"Basic {LOGIN.basic()}", wants_token
    digest = secure.put_image()
    image = f"{secure.place}/litellm@{digest}"
    assert registry.layers(image, LOGIN.basic()) == SIZES
    assert registry.layers(image) is None
    assert registry.layers(image, Login("r", "me", "wrong").basic()) is None


def test_login_never_goes_out_in_clear(server: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    server.knows = f"Basic {LOGIN.basic()}"
    sent: list[str | None] = []
    answer = Handler.do_GET

    def heard(self: Handler) -> None:
        sent.append(self.headers.get("Authorization"))
        answer(self)

    monkeypatch.setattr(Handler, "do_GET", heard)
    assert registry.layers(f"{server.place}/litellm@{server.put_image()}", LOGIN.basic()) is None
    assert sent == [None]


class Denying:
    """Podman that is refused by the registry; `options` is what it was given, and the file it was pointed to."""

    def __init__(self, said: str) -> None:
        self.said = said
        self.options: list[str] = []
        self.auth: dict[str, Any] = {}
        self.mode = 0

    def __call__(self, *argv: str, **_: object) -> str:
        self.options = list(argv[3:-1])
        if self.options:
            file = Path(self.options[1])
            self.auth, self.mode = json.loads(file.read_text()), file.stat().st_mode & 0o777
        raise CommandFailed(argv, "exited 125", self.said, 125)


def pulls(podman: Denying, login: Login | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(images, "run", podman)
    monkeypatch.setattr(images, "note", lambda *_: None)
    monkeypatch.setattr(registry_login, "RUNTIME", tmp_path)
    monkeypatch.setattr(registry_login, "AUTH_FILE", tmp_path / "auth.json")
    sends(None, monkeypatch)
    images.pull("r.example/litellm@sha256:0", login)


def test_podman_gets_the_login_in_a_file_of_root_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    podman = Denying("Error: reading manifest: unauthorized: authentication required")
    with refuses("image-denied", "r.example does not let this host pull.*login as me is refused.*litellm.registry.password") as refused:
        pulls(podman, LOGIN, monkeypatch, tmp_path)
    assert podman.auth == {"auths": {"r.example": {"auth": "bWU6czNjcmV0"}}}
    assert (podman.mode, podman.options) == (0o600, ["--authfile", str(tmp_path / "auth.json")])
    assert list(tmp_path.iterdir()) == []
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("login", [None, Login("other.example", "me", "s3cret")])
@pytest.mark.parametrize(
    "said",
    [
        "Error: initializing source: unable to retrieve auth token: invalid username/password: unauthorized",
        "Error: reading manifest in r.example/litellm: requested access to the resource is denied",
        "Error: reading manifest: denied",
        "Error: unexpected status code 403 (Forbidden)",
    ],
)
def test_registry_that_wants_a_login_is_told_from_one_that_is_down(
    said: str, login: Login | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    podman = Denying(said)
    with refuses("image-denied", "it wants a login: declare litellm.registry"):
        pulls(podman, login, monkeypatch, tmp_path)
    assert podman.options == []


def test_host_without_ipv4_is_told_that_the_registry_has_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    podman = Denying("Error: pinging container registry r.example: dial tcp 192.0.2.1:443: connect: network is unreachable")
    monkeypatch.setattr(registry, "run", lambda *_, **__: "")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])
    with refuses("image-pull", "no way to IPv4, and r.example has no IPv6 address"):
        pulls(podman, None, monkeypatch, tmp_path)
    monkeypatch.setattr(registry, "run", lambda *_, **__: "default via 10.0.0.1 dev eth0")
    with refuses("image-pull", "Check that the host reaches the registry"):
        pulls(podman, None, monkeypatch, tmp_path)


DECLARED = {"registry": "r.example", "usernameFrom": "REGISTRY_USER", "passwordFrom": "REGISTRY_TOKEN"}
GIVEN = {"REGISTRY_USER": "me", "REGISTRY_TOKEN": "s3cret"}


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(registry_login, "SETTINGS", tmp_path / "registry.json")
    monkeypatch.setattr(registry_login, "REGISTRY_ENV", tmp_path / "registry.env")
    return tmp_path


def test_values_of_the_login_are_kept_from_litellm_and_go_when_it_is_declared_no_more(etc: Path) -> None:
    (etc / "registry.json").write_text(json.dumps(DECLARED))
    assert registry_login.take_values(GIVEN | {"OPENAI_API_KEY": "k"}) == {"OPENAI_API_KEY": "k"}
    assert registry_login.stored() == Login("r.example", "me", "s3cret")
    assert (etc / "registry.env").stat().st_mode & 0o777 == 0o600
    # A later run may have none of them.
    assert registry_login.take_values({}) == {}
    assert registry_login.stored() == Login("r.example", "me", "s3cret")
    (etc / "registry.json").write_text("null\n")
    assert registry_login.take_values({}) == {}
    assert (registry_login.stored(), registry_login.stored_values()) == (None, {})


def test_login_of_a_deploy_that_has_placed_nothing_yet_is_the_declared_one(etc: Path) -> None:
    def placed(text: str) -> dict[str, ManagedFile]:
        return {str(etc / "registry.json"): {"content": text, "mode": "0600", "owner": "root:root"}}

    files = placed(json.dumps({"registry": "r.example", "username": "me", "passwordFrom": "REGISTRY_TOKEN"}))
    assert registry_login.declared(files, GIVEN) == Login("r.example", "me", "s3cret")
    assert registry_login.declared(placed("null\n"), GIVEN) is None
    assert registry_login.declared({}, GIVEN) is None
    with refuses("registry-value", "r.example needs REGISTRY_TOKEN, which this host never got"):
        registry_login.declared(files, {})

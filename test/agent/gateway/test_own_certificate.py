import json
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from refusals import refuses

from agent.base import units
from agent.gateway import own_certificate
from agent.system import managed_files

SETTINGS = {"certFrom": "TLS_CERT", "keyFrom": "TLS_KEY"}


def _made(folder: Path, name: str, *options: str) -> dict[str, str]:
    cert, key = folder / f"{name}.cert", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", *(options or ("-nodes",)), "-subj", f"/CN={name}",
         "-keyout", key, "-out", cert], check=True, capture_output=True,
    )  # fmt: skip
    return {"TLS_CERT": cert.read_text(), "TLS_KEY": key.read_text()}


class Host:
    """A host with the declared certificate; `ran` is what was asked of systemd."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, owner: str) -> None:
        self.folder = folder
        self.bundle = folder / "caddy/litellm.pem"
        self.caddyfile = folder / "caddy/Caddyfile"
        self.ran: list[str] = []
        self.bundle.parent.mkdir()
        self.declare(SETTINGS)
        for name, path in {
            "SETTINGS": folder / "certificate.json",
            "BUNDLE": self.bundle,
            "CADDYFILE": self.caddyfile,
            "CERTIFICATE_VALUES": folder / "values.json",
            "RUNTIME": folder,
        }.items():
            monkeypatch.setattr(own_certificate, name, path)
        monkeypatch.setattr(own_certificate, "run", lambda *argv, **_: self.ran.append(" ".join(argv)))
        monkeypatch.setattr(units, "is_active", lambda _: True)
        place = managed_files.place
        monkeypatch.setattr(managed_files, "place", lambda wanted: place({path: want | {"owner": owner} for path, want in wanted.items()}))

    def declare(self, settings: dict[str, str] | None) -> None:
        (self.folder / "certificate.json").write_text(json.dumps(settings))

    def serve(self) -> None:
        self.caddyfile.write_text(f"tls {self.bundle} {self.bundle}\n")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str) -> Host:
    return Host(tmp_path, monkeypatch, owner)


def test_first_one_is_placed_before_caddy_names_it_and_kept_from_litellm(host: Host, tmp_path: Path) -> None:
    values = _made(tmp_path, "one")
    files: dict[str, Any] = {str(tmp_path / "certificate.json"): {"content": json.dumps(SETTINGS)}}
    assert own_certificate.bring(values | {"OPENAI_API_KEY": "k"}, own_certificate.declared(files)) == ["certificate of the domain placed"]
    assert host.ran == []
    assert host.bundle.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "values.json").stat().st_mode & 0o777 == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(host.bundle)
    host.serve()
    assert own_certificate.take_values(values | {"OPENAI_API_KEY": "k"}) == {"OPENAI_API_KEY": "k"}
    assert own_certificate.stored_values() == values
    assert host.ran == []


def test_renewed_one_is_taken_up_by_caddy_at_once_and_the_same_one_is_not(host: Host, tmp_path: Path) -> None:
    host.serve()
    own_certificate.take_values(_made(tmp_path, "one"))
    host.ran.clear()
    renewed = _made(tmp_path, "two")
    assert own_certificate.take_values(renewed) == {}
    assert host.ran == ["systemctl reload caddy.service"]
    assert own_certificate.take_values(renewed) == {}
    # A run without the values leaves all as it is.
    assert own_certificate.take_values({}) == {}
    assert len(host.ran) == 1
    assert own_certificate.stored_values() == renewed


def test_pair_that_caddy_would_not_start_with_is_refused_and_the_one_before_stays(host: Host, tmp_path: Path) -> None:
    host.serve()
    before = _made(tmp_path, "one")
    own_certificate.take_values(before)
    bundle = host.bundle.read_text()
    for wrong in (
        before | {"TLS_KEY": _made(tmp_path, "two")["TLS_KEY"]},
        before | {"TLS_KEY": "nonsense"},
        before | {"TLS_CERT": "nonsense"},
        _made(tmp_path, "three", "-passout", "pass:s3cret"),
    ):
        with refuses("certificate", "The declared certificate and key cannot be used") as refused:
            own_certificate.take_values(wrong)
        assert "PRIVATE" not in str(refused.value)
    assert (host.bundle.read_text(), own_certificate.stored_values()) == (bundle, before)
    assert not (tmp_path / "certificate.candidate").exists()


def test_run_that_died_before_caddy_took_it_up_is_made_good_by_the_next(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.serve()
    values = _made(tmp_path, "one")

    def die(*_: str, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(own_certificate, "run", die)
        with pytest.raises(KeyboardInterrupt):
            own_certificate.take_values(values)
    own_certificate.take_values(values)
    assert host.ran == ["systemctl reload caddy.service"]


def test_one_that_is_declared_no_more_goes_when_caddy_names_it_no_more(host: Host, tmp_path: Path) -> None:
    host.serve()
    own_certificate.take_values(_made(tmp_path, "one"))
    host.declare(None)
    own_certificate.take_values({})
    assert host.bundle.exists()
    host.caddyfile.write_text("tls internal\n")
    assert own_certificate.take_values({"OPENAI_API_KEY": "k"}) == {"OPENAI_API_KEY": "k"}
    assert not host.bundle.exists()
    assert own_certificate.stored_values() == {}


def test_host_that_never_got_a_value_says_which(host: Host, tmp_path: Path) -> None:
    with refuses("certificate", "needs TLS_KEY, which this host never got"):
        own_certificate.take_values({"TLS_CERT": _made(tmp_path, "one")["TLS_CERT"]})
    assert not host.bundle.exists()

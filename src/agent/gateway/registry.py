"""What a registry says of an image before it is pulled: its layers, and what room they take.

A manifest is asked for by its hash and compared with it, so that it does not matter whom the answer came from, nor how.
"""

import hashlib
import json
import platform
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

from agent.base.process import run

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)
# Manifests have a few kilobytes.
MOST_BYTES = 4 * 1024**2
SECONDS = 20
# By registry, where the API is elsewhere.
ELSEWHERE = {"docker.io": "registry-1.docker.io"}
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')

Document = dict[str, Any]


def layers(image: str, basic: str | None = None) -> dict[str, int] | None:
    """By digest: the bytes of each layer as they are sent. None when the registry does not say; a pull then says why.

    `basic` is user and password in base64. It goes out by TLS alone.
    """
    registry, _, rest = image.partition("/")
    path, _, digest = rest.partition("@")
    try:
        document = _manifest(registry, path, digest, basic)
        if "manifests" in document:
            document = _manifest(registry, path, _of_this_machine(document), basic)
        return {str(layer["digest"]): int(layer["size"]) for layer in document["layers"]}
    except (OSError, HTTPException, ValueError, KeyError, TypeError, StopIteration):
        return None


def _of_this_machine(index: Document) -> str:
    wanted = {"os": "linux", "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())}
    return next(str(one["digest"]) for one in index["manifests"] if wanted.items() <= one["platform"].items())


def _manifest(registry: str, path: str, digest: str, basic: str | None) -> Document:
    content = _get(registry, f"/v2/{path}/manifests/{digest}", basic)
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
        raise ValueError("not what was asked for")
    document: Document = json.loads(content)
    return document


def _get(registry: str, path: str, basic: str | None) -> bytes:
    host = ELSEWHERE.get(registry, registry)
    try:
        return _ask(f"https://{host}{path}", basic)
    except urllib.error.HTTPError:
        raise
    except OSError:
        # One on the local network may have no TLS; registries.conf says so to podman.
        if ":" not in host:
            raise
        return _ask(f"http://{host}{path}", None)


def _ask(url: str, basic: str | None) -> bytes:
    try:
        return _read(url)
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        if error.code != 401:
            raise
        if challenge.startswith("Basic ") and basic is not None:
            return _read(url, f"Basic {basic}")
        if not challenge.startswith("Bearer "):
            raise
    # Public images want a token all the same, which anybody is given.
    asked = dict(CHALLENGE.findall(challenge))
    query = urllib.parse.urlencode({name: asked[name] for name in ("service", "scope") if name in asked})
    if urllib.parse.urlsplit(asked["realm"]).scheme not in ("https", urllib.parse.urlsplit(url).scheme):
        raise ValueError("a token in clear")
    granted = json.loads(_read(f"{asked['realm']}?{query}", None if basic is None else f"Basic {basic}"))
    token = granted.get("token") or granted["access_token"]
    return _read(url, f"Bearer {token}")


def _read(url: str, authorization: str | None = None) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": ACCEPTED})  # noqa: S310 - the callers let through http and https alone
    if authorization is not None:
        # Not to where a redirect leads.
        request.add_unredirected_header("Authorization", authorization)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
        return bytes(answer.read(MOST_BYTES))


def has_way(registry: str) -> bool:
    """Whether this host has a way to IPv4, or the registry an IPv6 address."""
    if "default" in run("ip", "-4", "route", "show", "default", check=False):
        return True
    name = ELSEWHERE.get(registry, registry)
    host, _, port = name.partition(":")
    try:
        return bool(socket.getaddrinfo(host, port or 443, socket.AF_INET6))
    except OSError:
        return False

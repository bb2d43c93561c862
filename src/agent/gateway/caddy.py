"""Caddy's part in a rollout: which slot gets new requests, and how many are still in flight."""

import http.client
import json
import socket
import time
from typing import Any

from agent import contract
from agent.base import durable
from agent.base.events import note
from agent.base.paths import CADDY_ADMIN, RUNTIME, SERVE_STANDBY
from agent.base.process import CommandFailed, run
from agent.base.refusal import Refused

CADDYFILE = contract.CADDYFILE
# A request that Caddy has matched but not yet counted is invisible for a moment: it must have been quiet this often in a row.
QUIET_POLLS = 5
POLL_SECONDS = 0.2
# In a configuration of ours before 0.2.
FLUSHING = "flush_interval"
QUIET_SECONDS = 60
SILENT = (OSError, ValueError, http.client.HTTPException)


class AdminConnection(http.client.HTTPConnection):
    """HTTP over Caddy's admin socket, which only root and Caddy can open."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(str(CADDY_ADMIN))


def serve_standby(on: bool) -> None:
    """Sends new requests to the standby slot, or to the main one. It counts from the next request on; nothing is reloaded."""
    durable.folder(RUNTIME, 0o755)
    if on:
        durable.write(SERVE_STANDBY, b"", 0o644)
    else:
        durable.remove(SERVE_STANDBY)


def standby_serves() -> bool:
    return SERVE_STANDBY.exists()


def under_way(port: int) -> int | None:
    """Requests that Caddy has open to the slot at 127.0.0.1:port, streams included; None when Caddy does not say."""
    try:
        return max((one["num_requests"] for one in _upstreams() if one["address"] == f"127.0.0.1:{port}"), default=0)
    except (*SILENT, TypeError, KeyError):
        return None


def _upstreams() -> list[dict[str, Any]]:
    return _ask("/reverse_proxy/upstreams") or []


def drain(port: int, seconds: float) -> int | None:
    """Waits until no request to the slot is in flight, and answers 0; else how many were left when the time was over.

    None when Caddy could not be asked, which is waited out just as long: what is not known to be idle is not stopped early.
    """
    deadline = time.monotonic() + seconds
    quiet = 0
    while True:
        left = under_way(port)
        quiet = quiet + 1 if left == 0 else 0
        if quiet >= QUIET_POLLS:
            return 0
        if time.monotonic() >= deadline:
            return left
        time.sleep(POLL_SECONDS)


def check(content: str) -> None:
    """Refuses a Caddyfile that Caddy would not load; called before it is placed, so a broken one never lies where it starts from."""
    candidate = RUNTIME / "Caddyfile.candidate"
    durable.write(candidate, content.encode(), 0o644)
    try:
        run(
            "runuser", "-u", "caddy", "--", "env", "HOME=/var/lib/caddy",
            "caddy", "validate", "--config", str(candidate), "--adapter", "caddyfile",
        )  # fmt: skip
    except CommandFailed as failed:
        raise Refused("caddy", f"Caddy refuses its new configuration: {failed}", failed.output) from None
    finally:
        durable.remove(candidate)


def reload() -> None:
    """Makes Caddy take up its configuration; open requests go on.

    One that was written by an earlier version cannot be left while a request is in flight: Caddy would end. Where that is all there is
    to change, it stays until Caddy starts again; else a quiet moment is waited for.
    """
    try:
        running = _ask("/config/")
        if _without_flushing(running) == _without_flushing(_adapted()):
            return
        if FLUSHING in json.dumps(running) and not _is_quiet_for_once():
            note("caddy", "is never idle, and its old configuration cannot be replaced without cutting requests in flight.")
    except SILENT:
        # It is the reload's to say what is wrong.
        pass
    run("systemctl", "reload", "caddy.service", timeout=120)


def _adapted() -> Any:
    return json.loads(run("caddy", "adapt", "--config", CADDYFILE, "--adapter", "caddyfile"))


def _is_quiet_for_once() -> bool:
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        if not any(one["num_requests"] for one in _upstreams()):
            return True
        time.sleep(0.02)
    return False


def _without_flushing(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _without_flushing(value) for name, value in node.items() if name != FLUSHING}
    return [_without_flushing(item) for item in node] if isinstance(node, list) else node


def _ask(path: str) -> Any:
    """What Caddy's admin socket answers; raises one of SILENT when it does not."""
    connection = AdminConnection("localhost", timeout=10)
    try:
        # On a socket that is a file Caddy accepts only the empty host name.
        connection.request("GET", path, headers={"Host": ""})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()

"""PostgreSQL and Redis by their own protocols: what an intruder brings who finds no client in the image."""

import base64
import hashlib
import hmac
import os
import socket
import struct


class Refused(Exception):
    """The server said no."""


class Postgres:
    """One connection as LiteLLM's role; each statement by the simple protocol, many in one text too."""

    def __init__(self, password: str, database: str = "litellm", user: str = "litellm", timeout: float = 20) -> None:
        self.socket = socket.create_connection(("127.0.0.1", 5432), timeout)
        self.file = self.socket.makefile("rb")
        start = f"user\0{user}\0database\0{database}\0\0".encode()
        self.socket.sendall(struct.pack("!ii", len(start) + 8, 196608) + start)
        nonce = base64.b64encode(os.urandom(18)).decode()
        bare = f"n=,r={nonce}"
        while True:
            kind, body = self.message()
            if kind == b"Z":
                return
            if kind != b"R" or (what := struct.unpack("!i", body[:4])[0]) == 0:
                continue
            if what == 10:
                first = f"n,,{bare}".encode()
                self.send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
            elif what == 11:
                server = body[4:].decode()
                parts = dict(part.split("=", 1) for part in server.split(","))
                salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
                client = hmac.digest(salted, b"Client Key", "sha256")
                without = f"c=biws,r={parts['r']}"
                signed = hmac.digest(hashlib.sha256(client).digest(), f"{bare},{server},{without}".encode(), "sha256")
                proof = bytes(one ^ other for one, other in zip(client, signed, strict=False))
                self.send(b"p", f"{without},p={base64.b64encode(proof).decode()}".encode())

    def send(self, kind: bytes, body: bytes) -> None:
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def message(self) -> tuple[bytes, bytes]:
        head = self.file.read(5)
        if len(head) < 5:
            raise Refused("closed")
        body = self.file.read(struct.unpack("!i", head[1:])[0] - 4)
        if head[:1] == b"E" and body.startswith(b"SFATAL"):
            raise Refused(body.decode(errors="replace").replace("\0", " "))
        return head[:1], body

    def ask(self, text: str) -> list[bytes]:
        """The rows as they come."""
        self.send(b"Q", text.encode() + b"\0")
        rows: list[bytes] = []
        failure = None
        while True:
            kind, body = self.message()
            if kind == b"Z":
                if failure:
                    raise Refused(failure)
                return rows
            if kind == b"D":
                rows.append(body)
            elif kind == b"E":
                failure = body.decode(errors="replace").replace("\0", " ")
            elif kind == b"G":
                self.send(b"f", b"no\0")


class Redis:
    def __init__(self, password: str, timeout: float = 10) -> None:
        self.socket = socket.create_connection(("127.0.0.1", 6379), timeout)
        self.file = self.socket.makefile("rb")
        self.ask("AUTH", password)

    def ask(self, *words: object) -> object:
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        return self.answer()

    def answer(self) -> object:
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Refused(rest.decode(errors="replace"))
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.answer() for _ in range(int(rest))]
        if kind in (b"+", b":"):
            return rest
        raise Refused("closed")

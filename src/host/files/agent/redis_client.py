"""Talks to a Redis server in its own protocol; no argument list and no log ever holds its password."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Value = Any


class RedisError(Exception):
    """The server answered an error, or did not answer."""


class Redis:
    """One connection. Address: (host, port), or the path of a socket."""

    def __init__(self, address: tuple[str, int] | Path, password: str | None, timeout: float = 60) -> None:
        try:
            if isinstance(address, Path):
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.socket.settimeout(timeout)
                self.socket.connect(str(address))
            else:
                self.socket = socket.create_connection(address, timeout)
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None
        self.reader = self.socket.makefile("rb")
        if password is not None:
            self.ask("AUTH", password)

    def ask(self, *words: str | bytes | int) -> Value:
        return self.pipeline([words])[0]

    def pipeline(self, commands: list[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Answers in order; the first error is raised after all were read."""
        answers = self.try_all(commands)
        for answer in answers:
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def try_all(self, commands: list[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Like `pipeline`, but errors stand among the answers."""
        try:
            self.socket.sendall(b"".join(map(_encode, commands)))
            return [self._answer() for _ in commands]
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None

    def keys(self, pattern: str = "*") -> Iterator[list[bytes]]:
        """All keys that match, in batches; nothing is held up for longer than a batch takes."""
        cursor: bytes = b"0"
        while True:
            cursor, names = self.ask("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            if names:
                yield names
            if cursor == b"0":
                return

    def info(self, section: str) -> dict[str, str]:
        lines = self.ask("INFO", section).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def _answer(self) -> Value:
        line = self.reader.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest
        if kind == b"-":
            return RedisError(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            return None if length < 0 else self.reader.read(length + 2)[:-2]
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        raise RedisError(f"Redis answered something unknown: {line[:40]!r}")


def _encode(words: tuple[str | bytes | int, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)

"""Talks to a Redis server in its own protocol; no argument list and no log ever holds its password.

Who answers at the port may be somebody else: anyone who has the password, as LiteLLM does, can end Redis and listen there. So an answer has
a size, a depth and a time, and what has no meaning is an error like any other.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Value = Any

MIB = 1024**2
# For one answer: the longest is a thousand names of keys. Values, where they are read, have Redis' own limit.
MOST_BYTES = 64 * MIB
MOST_ITEMS = 1_000_000
MOST_LINE = 64 * 1024
MOST_DEPTH = 8
LARGEST_VALUE = 512 * MIB


class RedisError(Exception):
    """The server answered an error, or did not answer."""


class Redis:
    """One connection. Address: (host, port), or the path of a socket. In `timeout` seconds all answers of a pipeline are there."""

    def __init__(self, address: tuple[str, int] | Path, password: str | None, timeout: float = 60, most: int = MOST_BYTES) -> None:
        self.timeout, self.most = timeout, most
        self.buffer = bytearray()
        self.deadline, self.left, self.items = 0.0, 0, 0
        try:
            if isinstance(address, Path):
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.socket.settimeout(timeout)
                self.socket.connect(str(address))
            else:
                self.socket = socket.create_connection(address, timeout)
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None
        if password is not None:
            try:
                self.ask("AUTH", password)
            except RedisError:
                self.close()
                raise

    def ask(self, *words: str | bytes | int) -> Value:
        return self.pipeline([words])[0]

    def pipeline(self, commands: Sequence[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Answers in order; the first error is raised after all were read."""
        answers = self.try_all(commands)
        for answer in answers:
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def try_all(self, commands: Sequence[tuple[str | bytes | int, ...]]) -> list[Value]:
        """Like `pipeline`, but errors stand among the answers."""
        self.deadline = time.monotonic() + self.timeout
        try:
            self.socket.settimeout(self.timeout)
            self.socket.sendall(b"".join(map(_encode, commands)))
            return [self._whole() for _ in commands]
        except OSError as failure:
            raise RedisError(f"Redis does not answer: {failure}") from None
        except ValueError:
            raise RedisError("Redis answered something unknown: not a number where one belongs") from None

    def scan(self, pattern: str = "*") -> Iterator[list[bytes]]:
        """All keys that match, in batches; nothing is held up for longer than a batch takes."""
        cursor: bytes = b"0"
        while True:
            answer = self.ask("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], bytes) and _are_names(answer[1])):
                raise RedisError("Redis answered something unknown to SCAN")
            cursor, names = answer
            if names:
                yield names
            if cursor == b"0":
                return

    def info(self, section: str) -> dict[str, str]:
        answer = self.ask("INFO", section)
        if not isinstance(answer, bytes):
            raise RedisError("Redis answered something unknown to INFO")
        lines = answer.decode(errors="replace").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def number(self, *words: str | bytes | int) -> int:
        """The answer to what answers a number."""
        answer = self.ask(*words)
        if not isinstance(answer, int):
            raise RedisError(f"Redis answered something other than a number to {words[0]!s}")
        return answer

    def close(self) -> None:
        self.socket.close()

    def _whole(self) -> Value:
        self.left, self.items = self.most, MOST_ITEMS
        return self._answer(0)

    def _answer(self, depth: int) -> Value:
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest
        if kind == b"-":
            return RedisError(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            return None if length < 0 else self._take(length)
        if kind == b"*":
            count = int(rest)
            self.items -= max(count, 0)
            if depth == MOST_DEPTH or self.items < 0:
                raise RedisError("Redis answered more than it can mean")
            return None if count < 0 else [self._answer(depth + 1) for _ in range(count)]
        raise RedisError(f"Redis answered something unknown: {line[:40]!r}")

    def _line(self) -> bytes:
        while (end := self.buffer.find(b"\r\n")) < 0:
            if len(self.buffer) > MOST_LINE:
                raise RedisError("Redis answered more than it can mean")
            self._receive()
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    def _take(self, length: int) -> bytes:
        self.left -= length
        if self.left < 0:
            raise RedisError(f"Redis answered more than {self.most // MIB} MiB at once")
        while len(self.buffer) < length + 2:
            self._receive()
        value = bytes(self.buffer[:length])
        del self.buffer[: length + 2]
        return value

    def _receive(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise RedisError(f"Redis does not answer within {self.timeout:.0f} s")
        self.socket.settimeout(left)
        received = self.socket.recv(2**18)
        if not received:
            raise RedisError("Redis closed the connection")
        self.buffer += received


def _are_names(value: Value) -> bool:
    return isinstance(value, list) and all(isinstance(name, bytes) for name in value)


def _encode(words: tuple[str | bytes | int, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)

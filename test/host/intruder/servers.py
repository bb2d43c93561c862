"""Servers in the place of those that programs of the host's ask: each connection gets another answer that nobody should believe."""

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator

from wire import Redis, Refused

# Each asks for as long as it is let.
Chunks = Iterator[bytes]


def endless(start: bytes, chunk: bytes, pause: float = 0) -> Callable[[], Chunks]:
    def chunks() -> Chunks:
        yield start
        while True:
            yield chunk
            time.sleep(pause)

    return chunks


def once(text: bytes) -> Callable[[], Chunks]:
    return lambda: iter([text])


def http(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s" % (status, more, len(body), body)


READY = b'{"status": "healthy", "db": "connected"}'
HUGE = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
HTTP: tuple[Callable[[], Chunks], ...] = (
    *(once(http(body)) for body in (b"[]", b"null", b'"x"', b"1e999", b"[" * 200_000, b'{"a":' * 100_000, b"{}", b'{"data": 1, "keys": 1, "providers": []}')),
    once(http(b'{"litellm_version": {"a": [1]}, "data": [null, 1, {"model_info": 1}], "key": {"x": 1}, "keys": "sk-x", "choices": {}, "total_count": "x", "providers": [1]}')),
    *(
        once(http(b"", b"%d Moved" % status, b"Location: http://127.0.0.1:4998/stolen\r\n")) for status in (301, 302, 307, 308)
    ),
    once(http(b"sk-planted \n::stop-commands::x\x1b[2J", b"500 \n::error::x")), once(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n"),
    once(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"), once(b"HTTP/9.9 abc\r\n\r\n"), once(b"\x00" * 100_000), once(b""),
    endless(HUGE, b'{"a": "' + b"x" * 1_000_000), endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05), endless(HUGE, b" ", 0.5), endless(b"HTTP/1.1 200 OK\r\n", b"A", 0.5),
)  # fmt: skip
REDIS: tuple[Callable[[], Chunks], ...] = (
    once(b"*1\r\n" * 50_000), once(b":x\r\n" * 20), once(b"+OK\r\n" + b"+x\r\n" * 20), once(b"$x\r\n"), once(b"*x\r\n"), once(b"$-1\r\n" * 20), once(b"*-1\r\n" * 20),
    once(b"+OK\r\n" + b"$4\r\nab:c\r\n" * 20), once(b"+OK\r\n:99999999999999999999\r\n" + b"$7\r\na:b\r\nc:\r\n" * 20), once(b"-x\n::stop-commands::\r\n"), once(b"!"), once(b""),
    once(b"+OK\r\n:0\r\n" + b"$10\r\n\xff\xfe\xff\xfe\xff\xff\xff\xff\xff\xff\r\n" * 20), endless(b"+OK\r\n$99999999999\r\n", b"x" * 1_000_000),
    endless(b"+OK\r\n*99999999\r\n", b":1\r\n" * 100_000), endless(b"+OK\r\n+", b"x" * 1_000_000), endless(b"+OK\r\n+", b"x", 0.5), once(b"+OK\r\n$-99\r\n" * 9),
)  # fmt: skip


def is_over(until: float) -> bool:
    return time.monotonic() > until or os.path.exists("/tmp/stop")


def listen(port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(64)
    return server


def serve(server: socket.socket, answers: tuple[Callable[[], Chunks], ...], ready: bool, until: float) -> int:
    """Answers every connection with the next of `answers` until then; how many there were."""
    turns = itertools.cycle(answers)
    server.settimeout(0.5)
    count = 0
    while not is_over(until):
        try:
            connection, _ = server.accept()
        except OSError:
            continue
        count += 1
        threading.Thread(target=answer, args=(connection, turns, ready, until), daemon=True).start()
    return count


def answer(connection: socket.socket, turns: Iterator[Callable[[], Chunks]], ready: bool, until: float) -> None:
    connection.settimeout(5)
    try:
        while asked := connection.recv(65536):
            # Who does not seem ready is asked nothing else.
            if ready and b"/health/readiness " in asked:
                connection.sendall(http(READY))
                continue
            for chunk in next(turns)():
                if is_over(until):
                    break
                connection.sendall(chunk)
            if not ready:
                continue
            connection.shutdown(socket.SHUT_WR)
            return
    except OSError:
        pass
    finally:
        connection.close()


def instead_of_redis(password: str, until: float) -> None:
    """Ends Redis each time that systemd starts it, and is there first when it can be."""
    served = 0
    while not is_over(until):
        try:
            Redis(password).ask("SHUTDOWN", "NOSAVE")
        except (OSError, Refused, ValueError):
            pass
        try:
            server = listen(6379)
        except OSError:
            continue
        print("at work: redis", flush=True)
        with server:
            served += serve(server, REDIS, False, until)
    print(f"redis: answered {served} connections", flush=True)


def instead_of_litellm(port: int, until: float) -> None:
    stolen: list[bytes] = []

    def where_it_leads() -> None:
        with listen(4998) as server:
            server.settimeout(0.5)
            while not is_over(until):
                try:
                    connection, _ = server.accept()
                    stolen.append(connection.recv(65536))
                    connection.close()
                except OSError:
                    pass

    thread = threading.Thread(target=where_it_leads)
    thread.start()
    with listen(port) as server:
        print("at work: http", flush=True)
        served = serve(server, HTTP, True, until)
    thread.join()
    print(f"http: answered {served} connections", flush=True)
    for request in stolen:
        print(f"done: a redirect was followed: {request[:2000]!r}", flush=True)

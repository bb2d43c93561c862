"""Runs in an image that has Python, in the network of its machine: resets connections to ports that lead into a container.

Podman 5.3 and later listen on such a port themselves, to keep it from others, a moment before the way into the container is there. Who
connects in that moment is heard by nobody; reset, such a client tries again. Arguments: the ports.
"""

import socket
import struct
import sys
from collections.abc import Iterator

# Of Linux: linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h.
SOCK_DIAG = 4
BY_FAMILY = 20
DESTROY = 21
REQUEST, ACK, DUMP = 1, 4, 0x300
ERROR, DONE = 2, 3
ESTABLISHED, CLOSE_WAIT = 1 << 1, 1 << 8
# Addresses, ports, interface and cookie of a connection: as they are told, so they are given back.
IDENTITY = slice(4, 52)
SECONDS = 5.0


def reset(ports: set[int]) -> int:
    """Answers how many there were."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as link:
        link.settimeout(SECONDS)
        found: list[tuple[socket.AddressFamily, bytes]] = []
        for family in (socket.AF_INET, socket.AF_INET6):
            ask(link, BY_FAMILY, REQUEST | DUMP, family, bytes(IDENTITY.stop - IDENTITY.start))
            identities = (told[IDENTITY] for told in answers(link))
            found += [(family, one) for one in identities if int.from_bytes(one[:2], "big") in ports]
        for family, identity in found:
            ask(link, DESTROY, REQUEST | ACK, family, identity)
            for _ in answers(link):
                pass
    return len(found)


def ask(link: socket.socket, kind: int, flags: int, family: int, identity: bytes) -> None:
    question = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, ESTABLISHED | CLOSE_WAIT) + identity
    link.send(struct.pack("=IHHII", 16 + len(question), kind, flags, 1, 0) + question)


def answers(link: socket.socket) -> Iterator[bytes]:
    while True:
        data = link.recv(1 << 17)
        while data:
            size, kind = struct.unpack_from("=IH", data)
            if kind in (ERROR, DONE):
                return
            yield data[16:size]
            data = data[(size + 3) & ~3 :]


if __name__ == "__main__":
    reset({int(port) for port in sys.argv[1:]})

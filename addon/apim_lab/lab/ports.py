"""Which ports are free, and behind which an HTTP server answers."""

import http.client
import socket
from collections.abc import Iterable
from contextlib import ExitStack

_PROBE_TIMEOUT = 1.0  # seconds
_PORTS = 65_536


def taken_ports(host: str, ports: Iterable[int]) -> list[int]:
    """The ports that something else listens on."""
    return [port for port in ports if not _is_free(host, port)]


def answers(host: str, port: int) -> bool:
    """Whether an HTTP server there answers with a status below 500.

    A mitmproxy whose script was refused listens for a moment too, before it ends, and answers 502.
    """
    connection = http.client.HTTPConnection(host, port, timeout=_PROBE_TIMEOUT)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_ports(host: str, count: int) -> list[int]:
    """`count` ports that the operating system chose; nothing listens on them now."""
    with ExitStack() as stack:
        servers = [stack.enter_context(socket.create_server((host, 0))) for _ in range(count)]
        return [int(server.getsockname()[1]) for server in servers]


def free_range(host: str, count: int) -> int:
    """The first of `count` consecutive ports on which nothing listens now."""
    while True:
        (first,) = free_ports(host, 1)
        if first + count <= _PORTS and not taken_ports(host, range(first, first + count)):
            return first


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False

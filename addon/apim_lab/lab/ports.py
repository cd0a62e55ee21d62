"""Which ports are free, and behind which an HTTP server answers."""

import http.client
import socket
from collections.abc import Iterable

_PATIENCE = 1.0  # seconds


def taken(host: str, ports: Iterable[int]) -> list[int]:
    """The ports that something else listens on."""
    return [port for port in ports if not _is_free(host, port)]


def answers(host: str, port: int) -> bool:
    """Whether an HTTP server there answers with a status below 500.

    A mitmproxy whose script was refused listens for a moment too, before it ends, and answers 502.
    """
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False

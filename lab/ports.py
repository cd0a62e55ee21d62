"""Which ports are free, and which answer."""

import socket
from collections.abc import Iterable

_PATIENCE = 1.0  # seconds


def taken(host: str, ports: Iterable[int]) -> list[int]:
    """The ports that something else listens on."""
    return [port for port in ports if not _is_free(host, port)]


def answers(host: str, port: int) -> bool:
    """Whether a connection to the port is accepted."""
    try:
        with socket.create_connection((host, port), timeout=_PATIENCE):
            return True
    except OSError:
        return False


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False

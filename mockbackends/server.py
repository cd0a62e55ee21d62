"""Several backends in one process: each on a port and in a thread of its own, closed together."""

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from werkzeug.serving import ThreadedWSGIServer

from mockbackends.app import create_app
from mockbackends.backend import Backend
from mockbackends.connection import Connection

_POLL = 0.05  # seconds until a server notices that it is to stop


@dataclass(frozen=True)
class Call:
    """One call. `status` 0: the connection was closed without an answer. `path` has no query."""

    backend: str
    status: int
    method: str
    path: str


class PortError(OSError):
    """A port cannot be had; the message names it, the backend and the reason."""


@dataclass(frozen=True)
class Fleet:
    """The backends being served: `urls` leads from a name to `http://host:port`, in the order given."""

    urls: dict[str, str]


class Server(ThreadedWSGIServer):
    """One backend on one port; knows its connections, so that it can close them."""

    def __init__(self, backend: Backend, host: str, on_call: Callable[[Call], None]) -> None:
        self.backend = backend
        self._on_call = on_call
        self._connections: set[socket.socket] = set()
        # Werkzeug ends the process when a port is taken; given a socket that listens already, it cannot.
        with _listen(backend, host) as listening:
            super().__init__(host, listening.getsockname()[1], create_app(backend), Connection, fd=listening.fileno())

    @property
    def url(self) -> str:
        """`http://host:port`, with the port that the operating system chose where it was asked to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def report(self, status: int, method: str, target: str) -> None:
        """Tell `on_call` of a call. The query is left out: a key may be in it."""
        self._on_call(Call(self.backend.name, status, method, target.partition("?")[0]))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while it is served."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close the connection, without the orderly end first that would spoil a reset."""
        self._connections.discard(request)
        self.close_request(request)

    def close(self) -> None:
        """Stop listening, and close the connections that are open."""
        self.shutdown()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(
    backends: Iterable[Backend], host: str = "127.0.0.1", on_call: Callable[[Call], None] = lambda _: None
) -> Iterator[Fleet]:
    """Serve the backends until the block ends; raise PortError before any of them answers.

    `on_call` is told of each call before its answer is sent, in the thread of the call.
    """
    with ExitStack() as stack:
        servers = []
        for backend in backends:
            servers.append(Server(backend, host, on_call))
            stack.callback(servers[-1].server_close)
        for server in servers:
            thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.close)
        yield Fleet({server.backend.name: server.url for server in servers})


def _listen(backend: Backend, host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, backend.port), family=family, backlog=128)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise PortError(f"{backend.name} cannot listen on {host}, port {backend.port}: {reason}") from error

"""Several backends in one process: each on a port of its own, opened and closed together."""

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from cheroot.wsgi import Server as CherootServer

from mockbackends.app import create_app
from mockbackends.backend import Backend
from mockbackends.connection import TrackedConnection, WorkerPool, WsgiGateway
from mockbackends.control import create_control
from mockbackends.fleet import Fleet
from mockbackends.recorder import Call, Recorder

_MIN_THREADS = 16  # of each server, also while there is no call
_POLL_SECONDS = 0.05  # until a server notices that it has to stop
_MAX_IDLE_CONNECTIONS = 10_000  # beyond it, an answer closes its connection


class PortError(OSError):
    """A port is not free; the message has the server, the port and the reason."""


class Server(CherootServer):
    """One application on one port. It knows its open connections, to close them at the end."""

    ConnectionClass = TrackedConnection
    expiration_interval = _POLL_SECONDS
    keep_alive_conn_limit = _MAX_IDLE_CONNECTIONS

    def __init__(self, name: str, app: Callable[..., Any], host: str, port: int) -> None:
        super().__init__((host, port), app, server_name="mockbackends", request_queue_size=128, shutdown_timeout=1)
        self.name = name
        self.host = host
        self.gateway = WsgiGateway
        self.requests = WorkerPool(self, min=_MIN_THREADS)
        self.connections: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """`http://host:port`, with the port that the operating system chose if the port was 0."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.bind_addr[1]}"

    def listen(self) -> None:
        """Listen on the port; raise PortError."""
        self._listening = _listen(self.name, self.host, self.bind_addr[1])
        self.prepare()

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:  # noqa: A002 - cheroot's signature
        """Give cheroot the socket that listens already: its own code hides why a port is not free."""
        self.socket = self._listening
        self.bind_addr = self._listening.getsockname()[:2]
        return self._listening

    def close(self) -> None:
        """Stop listening, and close the open connections."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.stop()

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Write nothing about clients that left; if cheroot itself fails, it answers with 500."""


@contextmanager
def serve(  # noqa: PLR0913 - all but the first have defaults
    backends: Iterable[Backend],
    host: str = "127.0.0.1",
    on_call: Callable[[Call], None] = lambda _: None,
    *,
    fleet: Fleet | None = None,
    control: int | None = None,
    control_host: str = "127.0.0.1",
) -> Iterator[Fleet]:
    """Serve the backends until the block ends; raise PortError before the block begins.

    `on_call` gets each call before its answer is sent, in the thread of the call. A `fleet` of the same backends has
    its own clock and journal, and may be served several times; without a fleet, raise the errors of Fleet. `control` is
    the port of the control: 0 lets the system choose, None serves no control.
    """
    served = list(backends)
    fleet = fleet or Fleet(served)
    fleet.clock.open()
    with ExitStack() as stack:
        for backend in served:
            app = Recorder(create_app(backend, fleet), backend.name, fleet.journal, on_call)
            server = Server(backend.name, app, host, backend.port)
            open_server(server, stack)
            fleet.urls[backend.name] = server.url
        if control is not None:
            server = Server("the control", create_control(fleet, control_host), control_host, control)
            open_server(server, stack)
            fleet.control_url = server.url
        stack.callback(fleet.clock.close)
        yield fleet


def open_server(server: Server, stack: ExitStack) -> None:
    """Serve in a thread until the stack is closed; raise PortError."""
    server.listen()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(server.close)


def _listen(name: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise PortError(f"{name} cannot listen on {host}, port {port}: {reason}") from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # send each token at once
    return listening

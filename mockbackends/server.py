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
from mockbackends.connection import Connection, Gateway, Pool
from mockbackends.control import create_control
from mockbackends.fleet import Fleet
from mockbackends.recording import Call, Recorder

_THREADS = 16  # to begin with
_POLL = 0.05  # seconds until a server notices that it is to stop
_KEPT = 10_000  # idle connections


class PortError(OSError):
    """A port cannot be had; the message names it, who wanted it and the reason."""


class Server(CherootServer):
    """One application on one port; knows its connections, so that it can close them."""

    ConnectionClass = Connection
    expiration_interval = _POLL
    keep_alive_conn_limit = _KEPT

    def __init__(self, name: str, app: Callable[..., Any], host: str, port: int) -> None:
        super().__init__((host, port), app, server_name="mockbackends", request_queue_size=128, shutdown_timeout=1)
        self.name = name
        self.host = host
        self.gateway = Gateway
        self.requests = Pool(self, min=_THREADS)
        self.connections: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """`http://host:port`, with the port that the operating system chose where it was asked to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.bind_addr[1]}"

    def listen(self) -> None:
        """Take the port; raise PortError."""
        self._listening = _listen(self.name, self.host, self.bind_addr[1])
        self.prepare()

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:  # noqa: A002 - cheroot's signature
        """Hand cheroot the socket that listens already: its own way to one hides the reason of a failure."""
        self.socket = self._listening
        self.bind_addr = self._listening.getsockname()[:2]
        return self._listening

    def close(self) -> None:
        """Stop listening, and close the connections that are open."""
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.stop()

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Say nothing of clients that went away; cheroot's own failures are an answer with 500."""


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
    """Serve the backends until the block ends; raise PortError before any of them is handed over.

    `on_call` is told of each call before its answer is sent, in the thread of the call. A `fleet` that was made
    before, of the same backends, brings a clock and a journal of its own; it may be served again afterwards. Without
    one, raise what Fleet raises. `control` is the port of the control, 0 lets the system choose; without it there is
    none.
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
    """Serve in a thread, until the stack is unwound; raise PortError."""
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
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a streamed token is not held back
    return listening

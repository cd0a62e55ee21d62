"""A gateway with the live page, and a reader of the page's events."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace

from bench.processes import START_TIMEOUT, Process, StartError, gateway, listening_ports, mitmdump


@dataclass(frozen=True)
class Shown:
    """A gateway and the port of its page."""

    process: Process
    page: int


@contextmanager
def with_page(name: str, backends: Process, *arguments: str) -> Iterator[Shown]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        page = free.getsockname()[1]
    with mitmdump(name, *gateway(backends), "--set", f"apim_page={page}", *arguments) as process:
        yield Shown(replace(process, ports=[other_port(process, page)]), page)


def other_port(process: Process, page: int) -> int:
    """The gateway's own port, once it listens on the page's, too."""
    until = time.monotonic() + START_TIMEOUT
    while time.monotonic() < until:
        with suppress(OSError):  # it closed a file while the list was read
            if {page} < (ports := set(listening_ports(process.pid))):
                return min(ports - {page})
        time.sleep(0.05)
    raise StartError(f"the gateway has no page on port {page}")


@contextmanager
def reader(port: int) -> Iterator[None]:
    """Read the events, as a page that keeps up does."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        thread = threading.Thread(target=read_all, args=(connection,))
        thread.start()
        try:
            yield
        finally:
            connection.shutdown(socket.SHUT_RDWR)
            thread.join()


def read_all(connection: socket.socket) -> None:
    with suppress(OSError):
        while connection.recv(1 << 20):
            pass

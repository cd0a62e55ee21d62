"""The HTTP side of a backend on cheroot: threads, requests, connections, and answers that break off on purpose.

Cheroot's pool has a fixed number of threads, and a stream or a stalled call holds its thread for long. Our pool grows
with the calls under way, so that no call waits for a thread, and shrinks again when threads are spare.
"""

import errno
import socket
import sys
import threading
import time
from contextlib import suppress
from queue import Empty
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.workers.threadpool import _SHUTDOWNREQUEST, ThreadPool  # type: ignore[attr-defined]  # not in its stubs
from cheroot.wsgi import Gateway_10

from mockbackends.clock import MILLISECOND, SECOND
from mockbackends.faults import HangUp
from mockbackends.framing import ChunkedBody, SizedBody

SOCKET_KEY = "mockbackends.socket"  # the key of the connection's socket in the WSGI environment
LAG_KEY = "mockbackends.lag"  # the key of the age of the request, in nanoseconds

_LAST_DATA_RECV = slice(52, 56)  # tcpi_last_data_recv in struct tcp_info (linux/tcp.h), in milliseconds
_CLOCK_MONOTONIC_COARSE = 6  # linux/time.h; Python has no name for it
_SPARE_THREAD_SECONDS = 10.0  # from the last moment when every thread had a call until the spare threads end
_LINGER_SECONDS = 2.0  # for which the rest of a body is read after the answer


class WorkerPool(ThreadPool):
    """Starts a thread if there are more calls than threads; ends threads that were spare for 10 seconds.

    10:00:00  64 calls come at once: 64 threads
    10:00:01  all are answered; from now on there is one call at a time
    10:00:11  the threads beyond the minimum have ended
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pending = 0  # never more than there are threads
        self._busy_at = 0.0  # the last moment when every thread had a call
        self._threads: list[Any]
        self._counting = threading.Lock()
        self.get = self._next  # cheroot's is an attribute, too

    def put(self, obj: Any) -> None:
        """Hand a connection with a request to a thread."""
        with self._counting:
            self._pending += 1
            if self._pending >= len(self._threads):
                self._busy_at = time.monotonic()
            if self._pending > len(self._threads):
                self._threads.append(self._spawn_worker())  # type: ignore[attr-defined]  # not in its stubs
        super().put(obj)

    def stop(self, timeout: int = 5) -> None:
        """End every thread. Spare threads stay until then: cheroot counts on a thread for each message to end."""
        with self._counting:
            self.min = sys.maxsize
        super().stop(timeout)

    def _next(self) -> Any:
        """Return the next connection for the current thread, or the message to end."""
        while not self._leave():
            with suppress(Empty):
                return self._queue.get(timeout=_SPARE_THREAD_SECONDS)  # type: ignore[attr-defined]  # not in its stubs
        return _SHUTDOWNREQUEST

    def _leave(self) -> bool:
        """Remove the current thread from the pool if it is spare; return whether it was."""
        with self._counting:
            is_spare = max(self.min, self._pending) < len(self._threads)
            if not is_spare or time.monotonic() < self._busy_at + _SPARE_THREAD_SECONDS:
                return False
            thread = threading.current_thread()
            self._threads.remove(thread)
            self.server.stats["Worker Threads"].pop(thread.name, None)  # the statistics would keep the thread alive
            return True

    def done(self) -> None:
        """Count a thread as free: it has answered its request."""
        with self._counting:
            self._pending -= 1


class StrictRequest(HTTPRequest):
    """One request, refused with 400 if its head is malformed."""

    def parse_request(self) -> None:
        """Read the request line and the headers, or answer with 400."""
        try:
            super().parse_request()
        except ValueError:  # the request target is no URL
            self.simple_response("400 Bad Request")
        self.conn.has_unread = not self.ready

    def read_request_headers(self) -> bool:
        """Read the headers; answer with 400 and return False if they do not say where the body ends."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]  # its stubs are bare
            return False
        if mistake := self._framing_mistake():
            self.simple_response("400 Bad Request", mistake)
        return not mistake

    def _framing_mistake(self) -> str:
        """Return the mistake against RFC 9112, section 6, that cheroot accepts; empty if there is none."""
        coding = self.inheaders.get(b"Transfer-Encoding", b"")
        if coding and coding.lower() != b"chunked":
            return "The only transfer coding is chunked, and a body has it once."
        if coding and self.response_protocol != "HTTP/1.1":
            return "HTTP/1.0 has no transfer codings."
        if not self.inheaders.get(b"Content-Length", b"0").isdigit():
            return "Content-Length has to be a number of bytes, in decimal digits."
        return ""


class TrackedConnection(HTTPConnection):
    """A client connection that its server knows while it is open."""

    RequestHandlerClass = StrictRequest
    has_unread = False  # whether a part of the last request is unread

    def __init__(self, server: Any, sock: socket.socket, *arguments: Any) -> None:
        super().__init__(server, sock, *arguments)
        server.connections.add(sock)

    def communicate(self) -> Any:
        """Answer one request, read the rest of its body if the connection closes, and return whether it stays open."""
        try:
            stays = super().communicate()  # type: ignore[no-untyped-call]  # its stubs are bare
            if self.has_unread:
                self._read_rest()  # before `done`: the thread is busy
            return stays
        finally:
            self.server.requests.done()

    def close(self) -> None:
        """Close the connection; ignore that the client may have left before its answer was sent."""
        self.server.connections.discard(self.socket)
        with suppress(OSError, ValueError):
            super().close()
        # Else the finalizer of `wfile` tries to send the rest of the answer, and Python 3.13 warns if it cannot.
        with suppress(OSError, ValueError):
            self.wfile.close()

    def _read_rest(self) -> None:
        """Read on for a while: to close a connection with unread data resets it, and the answer is lost."""
        until = time.monotonic() + _LINGER_SECONDS
        with suppress(OSError):  # the client has left, or still sends at the end of the time
            self.socket.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                self.socket.settimeout(left)
                if not self.socket.recv(65_536):
                    break


class WsgiGateway(Gateway_10):
    """Calls the application and sends the parts of its answer one by one.

    If the application raises `HangUp`, the connection is closed at once. After an answer with `Connection: close` it is
    closed, too.
    """

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # its stubs say None
        """Return the WSGI environment with our readers of bodies, and the socket for the faults of the wire."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]  # its stubs are bare
        return environ | {
            "wsgi.input": self._body(),
            "wsgi.input_terminated": True,
            SOCKET_KEY: self.req.conn.socket,
            LAG_KEY: _lag(self.req.conn.socket),
        }

    def _body(self) -> ChunkedBody | SizedBody:
        """Return the request's body. Cheroot's own readers wait for the end of a chunk, and accept half a body."""
        self.req.rfile = self.req.conn.rfile  # no `remaining` for cheroot to read
        if self.req.chunked_read:
            return ChunkedBody(self.req.conn.rfile)
        return SizedBody(self.req.conn.rfile, int(self.req.inheaders.get(b"Content-Length", 0)))

    def respond(self) -> None:
        """Answer one request."""
        parts = self.req.server.wsgi_app(self.env, self.start_response)
        try:
            for part in filter(None, parts):
                self.write(part)
        except HangUp:
            # cheroot takes it for a client that left: it sends nothing more and closes
            raise ConnectionResetError(errno.ECONNRESET, "hang up") from None
        finally:
            parts.close()
        self.req.ensure_headers_sent()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """Remember the status and the headers for the first part of the answer."""
        if ("connection", "close") in [(name.lower(), value) for name, value in headers]:
            self.req.close_connection = self.req.conn.has_unread = True
        return super().start_response(status, headers, exc_info)


def _lag(connection: socket.socket) -> int:
    """Return about how many nanoseconds ago the last data arrived; 0 if the system is not Linux.

    If a hundred calls come at once, most of their wait passes before this process sees them. The kernel counts in
    ticks, and a busy machine loses some: the result may be a few milliseconds too large. That is good enough for the
    pace of an answer, not for the journal.
    """
    if sys.platform != "linux":
        return 0
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECV.stop)
    milliseconds = int.from_bytes(info[_LAST_DATA_RECV], sys.byteorder)
    tick = round(time.clock_getres(_CLOCK_MONOTONIC_COARSE) * SECOND)  # what the kernel counts in
    return max(0, milliseconds * MILLISECOND - tick)

"""How cheroot serves the backends: a thread for each call that is under way, and answers that break off when told to.

Cheroot's pool has a fixed number of threads. Streams and calls that stall hold theirs for long, so ours grows: a
call never waits for another one's thread. After a while that did not need them all it shrinks again.
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

SOCKET = "mockbackends.socket"  # where the application finds the connection's socket, in the WSGI environment
LAG = "mockbackends.lag"  # and about how many nanoseconds ago the request arrived

_LAST_DATA_RECV = slice(52, 56)  # tcpi_last_data_recv in struct tcp_info (linux/tcp.h), in milliseconds
_CLOCK_MONOTONIC_COARSE = 6  # linux/time.h; Python has no name for it
_SPARE = 10.0  # seconds without a call for every thread, after which those beyond the minimum end
_LINGER = 2.0  # seconds that an unread body is still taken in after the answer


class Pool(ThreadPool):
    """Starts a thread whenever there are more calls than threads; lets threads end that are spare for a while.

    10:00:00  64 calls come at once: 64 threads
    10:00:01  all are answered; from now on there is one call at a time
    10:00:11  the threads beyond the minimum have ended
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._pending = 0  # never more than there are threads
        self._busy_at = 0.0  # when every thread had a call, the last time
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
        """End every thread; none leaves by itself any more, else one of them would miss that it is to end."""
        with self._counting:
            self.min = sys.maxsize
        super().stop(timeout)

    def _next(self) -> Any:
        """What the thread that asks is to do: serve a connection, or end."""
        while not self._leave():
            with suppress(Empty):
                return self._queue.get(timeout=_SPARE)  # type: ignore[attr-defined]  # not in its stubs
        return _SHUTDOWNREQUEST

    def _leave(self) -> bool:
        """Take the thread that asks out of the pool, if there are more than were needed lately."""
        with self._counting:
            is_spare = max(self.min, self._pending) < len(self._threads)
            if not is_spare or time.monotonic() < self._busy_at + _SPARE:
                return False
            thread = threading.current_thread()
            self._threads.remove(thread)
            self.server.stats["Worker Threads"].pop(thread.name, None)  # it would keep the thread
            return True

    def done(self) -> None:
        """A thread has finished with its connection, for now."""
        with self._counting:
            self._pending -= 1


class Request(HTTPRequest):
    """One request."""

    def parse_request(self) -> None:
        """Read its line and its headers, or answer with 400."""
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
        """What RFC 9112, section 6, forbids and cheroot lets pass."""
        coding = self.inheaders.get(b"Transfer-Encoding", b"")
        if coding and coding.lower() != b"chunked":
            return "The only transfer coding is chunked, and a body has it once."
        if coding and self.response_protocol != "HTTP/1.1":
            return "HTTP/1.0 has no transfer codings."
        if not self.inheaders.get(b"Content-Length", b"0").isdigit():
            return "Content-Length has to be a number of bytes, in decimal digits."
        return ""


class Connection(HTTPConnection):
    """One client connection, known to its server while it is open."""

    RequestHandlerClass = Request
    has_unread = False  # whether a part of the last request was not read

    def __init__(self, server: Any, sock: socket.socket, *arguments: Any) -> None:
        super().__init__(server, sock, *arguments)
        server.connections.add(sock)

    def communicate(self) -> Any:
        """Answer one request, and linger if it is the last; say whether the connection stays open."""
        try:
            stays = super().communicate()  # type: ignore[no-untyped-call]  # its stubs are bare
            if self.has_unread:
                self._take_in_the_rest()  # here, where the thread still counts as taken
            return stays
        finally:
            self.server.requests.done()

    def close(self) -> None:
        """Close; a client that left before its answer was sent is none of our trouble."""
        self.server.connections.discard(self.socket)
        with suppress(OSError, ValueError):
            super().close()
        # Else its finalizer tries to send what the client did not take, and from Python 3.13 on it complains.
        with suppress(OSError, ValueError):
            self.wfile.close()

    def _take_in_the_rest(self) -> None:
        """Read on for `_LINGER` seconds: to close with data unread is to reset, and the answer would be lost."""
        until = time.monotonic() + _LINGER
        with suppress(OSError):  # it has left, or is still sending at the end
            self.socket.shutdown(socket.SHUT_WR)
            while (left := until - time.monotonic()) > 0:
                self.socket.settimeout(left)
                if not self.socket.recv(65_536):
                    break


class Gateway(Gateway_10):
    """Calls the application, and sends its parts one by one.

    Raising `HangUp` while the answer is sent closes the connection there and then. An answer with `Connection: close`
    is the last one.
    """

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # its stubs say None
        """The WSGI environment, with the socket, which the faults of the wire need."""
        environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]  # its stubs are bare
        return environ | {
            "wsgi.input": self._body(),
            "wsgi.input_terminated": True,
            SOCKET: self.req.conn.socket,
            LAG: _lag(self.req.conn.socket),
        }

    def _body(self) -> ChunkedBody | SizedBody:
        """The request's body. Cheroot's readers wait for the end of a chunk of any size, and take half a body."""
        self.req.rfile = self.req.conn.rfile  # cheroot would read what it believes to be left of the body
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
            # what cheroot takes for a client that went away: it sends nothing more, and closes
            raise ConnectionResetError(errno.ECONNRESET, "hang up") from None
        finally:
            parts.close()
        self.req.ensure_headers_sent()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """Take the status and the headers, to be sent with the first part."""
        if ("connection", "close") in [(name.lower(), value) for name, value in headers]:
            self.req.close_connection = self.req.conn.has_unread = True
        return super().start_response(status, headers, exc_info)


def _lag(connection: socket.socket) -> int:
    """About how many nanoseconds ago the last data arrived; 0 where only Linux would know.

    When a hundred calls come at once, most of the time until a thread has one is not seen by this process. The kernel
    counts in ticks, of which a busy machine may lose some, so this can be a few milliseconds more than the truth: good
    for a pace, not for the journal.
    """
    if sys.platform != "linux":
        return 0
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA_RECV.stop)
    milliseconds = int.from_bytes(info[_LAST_DATA_RECV], sys.byteorder)
    tick = round(time.clock_getres(_CLOCK_MONOTONIC_COARSE) * SECOND)  # what the kernel counts in
    return max(0, milliseconds * MILLISECOND - tick)

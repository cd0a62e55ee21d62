"""One client connection: HTTP/1.1 that is kept alive, and streams whose every part leaves at once.

Werkzeug's own handler closes the connection after each answer and waits 10 ms before it does. Azure's
gateway keeps connections, and so does a proxy in front of it; so the part of the handler that calls the
application is written anew here.
"""

import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from werkzeug.serving import WSGIRequestHandler

from mockbackends.faults import HangUp

_LINGER = 2.0  # seconds that an unread body is still taken in after the answer
_UNREAD = 256  # reads of 64 KiB, for the same


class Connection(WSGIRequestHandler):
    """Calls the WSGI application for each request of a connection.

    The application reads every request body to its end, or answers with `Connection: close`. Raising `HangUp`
    while the answer is sent closes the connection there and then.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a streamed token is not held back for the next one
    wbufsize = 65_536  # the headers and the first part leave in one packet; see the flush of each part
    server: Any  # a mockbackends.server.Server

    def run_wsgi(self) -> None:
        """Answer one request."""
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self._status = 0
        self._chunked = False
        try:
            environ = self.make_environ()
        except ValueError:  # the request target is no URL
            self.send_error(400)
            return
        try:
            self._answer(self.server.app(environ, self._start_response))
        except (HangUp, OSError):
            self.close_connection = True
        if not self._status:
            self.server.report(0, self.command, self.path)

    def _start_response(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
        self._head = status, headers

    def _answer(self, parts: Iterable[bytes]) -> None:
        try:
            for part in parts:
                self._send(part)
            self._send(b"")
            if self._chunked:
                self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        finally:
            if hasattr(parts, "close"):
                parts.close()
        if self._asked_to_close():
            self._take_in_the_rest()

    def _send(self, part: bytes) -> None:
        """Send a part, and before the first one the headers: until then a fault can send nothing at all."""
        if not self._status:
            self._send_head()
        if part and self.command != "HEAD":
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if self._chunked else part)
            self.wfile.flush()

    def _send_head(self) -> None:
        assert self._head is not None, "the application did not call start_response"
        status, headers = self._head
        code, _, reason = status.partition(" ")
        self._status = int(code)
        self.server.report(self._status, self.command, self.path)
        self.send_response_only(self._status, reason)
        for name, value in [("Date", self.date_time_string()), *headers, *self._framing(headers)]:
            self.send_header(name, value)
        self.end_headers()

    def _framing(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """How the end of the body is told: RFC 9112, section 6.3."""
        if any(name.lower() == "content-length" for name, _ in headers) or self.command == "HEAD":
            return []
        if self.request_version != "HTTP/1.1":
            return [("Connection", "close")]
        self._chunked = True
        return [("Transfer-Encoding", "chunked")]

    def _asked_to_close(self) -> bool:
        headers = self._head[1] if self._head else []
        return ("connection", "close") in [(name.lower(), value) for name, value in headers]

    def _take_in_the_rest(self) -> None:
        """Read on for a moment: to close with data unread is to reset, and the answer would be lost."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER)
            for _ in range(_UNREAD):
                if not self.connection.recv(65_536):
                    break

    def finish(self) -> None:
        """Close; a client that left before its answer was sent is none of our trouble."""
        with suppress(OSError):
            super().finish()

    def version_string(self) -> str:
        """The `Server` header, which only http.server's own error pages have."""
        return "mockbackends"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the server reports each call."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Say nothing: the client is told."""

"""HTTP/1.1 connections that end on their own terms: a client's not because its backend's does, nor the other way round.

Each message goes out as HTTP/1.1, whatever version it came in, and no head is without a limit.

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/_http1.py), whose connections they extend.
"""

from logging import WARNING

from h11._receivebuffer import ReceiveBuffer
from mitmproxy import http
from mitmproxy.connection import ConnectionState
from mitmproxy.net.http import status_codes
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._base import ReceiveHttp

from apim_lab.proxy.http.head_check import LONGEST_PROBLEM, BadHead
from apim_lab.proxy.http.hop_by_hop import connection_options
from apim_lab.proxy.http.http1_head import body_size, is_without_body, read_request, read_response, take_lines

LINGER = 5.0
"""Seconds for which a refused client may go on sending: a connection closed at once would lose it the answer.

RFC 9112, section 9.6.
"""

MAX_PIPELINED = 1 << 20
"""Bytes that a client may send ahead of an answer that it waits for."""

MAX_EMPTY_LINES = 100
"""So many may precede a request (RFC 9112, section 2.2, asks for one)."""

MAX_INTERIM_ANSWERS = 100
"""So many may precede an answer."""

LAST_CHUNK = b"0\r\n\r\n"
"""RFC 9112, section 7.1."""


class Http1Connection(_http1.Http1Connection):
    """`closes`: the connection ends after the exchange under way; `sends_chunks`: its message goes out in chunks."""

    closes = False
    sends_chunks = False

    def take_lines(self) -> list[bytes] | None:
        return take_lines(self.buf, self.context.options)

    def read_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        """A body that ends with its connection is incomplete if that was reset: RFC 9112, section 8."""
        if isinstance(event, events.ConnectionClosed) and self.conn.error:
            assert self.stream_id is not None
            yield commands.CloseConnection(self.conn)
            yield ReceiveHttp(
                self.ReceiveProtocolError(self.stream_id, self.conn.error, self.ReceiveProtocolError.code)
            )
        else:
            yield from super().read_body(event)

    def mark_done(self, *, request: bool = False, response: bool = False) -> layer.CommandGenerator[None]:
        self.request_done = self.request_done or request
        self.response_done = self.response_done or response
        if not (self.request_done and self.response_done):
            return
        assert self.request
        assert self.response
        if _http1.should_make_pipe(self.request, self.response):
            yield from self.make_pipe()
        elif self.closes:
            yield commands.CloseConnection(self.conn)
            self.state = self.done
        else:
            yield from self.begin_next()

    def begin_next(self) -> layer.CommandGenerator[None]:
        self.request_done = self.response_done = False
        self.request = self.response = None
        self.state = self.read_headers
        if self.buf:
            yield from self.state(events.DataReceived(self.conn, b""))


class Http1Server(Http1Connection, _http1.Http1Server):
    """A client's connection."""

    empty_lines = 0
    """How many came before the request that is next."""

    is_old = False
    """Whether the client speaks HTTP/1.0, which knows neither chunks nor interim answers."""

    # ---- requests --------------------------------------------------------------------------------------------

    def read_headers(self, event: events.ConnectionEvent) -> layer.CommandGenerator[None]:
        if not isinstance(event, events.DataReceived):
            yield from super().read_headers(event)
            return
        try:
            lines = self.take_request()
            if lines is None:
                return
            self.request = read_request(lines)
            size = body_size(self.request)
        except ValueError as error:
            yield from self.refuse(error.status if isinstance(error, BadHead) else 400, str(error)[:LONGEST_PROBLEM])
            return
        self.is_old = self.request.is_http10
        self.closes = self.is_old or b"close" in connection_options(self.request)
        self.body_reader = _http1.make_body_reader(size)
        self.state = self.read_body
        yield ReceiveHttp(http_events.RequestHeaders(self.stream_id, self.request, size == 0))
        yield from self.state(event)

    def take_request(self) -> list[bytes] | None:
        """Pass over empty lines before it: RFC 9112, section 2.2."""
        while (lines := self.take_lines()) == []:
            self.empty_lines += 1
            if self.empty_lines > MAX_EMPTY_LINES:
                raise BadHead("Empty lines, and no request.")
        return lines

    def begin_next(self) -> layer.CommandGenerator[None]:
        self.stream_id += 2
        self.empty_lines = 0
        yield from super().begin_next()

    def mark_done(self, *, request: bool = False, response: bool = False) -> layer.CommandGenerator[None]:
        yield from super().mark_done(request=request, response=response)
        if self.request_done and not self.response_done:
            self.state = self.wait

    def wait(self, event: events.Event) -> layer.CommandGenerator[None]:
        if len(self.buf) > MAX_PIPELINED:
            event = events.ConnectionClosed(self.conn)
            yield commands.Log(f"closed the connection: more than {MAX_PIPELINED} bytes ahead of an answer", WARNING)
        yield from super().wait(event)

    # ---- requests that are refused ---------------------------------------------------------------------------

    def refuse(self, status: int, message: str) -> layer.CommandGenerator[None]:
        """Answer a request that cannot be read, and read no other."""
        yield commands.Log(f"refused a request ({status}): {message}", WARNING)
        yield commands.SendData(self.conn, _http1.make_error_response(status, message))
        yield commands.CloseTcpConnection(self.conn, half_close=True)
        yield commands.RequestWakeup(LINGER)
        self.state = self.linger

    def linger(self, event: events.Event) -> layer.CommandGenerator[None]:
        """Discard what still comes."""
        self.buf = ReceiveBuffer()
        if not isinstance(event, events.DataReceived):
            yield commands.CloseConnection(self.conn)
            self.state = self.done

    # ---- answers ---------------------------------------------------------------------------------------------

    def send(self, event: http_events.HttpEvent) -> layer.CommandGenerator[None]:
        if isinstance(event, http_events.ResponseHeaders):
            yield from self.send_head(event.response)
        elif isinstance(event, http_events.ResponseData):
            if event.data:
                yield commands.SendData(self.conn, frame_data(event.data, in_chunks=self.sends_chunks))
        elif isinstance(event, http_events.ResponseEndOfMessage):
            if self.sends_chunks:
                yield commands.SendData(self.conn, LAST_CHUNK)
            yield from self.mark_done(response=True)
        elif isinstance(event, http_events.ResponseProtocolError):
            yield from self.send_failure(event)
        else:
            assert isinstance(event, http_events.ResponseTrailers)  # discarded

    def send_failure(self, event: http_events.ResponseProtocolError) -> layer.CommandGenerator[None]:
        status = event.code.http_status_code()
        if status is None or self.response or self.request_done or not self.conn.state & ConnectionState.CAN_WRITE:
            yield from super().send(event)
        else:
            yield from self.refuse(status, event.message)

    def send_head(self, response: http.Response) -> layer.CommandGenerator[None]:
        is_interim = response.status_code < 200 and response.status_code != 101
        if is_interim and self.is_old:
            return
        fields = response.headers.fields
        if not is_interim:
            self.response = response
            fields = self.frame(response)
        reason = response.data.reason or status_codes.RESPONSES.get(response.status_code, "").encode()
        head = b"HTTP/1.1 %d %b\r\n%b\r\n" % (response.status_code, reason, bytes(http.Headers(fields)))
        yield commands.SendData(self.conn, head)

    def frame(self, response: http.Response) -> tuple[tuple[bytes, bytes], ...]:
        """The answer's fields, and with them how its body ends; sets `sends_chunks` and `closes`."""
        assert self.request
        fields = response.headers.fields
        names = [name.lower() for name, _ in fields]
        self.sends_chunks = False
        if _http1.should_make_pipe(self.request, response):
            return fields
        if not is_without_body(self.request, response):
            self.sends_chunks = not self.is_old and b"content-length" not in names
        if b"transfer-encoding" in names and not self.sends_chunks:
            fields = tuple(field for field in fields if field[0].lower() != b"transfer-encoding")
        elif self.sends_chunks and b"transfer-encoding" not in names:
            fields = (*fields, (b"Transfer-Encoding", b"chunked"))
        self.closes = self.closes or b"close" in connection_options(response)
        if self.closes and b"connection" not in names:
            fields = (*fields, (b"Connection", b"close"))
        return fields


def frame_data(data: bytes, *, in_chunks: bool) -> bytes:
    """A piece of a body, as a chunk where it goes in chunks: RFC 9112, section 7.1."""
    return b"%x\r\n%b\r\n" % (len(data), data) if in_chunks else data


class Http1Client(Http1Connection, _http1.Http1Client):
    """A backend's connection."""

    interim_answers = 0
    """How many came before the answer that is next."""

    # ---- requests --------------------------------------------------------------------------------------------

    def send(self, event: http_events.HttpEvent) -> layer.CommandGenerator[None]:
        if isinstance(event, http_events.RequestHeaders):
            yield from self.send_head(event)
        elif isinstance(event, http_events.RequestData):
            if event.data:
                yield commands.SendData(self.conn, frame_data(event.data, in_chunks=self.sends_chunks))
        elif isinstance(event, http_events.RequestEndOfMessage):
            if self.sends_chunks:
                yield commands.SendData(self.conn, LAST_CHUNK)
            yield from self.mark_done(request=True)
        elif not isinstance(event, http_events.RequestTrailers):  # those are discarded
            yield from super().send(event)

    def send_head(self, event: http_events.RequestHeaders) -> layer.CommandGenerator[None]:
        request = as_http11(event.request)
        # Each call of HTTP/2 has a connection of its own (mitmproxy).
        self.closes = not request.is_http11 or b"close" in connection_options(request)
        self.sends_chunks = "chunked" in request.headers.get("transfer-encoding", "").lower()
        self.interim_answers = 0
        yield from super().send(http_events.RequestHeaders(event.stream_id, request, event.end_stream))

    def begin_next(self) -> layer.CommandGenerator[None]:
        self.stream_id = None
        yield from super().begin_next()

    # ---- answers ---------------------------------------------------------------------------------------------

    def read_headers(self, event: events.ConnectionEvent) -> layer.CommandGenerator[None]:
        if not isinstance(event, events.DataReceived) or not self.request:
            yield from super().read_headers(event)
            return
        assert self.stream_id is not None
        try:
            self.response = self.take_response(self.request)
            if not self.response:
                return
            size = body_size(self.request, self.response)
        except ValueError as error:
            yield commands.CloseConnection(self.conn)
            failure = f"invalid answer: {error}"[:LONGEST_PROBLEM]
            yield ReceiveHttp(
                http_events.ResponseProtocolError(self.stream_id, failure, http_events.ErrorCode.GENERIC_SERVER_ERROR)
            )
            return
        options = connection_options(self.response)
        is_old = self.response.is_http10 and b"keep-alive" not in options
        self.closes = self.closes or is_old or size == -1 or b"close" in options
        self.body_reader = _http1.make_body_reader(size)
        self.state = self.read_body
        yield ReceiveHttp(http_events.ResponseHeaders(self.stream_id, self.response, size == 0))
        yield from self.state(event)

    def take_response(self, request: http.Request) -> http.Response | None:
        """The answer's head, once it is there. Interim ones are discarded: RFC 9110, section 15.2."""
        while (lines := self.take_lines()) is not None:
            response = read_response(lines)
            if response.status_code == 101 and "upgrade" not in request.headers:
                raise BadHead("it switches protocols, which nobody asked for")
            if response.status_code >= 200 or response.status_code == 101:
                return response
            self.interim_answers += 1
            if self.interim_answers > MAX_INTERIM_ANSWERS:
                raise BadHead("interim answers, and no final one")
        return None


def as_http11(request: http.Request) -> http.Request:
    """The request as it goes to a backend that speaks HTTP/1.1; the same one, if nothing is to change."""
    if request.is_http11 or not (request.is_http10 or "te" in request.headers):
        return request
    request = request.copy()
    if request.is_http10:
        request.http_version = "HTTP/1.1"
    request.headers.pop("te", None)
    return request

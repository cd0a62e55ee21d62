"""HTTP/2 connections whose senders wait for slow receivers (flow_control.py).

A client's connection reports the end of each call, too, and forgets calls that are over. If the piece of data that ends
a request also resets its stream or closes the connection, mitmproxy takes the stream for finished, and the call would
go on for nobody. And it keeps answered streams as long as the connection lasts. What a client sends beside its calls
has a budget (frame_budget.py).

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/_http2.py).
"""

from logging import WARNING

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import Event, RequestReceived, StreamReset
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _http2
from mitmproxy.proxy.layers.http._base import ReceiveHttp, format_error

from apim_lab.proxy.http.flow_control import Pace, PacedConnection
from apim_lab.proxy.http.frame_budget import RESET_COST, BudgetedConnection, FrameBudget
from apim_lab.proxy.http.head_check import LONGEST_PROBLEM, BadHead
from apim_lab.proxy.http.http2_head import read_request


def limit_heads(connection: H2Connection, limit: int) -> None:
    """Tell the client the limit; a head of up to twice that gets an answer (http2_head.py), a larger one ends all."""
    connection.local_settings.max_header_list_size = limit
    connection.local_settings.acknowledge()  # as mitmproxy does with its own settings
    connection.decoder.max_header_list_size = 2 * limit


class Http2Server(_http2.Http2Server):
    """The gateway's side of the connection; `unanswered` are the streams whose calls are under way."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.budget = FrameBudget(context.options.apim_http2_frames)
        self.h2_conn = budgeted = BudgetedConnection(self.h2_conf, self.budget)
        self.pace = Pace(self, budgeted)
        self.unanswered: set[int] = set()
        limit_heads(self.h2_conn, context.options.apim_head_limit)

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        yield from self.pace.handle(event, super()._handle_event)
        if isinstance(event, http_events.ResponseEndOfMessage | http_events.ResponseProtocolError):
            if event.stream_id in self.unanswered:  # and not given up
                self.unanswered.discard(event.stream_id)
                self.budget.earn(RESET_COST)
            if self.is_closed(event.stream_id):
                self.streams.pop(event.stream_id, None)

    def handle_h2_event(self, event: Event) -> layer.CommandGenerator[bool]:
        if isinstance(event, RequestReceived):
            yield from self.begin_call(event)
            return False
        if isinstance(event, StreamReset) and event.stream_id in self.unanswered:
            self.unanswered.discard(event.stream_id)
            self.streams[event.stream_id] = _http2.StreamState.HEADERS_RECEIVED
        return (yield from super().handle_h2_event(event))

    def begin_call(self, event: RequestReceived) -> layer.CommandGenerator[None]:
        """Refuse a bad head for its stream: mitmproxy would end the connection, and with it all calls."""
        try:
            request = read_request(event.headers, self.context.options)
        except ValueError as error:
            status = error.status if isinstance(error, BadHead) else 400
            yield from self.refuse(event, status, str(error)[:LONGEST_PROBLEM])
            return
        self.unanswered.add(event.stream_id)
        self.streams[event.stream_id] = _http2.StreamState.HEADERS_RECEIVED
        is_complete = bool(event.stream_ended)
        yield ReceiveHttp(http_events.RequestHeaders(event.stream_id, request, is_complete))

    def refuse(self, event: RequestReceived, status: int, message: str) -> layer.CommandGenerator[None]:
        yield commands.Log(f"refused a request ({status}): {message}", WARNING)
        fields = [(b":status", b"%d" % status), (b"content-type", b"text/html")]
        self.h2_conn.send_headers(event.stream_id, fields)
        self.h2_conn.send_data(event.stream_id, format_error(status, message), end_stream=True)
        if not event.stream_ended:
            self.h2_conn.reset_stream(event.stream_id, ErrorCodes.NO_ERROR)  # RFC 9113, section 8.1

    def protocol_error(self, message: str, error_code: int = ErrorCodes.PROTOCOL_ERROR) -> layer.CommandGenerator[None]:
        if not self.budget.is_used_up:
            yield from super().protocol_error(message, error_code)
            return
        # The GOAWAY is written already: h2 sends the code of the exception, mitmproxy always PROTOCOL_ERROR.
        yield commands.Log(f"closed the connection: {message}", WARNING)
        yield commands.SendData(self.conn, self.h2_conn.data_to_send())
        yield from self.close_connection(message)

    def close_connection(self, msg: str) -> layer.CommandGenerator[None]:
        self.streams = dict.fromkeys(self.unanswered, _http2.StreamState.HEADERS_RECEIVED)
        yield from super().close_connection(msg)


class Http2Client(_http2.Http2Client):
    """The gateway's connection to a server of HTTP/2."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.h2_conn = paced = PacedConnection(self.h2_conf)
        self.h2_conn.local_settings.enable_push = 0
        self.h2_conn.local_settings.acknowledge()
        self.pace = Pace(self, paced)

    def _handle_event2(self, event: events.Event) -> layer.CommandGenerator[None]:
        yield from self.pace.handle(event, super()._handle_event2)

"""A client's HTTP/2 connection that reports the end of each call, and forgets calls that are over.

If the piece of data that ends a request also resets its stream or closes the connection, mitmproxy takes the stream for
finished, and the call would go on for nobody. And it keeps answered streams as long as the connection lasts. What a
client sends beside its calls has a budget (frame_budget.py).

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/_http2.py).
"""

import logging

from h2.errors import ErrorCodes
from h2.events import Event, RequestReceived, StreamReset
from mitmproxy.connection import Server
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _http2
from mitmproxy.utils.human import format_address

from apim_lab.proxy import backpressure
from apim_lab.proxy.frame_budget import RESET, BudgetedConnection, FrameBudget

MAX_BUFFERED = 64
"""Frames of an answer that wait for the client to take them, at most 16 KB each; then its backend waits, too."""


class Http2Server(_http2.Http2Server):
    """The gateway's side of the connection.

    `unanswered` are the streams whose calls are under way, `held_back` are the backends that wait for the client, by
    stream.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.budget = FrameBudget(context.options.apim_http2_frames)
        self.h2_conn = BudgetedConnection(self.h2_conf, self.budget)
        self.unanswered: set[int] = set()
        self.held_back: dict[int, Server] = {}

    def is_full(self, stream_id: int) -> bool:
        """Whether the client has yet to take so much of an answer that its backend should wait."""
        return len(self.h2_conn.stream_buffers.get(stream_id, ())) > MAX_BUFFERED

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        yield from super()._handle_event(event)
        if self.held_back:
            self.let_go_on()
        if isinstance(event, http_events.ResponseEndOfMessage | http_events.ResponseProtocolError):
            if event.stream_id in self.unanswered:  # and not given up
                self.unanswered.discard(event.stream_id)
                self.budget.earn(RESET)
            if self.is_closed(event.stream_id):
                self.streams.pop(event.stream_id, None)

    def let_go_on(self) -> None:
        for stream_id, server in list(self.held_back.items()):
            if not self.is_full(stream_id):
                del self.held_back[stream_id]
                backpressure.resume_reading(self.context.client, server)

    def handle_h2_event(self, event: Event) -> layer.CommandGenerator[bool]:
        if isinstance(event, RequestReceived):
            self.unanswered.add(event.stream_id)
        elif isinstance(event, StreamReset) and event.stream_id in self.unanswered:
            self.unanswered.discard(event.stream_id)
            self.streams[event.stream_id] = _http2.StreamState.HEADERS_RECEIVED
        return (yield from super().handle_h2_event(event))

    def protocol_error(self, message: str, error_code: int = ErrorCodes.PROTOCOL_ERROR) -> layer.CommandGenerator[None]:
        if not self.budget.is_used_up:
            yield from super().protocol_error(message, error_code)
            return
        # The GOAWAY is written already: h2 sends the code of the exception, mitmproxy always PROTOCOL_ERROR.
        yield commands.Log(f"{format_address(self.conn.peername)}: {message}", logging.WARNING)
        yield commands.SendData(self.conn, self.h2_conn.data_to_send())
        yield from self.close_connection(message)

    def close_connection(self, msg: str) -> layer.CommandGenerator[None]:
        self.streams = dict.fromkeys(self.unanswered, _http2.StreamState.HEADERS_RECEIVED)
        yield from super().close_connection(msg)

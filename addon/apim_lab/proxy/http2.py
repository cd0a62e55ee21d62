"""A client's HTTP/2 connection that reports the end of each call, and forgets calls that are over.

If the piece of data that ends a request also resets its stream or closes the connection, mitmproxy takes the stream for
finished, and the call would go on for nobody. And it keeps answered streams as long as the connection lasts.

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/_http2.py).
"""

from h2.events import Event, RequestReceived, StreamReset
from mitmproxy.proxy import events, layer
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _http2


class Http2Server(_http2.Http2Server):
    """The gateway's side of the connection; `unanswered` are the streams whose calls are under way."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.unanswered: set[int] = set()

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:
        yield from super()._handle_event(event)
        if isinstance(event, http_events.ResponseEndOfMessage | http_events.ResponseProtocolError):
            self.unanswered.discard(event.stream_id)
            if self.is_closed(event.stream_id):
                self.streams.pop(event.stream_id, None)

    def handle_h2_event(self, event: Event) -> layer.CommandGenerator[bool]:
        if isinstance(event, RequestReceived):
            self.unanswered.add(event.stream_id)
        elif isinstance(event, StreamReset) and event.stream_id in self.unanswered:
            self.unanswered.discard(event.stream_id)
            self.streams[event.stream_id] = _http2.StreamState.HEADERS_RECEIVED
        return (yield from super().handle_h2_event(event))

    def close_connection(self, msg: str) -> layer.CommandGenerator[None]:
        self.streams = dict.fromkeys(self.unanswered, _http2.StreamState.HEADERS_RECEIVED)
        yield from super().close_connection(msg)

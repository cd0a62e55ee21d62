"""Whoever sends over HTTP/2 waits for the other side of the gateway, stream by stream (RFC 9113, section 5.2).

mitmproxy gives a sender new credit as soon as data comes, of 2 GB from the start, and keeps without limit what the
receiver has given no credit for. Here a receiver's connection tells the stream when it has no room for more of it, and
when it has again; the stream tells the sender's connection, which gives no credit meanwhile. Other streams go on. A
sender of HTTP/1.1 has no others: its connection is not read.

Written for mitmproxy 12 (mitmproxy/proxy/layers/http/_http2.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

from h2.config import H2Configuration
from mitmproxy.connection import Connection
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http import _http2
from mitmproxy.proxy.layers.http._base import HttpEvent, ReceiveHttp
from mitmproxy.proxy.layers.http._http_h2 import BufferedH2Connection

WINDOW = 1 << 22
"""Bytes of a stream that may come before the first credit: 4 MB, 40 MB a second at a distance of 100 ms."""

FULL = 64
"""Frames of a stream that wait for their receiver, at most 16 KB each; then it has no room for more."""

ROOM = 16
"""Frames that may still wait when the receiver has room again."""

BODY = (http_events.RequestData, http_events.ResponseData)


@dataclass
class Full(HttpEvent):
    """This side has no room for more of the stream."""

    receiver: Connection


@dataclass
class Room(HttpEvent):
    """This side has room again."""

    receiver: Connection


class PacedConnection(BufferedH2Connection):
    """Gives no credit for streams that are held; `held` is how much each of them will get."""

    def __init__(self, config: H2Configuration) -> None:
        super().__init__(config)
        self.local_settings.initial_window_size = WINDOW
        self.local_settings.acknowledge()  # or h2 would send the old value
        self.held: dict[int, int] = {}

    def waiting(self, stream_id: int) -> int:
        """How many frames wait for the peer's credit."""
        return len(self.stream_buffers.get(stream_id, ()))

    def acknowledge_received_data(self, acknowledged_size: int, stream_id: int) -> None:
        if stream_id in self.held and acknowledged_size:
            self.held[stream_id] += acknowledged_size
            self.increment_flow_control_window(acknowledged_size)  # the connection's: other streams need it
        else:
            super().acknowledge_received_data(acknowledged_size, stream_id)


class Pace:
    """What one connection has to do: `full` are its streams whose receiver it is, and has no room."""

    def __init__(self, connection: _http2.Http2Connection, h2_conn: PacedConnection) -> None:
        self.connection = connection
        self.h2_conn = h2_conn
        self.full: set[int] = set()

    def handle(
        self, event: events.Event, handle: Callable[[events.Event], layer.CommandGenerator[None]]
    ) -> layer.CommandGenerator[None]:
        """Let the connection handle the event, and say what it changes."""
        if isinstance(event, Full):
            self.h2_conn.held.setdefault(event.stream_id, 0)
        elif isinstance(event, Room):
            yield from self.let_go_on(event.stream_id)
        else:
            yield from handle(event)
            yield from self.tell(event)

    def let_go_on(self, stream_id: int) -> layer.CommandGenerator[None]:
        credit = self.h2_conn.held.pop(stream_id, 0)
        if credit and not self.connection.is_closed(stream_id):
            self.h2_conn.increment_flow_control_window(credit, stream_id)
            yield commands.SendData(self.connection.conn, self.h2_conn.data_to_send())

    def tell(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, BODY) and self.h2_conn.waiting(event.stream_id) > FULL:
            self.full.add(event.stream_id)
            yield ReceiveHttp(Full(event.stream_id, self.connection.conn))
        for stream_id in [it for it in self.full if self.h2_conn.waiting(it) <= ROOM]:
            self.full.discard(stream_id)
            yield ReceiveHttp(Room(stream_id, self.connection.conn))
        for stream_id in [it for it in self.h2_conn.held if self.connection.is_closed(it)]:
            del self.h2_conn.held[stream_id]

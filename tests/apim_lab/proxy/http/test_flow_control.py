"""Credit that is held back, and who is told of it; with real traffic in e2e/."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import WindowUpdated
from mitmproxy import http, options
from mitmproxy.connection import Client, Server
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _events as http_events
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.test import tutils

from apim_lab.proxy.http.flow_control import FULL, Full, Room
from apim_lab.proxy.http.http2_connection import Http2Client

THEIRS = 7
"""The number that the stream has on the client's side; on the server's it is 1."""


class Upstream:
    """A server of HTTP/2, and the gateway's connection to it, with a request under way."""

    def __init__(self) -> None:
        client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=0)
        context = Context(client, options.Options())
        context.options.add_option("http2_ping_keepalive", int, 0, "")
        context.options.add_option("validate_inbound_headers", bool, True, "")
        context.options.add_option("normalize_outbound_headers", bool, True, "")
        context.server = self.connection = Server(address=("127.0.0.1", 3))
        self.gateway = Http2Client(context)
        self.protocol = H2Connection(H2Configuration(client_side=False))
        self.protocol.initiate_connection()
        self.credit: dict[int, int] = {}
        self.handle(events.Start())
        self.handle(
            http_events.RequestHeaders(
                THEIRS,
                tutils.treq(http_version=b"HTTP/2.0", authority=b"host", headers=http.Headers()),
                end_stream=False,
            )
        )
        self.flush()

    def handle(self, event: events.Event) -> list[object]:
        """Let the gateway's side handle it; returns what it tells the stream."""
        told: list[object] = []
        for command in self.gateway.handle_event(event):
            if isinstance(command, commands.SendData):
                for received in self.protocol.receive_data(command.data):
                    if isinstance(received, WindowUpdated):
                        self.credit[received.stream_id] = self.credit.get(received.stream_id, 0) + received.delta
            elif isinstance(command, ReceiveHttp):
                told.append(command.event)
        return told

    def flush(self) -> list[object]:
        return self.handle(events.DataReceived(self.connection, self.protocol.data_to_send()))

    def answer(self, size: int) -> None:
        """Send so many bytes, and count the credit from here."""
        self.credit.clear()
        for _ in range(0, size, 1 << 14):
            self.protocol.send_data(1, bytes(1 << 14))
        self.flush()


@pytest.fixture
def upstream() -> Upstream:
    upstream = Upstream()
    upstream.protocol.send_headers(1, [(":status", "200")])
    upstream.flush()
    return upstream


def test_a_sender_gets_credit_for_what_it_has_sent(upstream):
    upstream.answer(3 << 20)

    assert upstream.credit[1] >= 1 << 20


def test_a_sender_gets_none_while_the_receiver_has_no_room_and_all_of_it_then(upstream):
    upstream.handle(Full(THEIRS, upstream.gateway.context.client))
    upstream.answer(3 << 20)

    assert upstream.credit == {0: 3 << 20}  # other streams of the connection go on
    upstream.handle(Room(THEIRS, upstream.gateway.context.client))
    assert upstream.credit[1] == 3 << 20


def test_a_stream_that_ends_is_not_held_any_more(upstream):
    upstream.handle(Full(THEIRS, upstream.gateway.context.client))
    upstream.protocol.reset_stream(1)
    upstream.flush()

    assert not upstream.gateway.h2_conn.held


def test_a_stream_may_end_without_data_while_it_is_held(upstream):
    upstream.handle(Full(THEIRS, upstream.gateway.context.client))
    upstream.protocol.end_stream(1)  # an empty DATA frame

    assert upstream.flush() == [http_events.ResponseEndOfMessage(THEIRS)]


def test_a_receiver_without_room_is_told_of_and_so_is_room(upstream):
    credit = upstream.protocol.remote_flow_control_window(1)
    told = []
    for _ in range((credit >> 14) + FULL + 2):
        told = upstream.handle(http_events.RequestData(THEIRS, bytes(1 << 14)))
    assert told == [Full(THEIRS, upstream.connection)]
    upstream.protocol.increment_flow_control_window(1 << 21, 1)
    upstream.protocol.increment_flow_control_window(1 << 21)
    assert upstream.flush() == [Room(THEIRS, upstream.connection)]

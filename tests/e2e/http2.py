"""A client that speaks HTTP/2 as it likes, and leaves as it likes."""

import socket
import ssl
import struct
from collections import defaultdict
from collections.abc import Iterable

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    PingAckReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)


class Http2Client:
    """One connection, to the gateway itself or through it as a proxy for a `host`, on port 443 unless it has one.

    A call is known by the number of its stream. `bodies` are what has come of the answers'.
    """

    def __init__(self, port: int, host: str = "") -> None:
        self.host = host or "localhost"
        connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        if host:
            connection.sendall(b"CONNECT %s HTTP/1.1\r\n\r\n" % (host if ":" in host else f"{host}:443").encode())
            assert connection.recv(1000).endswith(b"\r\n\r\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # who answers is not what is tested
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(connection, server_hostname=self.host.partition(":")[0])
        self.protocol = H2Connection(H2Configuration(validate_outbound_headers=False))
        self.protocol.initiate_connection()
        self.statuses: dict[int, int] = {}
        self.ended: set[int] = set()
        self.answered_pings = 0
        self.bodies: dict[int, bytearray] = defaultdict(bytearray)
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.protocol.data_to_send())

    def get(self, path: str, times: int = 1, **headers: str) -> list[int]:
        """Send as many requests in one piece."""
        streams = [self.begin(path, headers) for _ in range(times)]
        self.flush()
        return streams

    def post(self, path: str, **headers: str) -> int:
        """Send the head of a request; its body is for `send`."""
        stream = self.begin(path, headers, "POST")
        self.flush()
        return stream

    def begin(self, path: str, headers: dict[str, str], method: str = "GET") -> int:
        stream: int = self.protocol.get_next_available_stream_id()
        fields = {":method": method, ":scheme": "https", ":authority": self.host, ":path": path} | headers
        self.protocol.send_headers(stream, list(fields.items()), end_stream=method == "GET")
        return stream

    def send(self, stream: int, piece: bytes, *, ends: bool = False) -> None:
        """Send a piece of a request's body."""
        self.protocol.send_data(stream, piece, end_stream=ends)
        self.flush()

    def reset(self, streams: Iterable[int]) -> None:
        for stream in streams:
            self.protocol.reset_stream(stream, ErrorCodes.CANCEL)
        self.flush()

    def get_and_reset(self, path: str, times: int, **headers: str) -> None:
        """Send as many requests, and that none of them is wanted, in one piece."""
        for _ in range(times):
            self.protocol.reset_stream(self.begin(path, headers), ErrorCodes.CANCEL)
        self.flush()

    def wait_for(self, *streams: int) -> dict[int, int]:
        """The statuses of these calls, once they have ended."""
        while not self.ended.issuperset(streams):
            self.receive()
        return {stream: self.statuses[stream] for stream in streams}

    def wait_for_goaway(self) -> ErrorCodes:
        """Why the gateway closes the connection."""
        while data := self.socket.recv(65536):
            for event in self.protocol.receive_data(data):
                if isinstance(event, ConnectionTerminated):
                    return ErrorCodes(event.error_code or 0)
                self.take(event)
        raise AssertionError("the gateway closed the connection without a word")

    def receive(self) -> None:
        data = self.socket.recv(65536)
        assert data, "the gateway closed the connection"
        for event in self.protocol.receive_data(data):
            self.take(event)
        self.flush()

    def take(self, event: Event) -> None:
        assert not isinstance(event, ConnectionTerminated), event
        if isinstance(event, ResponseReceived):
            self.statuses[event.stream_id] = int(dict(event.headers)[b":status"])
        elif isinstance(event, DataReceived):
            self.bodies[event.stream_id] += event.data
            self.protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded | StreamReset):
            self.ended.add(event.stream_id)
        elif isinstance(event, PingAckReceived):
            self.answered_pings += 1

    def leave(self) -> None:
        self.socket.close()

    def vanish(self) -> None:
        """Leave without a goodbye: the gateway sees a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

"""A client that speaks HTTP/2 as it likes, and leaves as it likes."""

import socket
import ssl
import struct
from collections.abc import Iterable

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, Event, PingAckReceived, ResponseReceived, StreamEnded, StreamReset


class Http2Client:
    """One connection, to the gateway itself or through it as a proxy for a `host`. A call is known by the number of its
    stream."""

    def __init__(self, port: int, host: str = "") -> None:
        self.host = host or "localhost"
        connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        if host:
            connection.sendall(b"CONNECT %s:443 HTTP/1.1\r\n\r\n" % host.encode())
            assert connection.recv(1000).endswith(b"\r\n\r\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # who answers is not what is tested
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(connection, server_hostname=self.host)
        self.protocol = H2Connection(H2Configuration())
        self.protocol.initiate_connection()
        self.statuses: dict[int, int] = {}
        self.ended: set[int] = set()
        self.answered_pings = 0
        self.flush()

    def flush(self) -> None:
        self.socket.sendall(self.protocol.data_to_send())

    def get(self, path: str, times: int = 1, **headers: str) -> list[int]:
        """Send as many requests in one piece."""
        streams = [self.begin(path, headers) for _ in range(times)]
        self.flush()
        return streams

    def begin(self, path: str, headers: dict[str, str]) -> int:
        stream: int = self.protocol.get_next_available_stream_id()
        fields = {":method": "GET", ":scheme": "https", ":authority": self.host, ":path": path} | headers
        self.protocol.send_headers(stream, list(fields.items()), end_stream=True)
        return stream

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
            data = self.socket.recv(65536)
            assert data, "the gateway closed the connection"
            for event in self.protocol.receive_data(data):
                self.take(event)
            self.flush()
        return {stream: self.statuses[stream] for stream in streams}

    def wait_for_goaway(self) -> ErrorCodes:
        """Why the gateway closes the connection."""
        while data := self.socket.recv(65536):
            for event in self.protocol.receive_data(data):
                if isinstance(event, ConnectionTerminated):
                    return ErrorCodes(event.error_code or 0)
                self.take(event)
        raise AssertionError("the gateway closed the connection without a word")

    def take(self, event: Event) -> None:
        assert not isinstance(event, ConnectionTerminated), event
        if isinstance(event, ResponseReceived):
            self.statuses[event.stream_id] = int(dict(event.headers)[b":status"])
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

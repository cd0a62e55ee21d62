"""A client that speaks HTTP/2 over TLS, several calls on one connection."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ResponseReceived, StreamEnded, StreamReset

READ = 65_536
"""Bytes that are read at once."""


class Http2Client:
    """One connection; its calls are gets."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.protocol = H2Connection(H2Configuration())
        self.protocol.initiate_connection()
        self.statuses: dict[int, int] = {}

    def send(self, path: str, times: int, key: str) -> list[int]:
        """Send as many requests in one piece; the numbers of their streams."""
        streams = list(self.begin(path, times, key))
        self.writer.write(self.protocol.data_to_send())
        return streams

    def begin(self, path: str, times: int, key: str) -> Iterator[int]:
        fields = {":method": "GET", ":scheme": "https", ":authority": "localhost", ":path": path, "api-key": key}
        for _ in range(times):
            stream: int = self.protocol.get_next_available_stream_id()
            self.protocol.send_headers(stream, list(fields.items()), end_stream=True)
            yield stream

    async def receive(self, streams: list[int]) -> list[int]:
        """The statuses of these calls, once they have ended; 0 for one that was reset."""
        left = set(streams)
        while left and (data := await self.reader.read(READ)):
            for event in self.protocol.receive_data(data):
                if isinstance(event, ResponseReceived):
                    self.statuses[event.stream_id] = int(dict(event.headers)[b":status"])
                elif isinstance(event, StreamEnded | StreamReset):
                    left.discard(event.stream_id)
            self.writer.write(self.protocol.data_to_send())
        return [0 if stream in left else self.statuses.get(stream, 0) for stream in streams]

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


async def connect(port: int) -> Http2Client:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # mitmproxy's certificate is its own
    context.set_alpn_protocols(["h2"])
    return Http2Client(*await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost"))

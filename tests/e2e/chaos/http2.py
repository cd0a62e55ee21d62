"""A client of HTTP/2: several calls at once on a connection."""

import asyncio
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from tests.e2e.chaos.calls import HOST, Call, Received
from tests.e2e.chaos.http1 import trust_anyone
from tests.e2e.chaos.sockets import reset


@dataclass
class Stream:
    """A call under way."""

    status: int | None = None
    call: str = ""
    content: bytes = b""
    is_whole: bool = False
    is_over: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def received(self) -> Received:
        return Received(self.status, self.content, self.is_whole, self.call)


class Http2Connection:
    """A connection, to the gateway itself or through it as a proxy for HOST. `window`: bytes that a stream may have."""

    def __init__(self, window: int, pause: float) -> None:
        self.window, self.pause = window, pause
        self.protocol = H2Connection(H2Configuration())
        self.streams: dict[int, Stream] = {}
        self.is_over = False

    async def open(self, port: int, *, proxied: bool) -> None:
        host = HOST if proxied else "localhost"
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        if proxied:
            self.writer.write(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            await self.reader.readuntil(b"\r\n\r\n")
        await self.writer.start_tls(trust_anyone("h2"), server_hostname=host)
        self.protocol.initiate_connection()
        self.protocol.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: self.window})
        self.flush()
        self.listening = asyncio.create_task(self.listen())

    def flush(self) -> None:
        if not self.writer.is_closing():
            self.writer.write(self.protocol.data_to_send())

    # ---- what comes --------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        try:
            while data := await self.reader.read(65536):
                for event in self.protocol.receive_data(data):
                    self.take(event)
                if self.pause:
                    await asyncio.sleep(self.pause)
                self.flush()
        except (OSError, ProtocolError):
            pass
        finally:
            self.is_over = True
            for stream in self.streams.values():
                stream.is_over = True
                stream.changed.set()

    def take(self, event: Event) -> None:
        if isinstance(event, ConnectionTerminated):
            self.is_over = True
        stream = self.streams.get(getattr(event, "stream_id", None) or 0)
        if isinstance(event, WindowUpdated):
            for waiting in self.streams.values():
                waiting.changed.set()
        if not stream:
            return
        if isinstance(event, ResponseReceived):
            fields = dict(event.headers or ())
            stream.status, stream.call = int(fields[b":status"]), fields.get(b"call", b"").decode()
        elif isinstance(event, DataReceived):
            stream.content += event.data or b""
            self.protocol.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        elif isinstance(event, StreamEnded | StreamReset):
            stream.is_over, stream.is_whole = True, isinstance(event, StreamEnded)
        stream.changed.set()

    # ---- calls -------------------------------------------------------------------------------------------------

    async def begin(self, call: Call, urls: dict[str, str]) -> int:
        """Send the request; the number of its stream."""
        number: int = self.protocol.get_next_available_stream_id()
        stream = self.streams[number] = Stream()
        fields = [(":method", call.method), (":scheme", "https"), (":authority", HOST), (":path", call.path)]
        self.protocol.send_headers(number, [*fields, *call.fields(urls)], end_stream=not call.body)
        self.flush()
        left = call.body
        while left and not stream.is_over:
            stream.changed.clear()
            room = min(self.protocol.local_flow_control_window(number), self.protocol.max_outbound_frame_size)
            if room:
                self.protocol.send_data(number, left[:room], end_stream=room >= len(left))
                left = left[room:]
                self.flush()
                await asyncio.sleep(0)
            else:
                await stream.changed.wait()
        return number

    async def make(self, call: Call, urls: dict[str, str]) -> Received:
        """Make the call to its end."""
        stream = self.streams[await self.begin(call, urls)]
        while not stream.is_over:
            stream.changed.clear()
            await stream.changed.wait()
        return stream.received()

    async def give_up(self, call: Call, urls: dict[str, str]) -> None:
        """Make the call, and reset it: at once, after a moment, or when so many bytes of the answer have come."""
        departure = call.departure
        assert departure
        number = await self.begin(call, urls)
        stream = self.streams[number]
        if departure.received is not None:
            while not stream.is_over and (not stream.status or len(stream.content) < departure.received):
                stream.changed.clear()
                await stream.changed.wait()
        elif departure.sent:
            await asyncio.sleep(min(departure.sent, 300) / 1000)
        if not stream.is_over:
            self.protocol.reset_stream(number, ErrorCodes.CANCEL)
            self.flush()

    # ---- the end -----------------------------------------------------------------------------------------------

    async def leave(self, manner: str) -> None:
        """Say goodbye (or not) and close, reset, or send no more, which over TLS is a close."""
        if manner == "reset":
            reset(self.writer)
        elif manner == "close" and not self.is_over:
            self.protocol.close_connection()
            self.flush()
        self.writer.close()
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)

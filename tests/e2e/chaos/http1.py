"""A client of HTTP/1.1: calls one after the other on a connection, or several before the first is answered."""

import asyncio
import re
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import h11

from tests.e2e.chaos.calls import HOST, Call, Departure, Received
from tests.e2e.chaos.sockets import reset

type Way = Literal["direct", "tls", "absolute", "connect"]
"""To the gateway itself, plain or over TLS, or through it as a proxy for HOST."""

STAY_TIMEOUT = 20.0
"""Seconds in which the gateway must close a connection whose client sends no more."""


@cache
def trust_anyone(*protocols: str) -> ssl.SSLContext:
    """TLS to the gateway, offering these protocols; who answers is not what is tested."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


def wire_of(call: Call, urls: dict[str, str], way: Way) -> tuple[bytes, bytes]:
    """The request's head and body."""
    target = call.target(urls, HOST) if way == "absolute" else call.path
    framing = {
        "length": f"Content-Length: {len(call.body)}",
        "chunked": "Transfer-Encoding: chunked",
        "expect": f"Content-Length: {len(call.body)}\r\nExpect: 100-continue",
    }[call.form]
    fields = "".join(f"{name}: {value}\r\n" for name, value in call.fields(urls))
    head = f"{call.method} {target} HTTP/1.1\r\nHost: {HOST}\r\n{fields}{framing}\r\n\r\n".encode()
    return head, chunked(call.body, 1 + call.number % 200) if call.form == "chunked" else call.body


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


async def connect(port: int, way: Way, *, small: bool = False) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection; a `small` one has little room for what the client has not read."""
    connection = socket.socket()
    connection.setblocking(False)
    if small:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    secure = {"ssl": trust_anyone(), "server_hostname": "localhost"} if way == "tls" else {}
    reader, writer = await asyncio.open_connection(sock=connection, limit=2048 if small else 65536, **secure)  # type: ignore[arg-type]
    if way == "connect":
        writer.write(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(trust_anyone(), server_hostname=HOST)
    return reader, writer


@dataclass
class Line:
    """A connection as the client reads it, with the strict parser of another implementation (h11)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pause: float = 0.0
    rest: bytes = b""
    is_over: bool = False
    protocol: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))

    def expect(self, method: str) -> None:
        """Get ready for the answer to a request."""
        self.protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=100_000)
        self.protocol.send(h11.Request(method=method, target="/", headers=[("Host", HOST)]))
        self.protocol.send(h11.EndOfMessage())
        if self.rest:
            self.protocol.receive_data(self.rest)

    async def event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self.protocol.next_event()) is h11.NEED_DATA:
            if self.pause:
                await asyncio.sleep(self.pause)
            try:
                data = await self.reader.read(512 if self.pause else 65536)
            except ConnectionError:
                data = b""
            self.is_over = self.is_over or not data
            self.protocol.receive_data(data)
        return event

    async def receive(self) -> Received:
        """The answer. Raise h11.RemoteProtocolError if it is none of HTTP."""
        status, content, owner = None, b"", ""
        try:
            while not isinstance(event := await self.event(), h11.EndOfMessage | h11.ConnectionClosed):
                if isinstance(event, h11.Response):
                    status = event.status_code
                    owner = dict(event.headers).get(b"call", b"").decode()
                elif isinstance(event, h11.Data):
                    content += bytes(event.data)
        except h11.RemoteProtocolError as error:
            self.is_over = True
            if not re.search("closed connection|ConnectionClosed", str(error)):
                raise
            return Received(status, content, is_whole=False, call=owner)
        self.rest = self.protocol.trailing_data[0]
        self.is_over = self.is_over or self.protocol.their_state in {h11.MUST_CLOSE, h11.CLOSED}
        return Received(status, content, is_whole=isinstance(event, h11.EndOfMessage), call=owner)


async def exchange(line: Line, calls: Sequence[Call], urls: dict[str, str], way: Way) -> list[Received]:
    """Send the calls in one piece, and receive the answers to them, or to those that the gateway still reads."""
    if calls[0].form == "expect":
        return [await ask_before(line, calls[0], urls, way)]
    line.writer.write(b"".join(part for call in calls for part in wire_of(call, urls, way)))
    received = []
    for call in calls:
        line.expect(call.method)
        received.append(await line.receive())
        if line.is_over:
            break
    return received


async def ask_before(line: Line, call: Call, urls: dict[str, str], way: Way) -> Received:
    """Send the head, and the body once the gateway asks for it."""
    head, body = wire_of(call, urls, way)
    line.writer.write(head)
    line.expect(call.method)
    event = await line.event()
    assert isinstance(event, h11.InformationalResponse), f"{event!r} instead of 100 Continue"
    line.writer.write(body)
    return await line.receive()


async def leave(line: Line, call: Call, departure: Departure, urls: dict[str, str], way: Way) -> None:
    """Make the call, and leave in the middle of it."""
    line.is_over = True
    data = b"".join(wire_of(call, urls, way))
    with suppress(OSError):
        line.writer.write(data[: departure.sent])
        await line.writer.drain()
        if departure.received is not None:
            await read_some(line.reader, departure.received)
        if departure.manner == "reset":
            reset(line.writer)
        elif departure.manner == "half-close" and line.writer.can_write_eof():
            line.writer.write_eof()
            async with asyncio.timeout(STAY_TIMEOUT):
                while await line.reader.read(65536):
                    pass
    line.writer.close()


async def read_some(reader: asyncio.StreamReader, size: int) -> None:
    """Read so many bytes, or all that come within a moment."""
    with suppress(TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(0.5):
            await reader.readexactly(size)

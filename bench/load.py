"""The load generator: a fixed number of calls over kept-alive connections, and how long each took.

Plain asyncio transports: a call costs it a few per cent of what it costs a proxy.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

CALL_TIMEOUT = 30.0
"""Seconds that an answer may take."""
SLOWEST = 4
"""Calls a second that any program answers."""


class AnswerError(Exception):
    """An answer is not what the measurement is about: its numbers would mean nothing."""


@dataclass(frozen=True)
class Load:
    """Calls that were made: the seconds from the first to the last, and those that each took."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Calls per second."""
        return len(self.latencies) / self.seconds


def percentile(samples: Sequence[float], percent: float) -> float:
    """The least sample that so many per cent of the samples do not exceed (nearest rank)."""
    rank = max(1, math.ceil(len(samples) * percent / 100))
    return sorted(samples)[rank - 1]


class HasTransport(Protocol):
    transport: asyncio.Transport


class Connection(asyncio.Protocol):
    """A connection to the proxy, for one call at a time."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.answered: asyncio.Future[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.answered and not self.answered.done() and is_complete(self.received):
            self.answered.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answered and not self.answered.done():
            self.answered.set_exception(AnswerError(f"the connection was closed after {excerpt(self.received)}"))

    async def exchange(self, request: bytes) -> int:
        """Send the request; the status of the answer when it is complete."""
        self.received.clear()
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self.answered
        return int(self.received[9:12])

    async def call(self, request: bytes) -> None:
        """Send the request and return when the answer is complete. Raises AnswerError if it is not a 200."""
        if await self.exchange(request) != 200:
            raise AnswerError(f"expected a 200, got {excerpt(self.received)}")


def excerpt(received: bytearray) -> str:
    return repr(bytes(received[:1000]))


def is_complete(received: bytes | bytearray) -> bool:
    """Whether these bytes are a whole answer: by its Content-Length, or its last chunk (RFC 9112, section 7.1)."""
    blank = received.find(b"\r\n\r\n")
    if blank < 0:
        return False
    head = received[:blank].lower()
    if b"\r\ntransfer-encoding: chunked" in head:
        return received.endswith(b"\r\n0\r\n\r\n")
    length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    return len(received) - blank - 4 >= int(length or 0)


class Client:
    """So many callers of a port at once, each with its connection. `reconnect`: they open one for each call."""

    def __init__(self, port: int, connections: list[Connection], *, reconnect: bool = False) -> None:
        self.port = port
        self.connections = connections
        self.reconnect = reconnect

    async def call(self, request: bytes, number: int) -> Load:
        """Make so many calls. Raises AnswerError for an answer that is not a 200, or does not come."""
        await replace_closed(self.connections, lambda: connect(self.port))
        tickets = iter(range(number))
        latencies: list[float] = []
        started = time.perf_counter()
        try:
            async with asyncio.timeout(CALL_TIMEOUT + number / SLOWEST), asyncio.TaskGroup() as group:
                for connection in self.connections:
                    group.create_task(self.call_in_turn(connection, request, tickets, latencies))
        except* (AnswerError, TimeoutError) as errors:
            raise AnswerError(f"a call failed: {errors.exceptions[0]!r}") from errors
        return Load(time.perf_counter() - started, latencies)

    async def call_in_turn(
        self, connection: Connection, request: bytes, tickets: Iterator[int], latencies: list[float]
    ) -> None:
        """Make a call for each ticket that is left; opening its connection counts as a part of it."""
        for _ in tickets:
            started = time.perf_counter()
            if self.reconnect:
                await call_once(self.port, request)
            else:
                await connection.call(request)
            latencies.append(time.perf_counter() - started)


async def replace_closed[Kind: HasTransport](connections: list[Kind], opened: Callable[[], Awaitable[Kind]]) -> None:
    """Open those anew that the server has closed: some wait no longer than five seconds for the next request."""
    for place, connection in enumerate(connections):
        if connection.transport.is_closing():
            connections[place] = await opened()


@asynccontextmanager
async def client(port: int, connections: int, *, reconnect: bool = False) -> AsyncIterator[Client]:
    opened = [await connect(port) for _ in range(connections)]
    try:
        yield Client(port, opened, reconnect=reconnect)
    finally:
        for connection in opened:
            connection.transport.close()


async def call_once(port: int, request: bytes) -> None:
    connection = await connect(port)
    try:
        await connection.call(request)
    finally:
        connection.transport.close()


async def connect(port: int) -> Connection:
    """Raises AnswerError where nobody listens: a mitmdump that refuses its options has listened for a moment."""
    try:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    except OSError as error:
        raise AnswerError(f"no connection: {error}") from error
    return connection

"""Streams under load: when the first event of each came, and how long the next ones kept it waiting."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.load import AnswerError, replace_closed

EVENT = b"data: "
STREAM_TIMEOUT = 120.0
"""Seconds in which as many streams at once as there are connections come to their ends: LiteLLM takes long."""
END = b"\r\n0\r\n\r\n"
"""The last chunk of a body (RFC 9112, section 7.1)."""


@dataclass(frozen=True)
class Streamed:
    """Streams that were read at once: the seconds they took together, and of each those at which an event came."""

    seconds: float
    arrivals: Sequence[Sequence[float]]

    @property
    def first(self) -> list[float]:
        return [times[0] for times in self.arrivals]

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for times in self.arrivals for earlier, later in itertools.pairwise(times)]


class StreamConnection(asyncio.Protocol):
    """A connection to the proxy, for one stream at a time."""

    def __init__(self) -> None:
        self.received = b""
        self.arrivals: list[float] = []
        self.ended: asyncio.Future[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def read(self, request: bytes) -> list[float]:
        """Send the request; the seconds from then to each event of the answer."""
        self.received, self.arrivals = b"", []
        self.ended = asyncio.get_running_loop().create_future()
        started = time.perf_counter()
        self.transport.write(request)
        await self.ended
        return [at - started for at in self.arrivals]

    def data_received(self, data: bytes) -> None:
        """Note the events in the data; one may have begun in the data before."""
        now = time.perf_counter()
        known = self.received.count(EVENT)
        self.received += data
        self.arrivals += [now] * (self.received.count(EVENT) - known)
        if self.received.endswith(END):
            self.end(None if self.arrivals else "no event")
        elif self.arrivals:
            self.received = self.received[1 - len(END) :]
        elif b"\r\n" in self.received and not self.received.startswith(b"HTTP/1.1 200"):
            self.end("no 200")

    def connection_lost(self, exc: Exception | None) -> None:
        self.end("a connection that was closed")

    def end(self, failure: str | None) -> None:
        if self.ended and not self.ended.done():
            error = AnswerError(f"expected a stream, got {failure}: {self.received[:1000]!r}") if failure else None
            self.ended.set_exception(error) if error else self.ended.set_result(None)


class StreamClient:
    """So many readers of a port at once, each with its connection."""

    def __init__(self, port: int, connections: list[StreamConnection]) -> None:
        self.port = port
        self.connections = connections

    async def read(self, request: bytes, times: int = 1) -> Streamed:
        """Read as many streams over each connection, one after the other. Raises AnswerError if one is incomplete."""
        await replace_closed(self.connections, lambda: connect(self.port))
        started = time.perf_counter()
        try:
            async with asyncio.timeout(times * STREAM_TIMEOUT), asyncio.TaskGroup() as group:
                tasks = [group.create_task(read_in_turn(it, request, times)) for it in self.connections]
        except* (AnswerError, TimeoutError) as errors:
            raise AnswerError(f"a stream failed: {errors.exceptions[0]!r}") from errors
        seconds = time.perf_counter() - started
        return Streamed(seconds, [arrivals for task in tasks for arrivals in task.result()])


async def read_in_turn(connection: StreamConnection, request: bytes, times: int) -> list[list[float]]:
    return [await connection.read(request) for _ in range(times)]


@asynccontextmanager
async def stream_client(port: int, connections: int) -> AsyncIterator[StreamClient]:
    opened = [await connect(port) for _ in range(connections)]
    try:
        yield StreamClient(port, opened)
    finally:
        for connection in opened:
            connection.transport.close()


async def connect(port: int) -> StreamConnection:
    return (await asyncio.get_running_loop().create_connection(StreamConnection, "127.0.0.1", port))[1]

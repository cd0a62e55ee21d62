"""The load generator: a fixed number of calls over kept-alive connections, and how long each took.

Plain asyncio transports: a call costs it a few per cent of what it costs a proxy.
"""

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

CONTENT = json.dumps({"messages": [{"role": "user", "content": "Hello"}]}).encode()
CALL_TIMEOUT = 30.0
"""Seconds that an answer may take."""


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

    def percentile(self, percent: float) -> float:
        """The seconds within which so many per cent of the calls were answered (nearest rank)."""
        rank = max(1, math.ceil(len(self.latencies) * percent / 100))
        return sorted(self.latencies)[rank - 1]


def request_to(deployment: str) -> bytes:
    head = (
        f"POST /openai/deployments/{deployment}/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n"
        f"Host: 127.0.0.1\r\napi-key: bench\r\nAccept: */*\r\nUser-Agent: bench\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
    )
    return head.encode() + CONTENT


class Connection(asyncio.Protocol):
    """A connection to the proxy, for one call at a time."""

    def __init__(self) -> None:
        self.received = b""
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
            self.answered.set_exception(AnswerError(f"the connection was closed after {self.received!r}"))

    async def call(self, request: bytes) -> None:
        """Send the request and return when the answer is complete. Raises AnswerError if it is not a 200."""
        self.received = b""
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self.answered
        if not self.received.startswith(b"HTTP/1.1 200 "):
            raise AnswerError(f"expected a 200, got {self.received!r}")


def is_complete(received: bytes) -> bool:
    """Whether these bytes are a whole answer. Its length is its Content-Length."""
    head, blank, body = received.partition(b"\r\n\r\n")
    length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    return bool(blank) and len(body) >= int(length or 0)


class Client:
    """So many callers of a port at once, each with its connection. `reconnect`: they open one for each call."""

    def __init__(self, port: int, connections: Sequence[Connection], *, reconnect: bool = False) -> None:
        self.port = port
        self.connections = connections
        self.reconnect = reconnect

    async def call(self, deployment: str, number: int) -> Load:
        """Make so many calls. Raises AnswerError for an answer that is not a 200, or does not come."""
        request = request_to(deployment)
        tickets = iter(range(number))
        latencies: list[float] = []
        started = time.perf_counter()
        try:
            async with asyncio.timeout(CALL_TIMEOUT + number / 10), asyncio.TaskGroup() as group:
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


def first_events(ports: Sequence[int], samples: int) -> list[list[float]]:
    """For each port, the seconds from sending a request to the first server-sent event of its answer.

    The ports take turns; each has a kept-alive connection, on which the first stream is not counted.
    """
    return asyncio.run(read_streams(ports, samples))


async def read_streams(ports: Sequence[int], samples: int) -> list[list[float]]:
    opened = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
    try:
        rounds = [[await read_stream(*connection) for connection in opened] for _ in range(samples + 1)]
    finally:
        for _, writer in opened:
            writer.close()
    return [list(times) for times in zip(*rounds[1:], strict=True)]


async def read_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
    started = time.perf_counter()
    writer.write(request_to("streamed"))
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            await reader.readuntil(b"data: ")
            seconds = time.perf_counter() - started
            await reader.readuntil(b"\r\n0\r\n\r\n")
    except (TimeoutError, asyncio.IncompleteReadError) as error:
        raise AnswerError(f"a stream did not come, or not to its end: {error!r}") from error
    return seconds

"""What the clients of a soak do: each kind of call, how many of a hundred are of it, and how it may end."""

import asyncio
import itertools
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench import http2
from bench.load import Connection, connect
from bench.routes import Route
from bench.upstream import reset

KEYS = 500
"""Callers with a key of their own; at 150 calls a second none of them comes near its limit."""
LIMIT = 20
"""Calls in 15 seconds that the policy grants each key."""
KEPT = 32
"""Connections that take calls in turn; what a burst opens besides is closed."""
TARGET = "/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21"


@dataclass
class Callers:
    """The clients of one gateway: connections that wait for a call, and the next caller's key."""

    port: int
    idle: deque[Connection] = field(default_factory=deque)
    keys: "itertools.cycle[str]" = field(
        default_factory=lambda: itertools.cycle([f"key-{number}" for number in range(KEYS)])
    )

    async def open(self) -> None:
        """Open as many connections as are kept, so that none is new when memory is watched."""
        self.idle.extend([await connect(self.port) for _ in range(KEPT)])

    async def call(self, deployment: str, *, key: str = "", stream: bool = False) -> str:
        """A call over a connection that is kept; its status."""
        connection = self.idle.popleft() if self.idle else await connect(self.port)
        if connection.transport.is_closing():
            connection = await connect(self.port)
        status = await connection.exchange(self.request(deployment, key=key, stream=stream))
        if len(self.idle) < KEPT:
            self.idle.append(connection)
        else:
            connection.transport.close()
        return str(status)

    def request(self, deployment: str, *, key: str = "", stream: bool = False) -> bytes:
        return Route(TARGET).request(deployment, key=key or next(self.keys), stream=stream)

    def close(self) -> None:
        for connection in self.idle:
            connection.transport.close()


async def plain(callers: Callers) -> str:
    return await callers.call("plain")


async def streamed(callers: Callers) -> str:
    return await callers.call("streamed", stream=True)


async def failover(callers: Callers) -> str:
    """The upstream throttles every other attempt."""
    return await callers.call("throttled")


async def throttled(callers: Callers) -> str:
    """A caller that is over its limit most of the time."""
    return await callers.call("plain", key="greedy")


async def reconnect(callers: Callers) -> str:
    connection = await connect(callers.port)
    try:
        return str(await connection.exchange(callers.request("plain")))
    finally:
        connection.transport.close()


async def backend_resets(callers: Callers) -> str:
    return await callers.call("reset")


async def leave(callers: Callers) -> str:
    """Leave at some stage: within the request, after it, or in the middle of the answer; with a goodbye or a reset."""
    request = callers.request("streamed", stream=True)
    reader, writer = await asyncio.open_connection("127.0.0.1", callers.port)
    writer.write(request[: random.choice([10, len(request) - 5, len(request)])])
    if random.random() < 0.5:
        with suppress(TimeoutError):
            async with asyncio.timeout(random.random() / 10):
                await reader.read(100)
    if random.random() < 0.5:
        reset(writer.transport)  # type: ignore[arg-type]  # a transport of a socket is an asyncio.Transport
    writer.close()
    return "left"


async def http2_calls(callers: Callers) -> str:
    """Six calls at once on a connection of their own; every other client leaves before they have ended."""
    client = await http2.connect(callers.port)
    try:
        streams = client.send(TARGET.format(deployment="plain"), 6, next(callers.keys))
        if random.random() < 0.5:
            return "left"
        return str(max(await client.receive(streams), key=lambda status: status != 200))
    finally:
        await client.close()


@dataclass(frozen=True)
class Kind:
    share: int
    make: Callable[[Callers], Awaitable[str]]
    outcomes: frozenset[str]
    """A status of the answer, or "left"."""

    @property
    def name(self) -> str:
        return self.make.__name__


KINDS = tuple(
    Kind(share, make, frozenset(outcomes))
    for share, make, outcomes in (
        (48, plain, ["200"]),
        (12, streamed, ["200"]),
        (10, failover, ["200", "429"]),  # 429 if others had the turns of all its attempts
        (10, throttled, ["200", "429"]),
        (8, reconnect, ["200"]),
        (6, leave, ["left"]),
        (4, backend_resets, ["500"]),
        (2, http2_calls, ["200", "left"]),
    )
)


def choose() -> Kind:
    kinds: Sequence[Kind] = KINDS
    return random.choices(kinds, [kind.share for kind in kinds])[0]

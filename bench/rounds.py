"""How it is measured. The programs take turns, so that whatever else the machine does meets all of them alike."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bench.load import AnswerError, Client, Load, client, percentile
from bench.processes import Process
from bench.programs import Program
from bench.streams import StreamClient, Streamed, stream_client
from bench.upstream import STREAMS


@dataclass(frozen=True)
class Plan:
    """How much is measured. `memory` is the number of calls over which memory is looked at."""

    rounds: int
    calls: int
    streams: int
    memory: int
    connections: tuple[int, ...] = (1, 16, 64)
    saturating: int = 128

    @property
    def shorter(self) -> "Plan":
        """For what needs less precision."""
        return replace(self, rounds=max(1, self.rounds // 2))


# Short rounds and many of them: a spell in which the machine is slow then covers neighbours that are compared.
FULL = Plan(rounds=21, calls=200, streams=5, memory=20_000)
QUICK = Plan(rounds=3, calls=50, streams=2, memory=1_000, saturating=32)

WARM_UP = 4
"""Calls on each connection before the first that counts: a gateway opens one to each backend for every client's."""

type Figures = Mapping[str, float]
"""What one round gave, by the head of its column."""

type Rounds = Mapping[str, Sequence[Figures]]
"""The rounds of each kind of calls, by its name in the report; the n-th rounds were measured next to each other."""


class Measured[Opened](Protocol):
    """A kind of calls that is measured: `opened` opens its connections, `make` makes a round of so many calls."""

    def opened(self) -> AbstractAsyncContextManager[Opened]: ...
    async def make(self, opened: Opened, number: int) -> Figures: ...


@dataclass(frozen=True)
class Calls:
    """One kind of calls to one program, so many of them at once; `reconnect`: each over a connection of its own."""

    program: Program
    deployment: str = "plain"
    connections: int = 1
    reconnect: bool = False
    size: int = 0

    @property
    def request(self) -> bytes:
        return self.program.route.request(self.deployment, size=self.size)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Client]:
        """A client with its connections, which have already been used."""
        async with client(self.program.process.port, self.connections, reconnect=self.reconnect) as opened:
            await opened.call(self.request, self.connections * WARM_UP)
            yield opened

    async def make(self, opened: Client, number: int) -> Figures:
        before = self.program.process.cpu_seconds()
        made = await opened.call(self.request, number)
        return call_figures(made, self.program.process.cpu_seconds() - before)


def call_figures(made: Load, cpu_seconds: float) -> Figures:
    """Calls a second, milliseconds of latency, milliseconds of CPU for each call."""
    return {
        "calls/s": made.rate,
        "p50 ms": percentile(made.latencies, 50) * 1000,
        "p99 ms": percentile(made.latencies, 99) * 1000,
        "CPU ms": cpu_seconds * 1000 / len(made.latencies),
    }


@dataclass(frozen=True)
class Streams:
    """So many streams at once of one program."""

    program: Program
    deployment: str = "streamed"
    connections: int = 1

    @property
    def request(self) -> bytes:
        return self.program.route.request(self.deployment, stream=True)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[StreamClient]:
        """A client whose connections have already carried a stream."""
        async with stream_client(self.program.process.port, self.connections) as opened:
            await opened.read(self.program.route.request("streamed", stream=True))
            yield opened

    async def make(self, opened: StreamClient, number: int) -> Figures:
        """At least so many streams."""
        before = self.program.process.cpu_seconds()
        read = await opened.read(self.request, times=max(1, number // self.connections))
        return stream_figures(read, self.program.process.cpu_seconds() - before, STREAMS[self.deployment])


def stream_figures(read: Streamed, cpu_seconds: float, events: int) -> Figures:
    """Milliseconds to the first event and between events; events a second, microseconds of CPU for each."""
    total = events * len(read.arrivals)
    return {
        "events/s": total / read.seconds,
        "first p50 ms": percentile(read.first, 50) * 1000,
        "first p99 ms": percentile(read.first, 99) * 1000,
        "gap p50 ms": percentile(read.gaps, 50) * 1000,
        "gap p99 ms": percentile(read.gaps, 99) * 1000,
        "CPU µs/event": cpu_seconds * 1e6 / total,
    }


def take_turns[Opened](kinds: Mapping[str, Measured[Opened]], rounds: int, number: int) -> Rounds:
    """Measure so many calls of every kind once in each round."""
    return asyncio.run(make_rounds(kinds, rounds, number))


async def make_rounds[Opened](kinds: Mapping[str, Measured[Opened]], rounds: int, number: int) -> Rounds:
    async with AsyncExitStack() as stack:
        opened: dict[str, Opened] = {}
        for name, kind in kinds.items():
            with naming(name):
                opened[name] = await stack.enter_async_context(kind.opened())
        made: dict[str, list[Figures]] = {name: [] for name in kinds}
        for _ in range(rounds):
            for name, kind in kinds.items():
                with naming(name):
                    made[name].append(await kind.make(opened[name], number))
    return made


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Add the program's name to an error."""
    try:
        yield
    except AnswerError as error:
        error.add_note(f"That was {name}.")
        raise


def memory_after(program: Program, *numbers: int) -> list[float]:
    """The resident megabytes after each of these numbers of calls in all, over 16 connections."""
    return asyncio.run(watch_memory(program.process, program.route.request("plain"), numbers))


async def watch_memory(process: Process, request: bytes, numbers: Sequence[int]) -> list[float]:
    measured, made = [], 0
    async with client(process.port, 16) as opened:
        for number in numbers:
            await opened.call(request, number - made)
            made = number
            measured.append(process.resident_bytes() / 1e6)
    return measured


def typical(rounds: Sequence[Figures], figure: str) -> float:
    """The median over the rounds."""
    return statistics.median(figures[figure] for figures in rounds)


def ratios(rounds: Sequence[Figures], reference: Sequence[Figures], figure: str) -> list[float]:
    """Each round's figure as a multiple of that in the reference's round next to it."""
    return [
        ours[figure] / theirs[figure] if theirs[figure] else float("nan")
        for ours, theirs in zip(rounds, reference, strict=True)
    ]


def differences(rounds: Sequence[Figures], reference: Sequence[Figures], figure: str) -> list[float]:
    """By how much each round's figure is above that in the reference's round next to it."""
    return [ours[figure] - theirs[figure] for ours, theirs in zip(rounds, reference, strict=True)]

"""What is measured. The programs take turns, so that whatever else the machine does meets all of them alike."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bench.load import Client, Load, client
from bench.processes import Process


@dataclass(frozen=True)
class Plan:
    """How much is measured. `memory` are the numbers of calls after which memory is looked at."""

    rounds: int
    calls: int
    streams: int
    memory: tuple[int, int]
    connections: tuple[int, ...] = (1, 16, 64)

    @property
    def shorter(self) -> "Plan":
        """For what needs less precision."""
        return replace(self, rounds=max(1, self.rounds // 2))


# Short rounds and many of them: a spell in which the machine is slow then covers neighbours that are compared.
FULL = Plan(rounds=21, calls=200, streams=40, memory=(2_000, 20_000))
QUICK = Plan(rounds=4, calls=100, streams=5, memory=(200, 2_000))

WARM_UP = 8
"""Calls on each connection before the first that counts: a gateway opens one to each backend for every client's."""


class Measured(Protocol):
    """A kind of calls that is measured: `client` opens its connections, `make` makes so many calls on them."""

    def client(self) -> AbstractAsyncContextManager[Client]: ...
    async def make(self, opened: Client, number: int) -> "Round": ...


@dataclass(frozen=True)
class Calls:
    """One kind of calls to one program, so many of them at once; `reconnect`: each over a connection of its own."""

    process: Process
    deployment: str = "plain"
    connections: int = 1
    reconnect: bool = False

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """A client with its connections, which have already been used."""
        async with client(self.process.port, self.connections, reconnect=self.reconnect) as opened:
            await opened.call(self.deployment, self.connections * WARM_UP)
            yield opened

    async def make(self, opened: Client, number: int) -> "Round":
        before = self.process.cpu_seconds()
        made = await opened.call(self.deployment, number)
        return Round(made, self.process.cpu_seconds() - before)


@dataclass(frozen=True)
class Round:
    """Calls of one kind that were made one after the other, and the CPU seconds that they took the program."""

    load: Load
    cpu_seconds: float

    @property
    def figures(self) -> dict[str, float]:
        """Calls per second, latencies in milliseconds, CPU seconds per 1,000 calls."""
        return {
            "calls/s": self.load.rate,
            "p50 ms": self.load.percentile(50) * 1000,
            "p99 ms": self.load.percentile(99) * 1000,
            "CPU s/1000": self.cpu_seconds * 1000 / len(self.load.latencies),
        }


type Rounds = Mapping[str, Sequence[Round]]
"""The rounds of each kind of calls, by its name in the report; the n-th rounds were measured next to each other."""


def take_turns(kinds: Mapping[str, Measured], plan: Plan) -> Rounds:
    """Measure every kind of calls once in each round."""
    return asyncio.run(make_rounds(kinds, plan))


async def make_rounds(kinds: Mapping[str, Measured], plan: Plan) -> Rounds:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(calls.client()) for name, calls in kinds.items()}
        rounds = [
            {name: await calls.make(clients[name], plan.calls) for name, calls in kinds.items()}
            for _ in range(plan.rounds)
        ]
    return {name: [measured[name] for measured in rounds] for name in kinds}


def memory_after(process: Process, plan: Plan) -> tuple[float, float]:
    """A fresh program's resident megabytes after each of the plan's numbers of calls, over 16 connections."""
    return asyncio.run(watch_memory(process, *plan.memory))


async def watch_memory(process: Process, early: int, late: int) -> tuple[float, float]:
    async with client(process.port, 16) as opened:
        await opened.call("plain", early)
        before = process.resident_bytes()
        await opened.call("plain", late - early)
        return before / 1e6, process.resident_bytes() / 1e6


def typical(rounds: Sequence[Round], figure: str) -> float:
    """The median over the rounds."""
    return statistics.median(measured.figures[figure] for measured in rounds)


def ratios(rounds: Sequence[Round], reference: Sequence[Round], figure: str) -> list[float]:
    """Each round's figure as a multiple of that in the reference's round next to it."""
    return [
        ours.figures[figure] / theirs.figures[figure] if theirs.figures[figure] else float("nan")
        for ours, theirs in zip(rounds, reference, strict=True)
    ]

"""Sends changes to everybody who looks at the page, about ten times a second, as server-sent events."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

from apim_lab.livepage.board import Board, Operated
from apim_lab.livepage.classroom import Classroom
from apim_lab.livepage.fleet import FleetControls
from apim_lab.tracing.attempts import Json

TICK_INTERVAL = 0.1
"""Seconds between two ticks. A tick has all changes since the last one, rendered once for all readers."""

MAX_BACKLOG = 50
"""Ticks that a slow reader may be behind; then it gets the whole state instead."""

MAX_READERS = 50


class Feed:
    """The events. A slow reader that missed ticks gets a new state, with their number as `dropped`."""

    def __init__(self, operated: Operated, board: Board, fleet: FleetControls, classroom: Classroom) -> None:
        self._operated = operated
        self._board = board
        self._fleet = fleet
        self._classroom = classroom
        self._readers: set[asyncio.Queue[str]] = set()
        self._basis = self._current_basis()
        self._shown: Json = {}

    @contextmanager
    def reader(self) -> Iterator["asyncio.Queue[str]"]:
        """A queue of events, as they are sent, until the block ends."""
        queue: asyncio.Queue[str] = asyncio.Queue(MAX_BACKLOG)
        self._readers.add(queue)
        try:
            yield queue
        finally:
            self._readers.discard(queue)

    @property
    def is_full(self) -> bool:
        """Whether there are as many readers as may be."""
        return len(self._readers) >= MAX_READERS

    @property
    def is_read(self) -> bool:
        """Whether anybody looks."""
        return bool(self._readers)

    async def state(self, dropped: int = 0) -> str:
        """The event with everything."""
        self._shown = {}  # so the next tick tells the other readers all of it, even if it is as before then
        return event(
            "state",
            {
                "now": self._operated.clock.time(),
                "calls": self._board.calls(),
                "kept": self._board.kept,
                "lessons": self._classroom.titles(),
                "dropped": dropped,
                "backends": self._board.backends(),
                **await self._slow_parts(),
            },
        )

    async def run(self) -> None:
        """Publish, until cancelled."""
        while True:
            await asyncio.sleep(TICK_INTERVAL)
            if self.is_read:
                await self._publish()
            else:
                self._board.skip()
                self._basis = self._current_basis()

    def _current_basis(self) -> tuple[int, list[Json]]:
        """The parts that only a state has. After each reload the gateway is another object."""
        return id(self._operated.gateway), self._classroom.titles()

    async def _publish(self) -> None:
        if self._basis != self._current_basis():
            self._basis = self._current_basis()
            await self._start_over(self._readers)
            return
        tick = await self._tick()
        if tick is None:
            return
        self._send(event("tick", tick))
        await self._start_over({queue for queue in self._readers if queue.full()}, MAX_BACKLOG)

    def _send(self, message: str) -> None:
        for queue in self._readers:
            if not queue.full():
                queue.put_nowait(message)

    async def _start_over(self, queues: "set[asyncio.Queue[str]]", dropped: int = 0) -> None:
        message = await self.state(dropped) if queues else ""
        for queue in queues:
            while not queue.empty():
                queue.get_nowait()
            queue.put_nowait(message)

    async def _tick(self) -> Json | None:
        """The changes since the last tick; None if there are none."""
        parts = await self._slow_parts()
        changed = {name: part for name, part in parts.items() if name not in self._shown or part != self._shown[name]}
        self._shown = parts
        calls = self._board.changes()
        return {"now": self._operated.clock.time(), "calls": calls, **changed} if calls or changed else None

    async def _slow_parts(self) -> Json:
        """The parts that a tick has only if they have changed, and then whole."""
        return {**await self._board.gauges(), "fleet": self._fleet.seen, "lesson": self._classroom.lesson()}


def event(name: str, data: Json) -> str:
    """A server-sent event (HTML, section 9.2.5). JSON has no line breaks of its own."""
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"

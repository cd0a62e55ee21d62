"""What can go wrong with a call on purpose, for tests of a gateway, and which calls it befalls.

A fault is of one of three kinds. A *refusal* answers with an error. A *delay* holds the answer back. A fault of the
*wire* takes the connection's socket and the events of the answer, and yields those that are sent: nothing is sent
before the first one, the status line and the headers neither. A stream goes wrong in the middle: after its second
token, or its only one. A whole answer is one event, and an empty one that ends it.
"""

import random
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, tee
from typing import get_args

from mockbackends.azure_errors import server_error
from mockbackends.operations import Event
from mockbackends.operations.operation import chunk_event, named_event
from mockbackends.settings import Fault, FaultName

_LINGER_NOT = struct.pack("ii", 1, 0)  # close with a reset (RST) instead of an orderly end (FIN)
_TOKENS = 2  # of a stream that goes wrong, until then

type Wire = Callable[[socket.socket, Iterable[Event]], Iterator[Event]]


class HangUp(Exception):
    """The connection is to be closed at once."""


def reset(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Close the connection with a TCP reset, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    connection.close()
    raise HangUp
    yield from events


def garbage(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Answer with bytes that are not HTTP, and close."""
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")
    raise HangUp
    yield from events


def stall(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Never answer: wait until the client gives up."""
    connection.settimeout(None)
    while connection.recv(4096):
        pass
    raise HangUp
    yield from events


def cut(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Hang up in mid-stream; a whole answer lacks the final chunk of its framing."""
    yield from _beginning(events)
    raise HangUp


def unfinished(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """End a stream in the middle, in good order for HTTP: the openai client raises nothing then."""
    return _beginning(events)


def malformed(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Break the JSON of one event in mid-stream; a whole answer ends half-way."""
    events, ahead = tee(events)
    *before, struck = _beginning(ahead)
    yield from before
    yield replace(struck, data=struck.data[: len(struck.data) // 2] + b"\n\n")
    yield from islice(events, len(before) + 1, None)


def error_chunk(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """End a stream in the middle with an error, in the form of its API; a whole answer has the error after it."""
    sent = list(_beginning(events))
    yield from sent
    error = server_error().error
    if sent[0].data.startswith(b"event:"):  # Azure nests the error, unlike OpenAI's specification
        yield named_event({"type": "error", "error": error, "sequence_number": len(sent)})
    else:
        yield chunk_event({"error": error})


def _beginning(events: Iterable[Event]) -> Iterator[Event]:
    """The events until the second token, or the only one; without any, all but the last."""
    tokens = 0
    for event, following in pairwise(events):
        yield event
        tokens += event.paced
        if tokens == _TOKENS or (tokens and not following.paced):
            return


WIRE: dict[str, Wire] = {
    "reset": reset,
    "garbage": garbage,
    "stall": stall,
    "cut": cut,
    "unfinished": unfinished,
    "malformed": malformed,
    "error-chunk": error_chunk,
}
NAMES: tuple[str, ...] = get_args(FaultName.__value__)


class Choice:
    """Chooses, call by call, which of a deployment's faults befalls it: the first one whose turn it is.

    `faults` may be replaced at any time; when the same ones come back, their turns go on.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self._turns: dict[tuple[Fault, ...], list[_Turn]] = {}
        self._lock = threading.Lock()

    def next(self) -> Fault | None:
        """The fault of the next call, or None."""
        with self._lock:
            befallen = [turn.fault for turn in self._current() if turn.comes()]
        return befallen[0] if befallen else None

    def is_certain(self) -> bool:
        """Whether the next call is sure to be befallen."""
        with self._lock:
            return any(turn.is_certain() for turn in self._current())

    def start_over(self) -> None:
        """Forget the turns, also those of faults that may come back."""
        with self._lock:
            self._turns.clear()

    def _current(self) -> "list[_Turn]":
        faults = self.faults
        if faults not in self._turns:
            self._turns[faults] = [_Turn(fault) for fault in faults]
        return self._turns[faults]


class _Turn:
    """Counts the calls that one fault has seen; every call draws, so that the draws do not depend on other faults."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._calls = 0
        self._random = random.Random(fault.seed)  # noqa: S311 - a mock's dice, to be repeatable

    def comes(self) -> bool:
        self._calls += 1
        drawn = self._random.random() < self.fault.probability
        return drawn and (self.fault.first is None or self._calls <= self.fault.first)

    def is_certain(self) -> bool:
        return self.fault.probability == 1 and (self.fault.first is None or self._calls < self.fault.first)

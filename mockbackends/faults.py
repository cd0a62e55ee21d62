"""What can go wrong with a call on purpose, for tests of a gateway, and which calls it befalls.

A fault is of one of three kinds. A *refusal* answers with an error. A *delay* holds the answer back. A fault of the
*wire* takes the connection's socket and the parts of the answer as they would be sent, and yields the parts that are
sent: nothing is sent before the first part, the status line and the headers neither.
"""

import random
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import get_args

from mockbackends.settings import Fault, FaultName

_LINGER_NOT = struct.pack("ii", 1, 0)  # close with a reset (RST) instead of an orderly end (FIN)
_CUT_AFTER = 4  # parts: the prompt filter results, the role and two tokens of a stream
_ERROR_CHUNK = (
    b'data: {"error":{"message":"The server had an error while processing your request. Sorry about that!",'
    b'"type":"server_error","param":null,"code":null}}\n\n'
)

type Wire = Callable[[socket.socket, Iterable[bytes]], Iterator[bytes]]


class HangUp(Exception):
    """The connection is to be closed at once."""


def reset(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Close the connection with a TCP reset, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    connection.close()
    raise HangUp
    yield from parts


def garbage(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Answer with bytes that are not HTTP, and close."""
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")
    raise HangUp
    yield from parts


def stall(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Never answer: wait until the client gives up."""
    connection.settimeout(None)
    while connection.recv(4096):
        pass
    raise HangUp
    yield from parts


def cut(_connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Stop in mid-stream, without `data: [DONE]`; a whole answer lacks the final chunk of its framing."""
    yield from islice(parts, _CUT_AFTER)
    raise HangUp


def unfinished(_connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """End a stream in the middle, in good order for HTTP: the openai client raises nothing then."""
    yield from islice(parts, _CUT_AFTER)


def malformed(_connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Break the JSON of one chunk in mid-stream; a whole answer ends half-way."""
    for index, part in enumerate(parts):
        if index == _CUT_AFTER or not part.startswith((b"data:", b"event:")):
            yield part[: len(part) // 2] + b"\n\n"
        else:
            yield part


def error_chunk(_connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """End a stream with an error in place of a token; a whole answer has the error after it."""
    yield from islice(parts, _CUT_AFTER)
    yield _ERROR_CHUNK


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

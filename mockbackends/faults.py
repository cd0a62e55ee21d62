"""The faults that a call can meet on purpose, to test a gateway: one table, `FAULTS`, describes them all.

The table is all that knows a fault by its name: settings, command line, control, live page and verdict read it. To add
a fault, write a row; if it is of the wire, write its function, too:

    FaultType("teapot", "answers 418", refusal=teapot)

A fault is of one of three kinds. A *refusal* answers with an error. A *delay* holds the answer back. A fault of the
*wire* takes the connection's socket and the events of the answer, and yields the events to send: nothing is sent before
the first event, not even the status line. A stream goes wrong in the middle: after its second token, or its only one.
A whole answer is one event, and an empty event that ends it.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise, tee
from typing import Any, Literal

from mockbackends.azure_errors import Refusal, server_error, timeout, unavailable
from mockbackends.operations import Event
from mockbackends.operations.operation import chunk_event, named_event

DELAY = 60  # seconds that a call is held back, if the fault's settings say nothing else
RETRY_AFTER = 10  # seconds that a 429 tells, if the fault's settings say nothing else

_NO_LINGER = struct.pack("ii", 1, 0)  # close with a reset (RST) instead of an orderly end (FIN)
_TOKENS_BEFORE_FAULT = 2  # of a stream

type Kind = Literal["refusal", "delay", "wire"]
type Wire = Callable[[socket.socket, Iterable[Event]], Iterator[Event]]


class HangUp(Exception):
    """Close the connection at once."""


def reset(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Close the connection with a TCP reset, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    connection.close()
    raise HangUp
    yield from events


def garbage(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Answer with bytes that are not HTTP, and close."""
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")
    raise HangUp
    yield from events


def stall(connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Never answer: wait until the client closes the connection."""
    connection.settimeout(None)
    while connection.recv(4096):
        pass
    raise HangUp
    yield from events


def cut(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Close the connection in the middle of a stream; a whole answer lacks the last chunk of its framing."""
    yield from _beginning(events)
    raise HangUp


def unfinished(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """End a stream in the middle, correctly for HTTP: the openai client raises no error."""
    return _beginning(events)


def malformed(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """Break the JSON of one event in the middle of a stream; a whole answer has only its first half."""
    events, ahead = tee(events)
    *before, struck = _beginning(ahead)
    yield from before
    yield replace(struck, data=struck.data[: len(struck.data) // 2] + b"\n\n")
    yield from islice(events, len(before) + 1, None)


def error_chunk(_connection: socket.socket, events: Iterable[Event]) -> Iterator[Event]:
    """End a stream in the middle with an error in the form of its API; a whole answer is followed by the error."""
    sent = list(_beginning(events))
    yield from sent
    error = server_error().error
    if sent[0].data.startswith(b"event:"):  # Azure nests the error, unlike OpenAI's specification
        yield named_event({"type": "error", "error": error, "sequence_number": len(sent)})
    else:
        yield chunk_event({"error": error})


def _beginning(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events up to the second token, or up to the only one; without tokens, all but the last event."""
    tokens = 0
    for event, following in pairwise(events):
        yield event
        tokens += event.paced
        if tokens == _TOKENS_BEFORE_FAULT or (tokens and not following.paced):
            return


@dataclass(frozen=True)
class FaultType:
    """A row of the table.

    `help` completes the sentence "The backend ...". A fault that `throttles` refuses the call with the deployment's
    429; `refusal` makes any other error. A fault that `delays` first holds the call for the seconds that are set.
    `wire` sends the answer, or a part of it. `spoils_stream` and `spoils_whole` mark answers that are complete for
    HTTP and of no use to a client.
    """

    name: str
    help: str
    throttles: bool = False
    delays: bool = False
    refusal: Callable[[], Refusal] | None = None
    wire: Wire | None = None
    spoils_stream: bool = False
    spoils_whole: bool = False

    @property
    def kind(self) -> Kind:
        """What the fault acts on."""
        if self.wire:
            return "wire"
        return "refusal" if self.throttles or self.refusal else "delay"

    @property
    def settings(self) -> tuple[str, ...]:
        """The fields of `mockbackends.settings.Fault` that only some faults have."""
        return ("retry_after", "dialect") * self.throttles + ("seconds",) * self.delays

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it, without the functions."""
        return {"name": self.name, "kind": self.kind, "help": self.help, "settings": self.settings}

    def spoils(self, *, stream: bool) -> bool:
        """Whether a complete answer, streamed or whole, is of no use."""
        return self.spoils_stream if stream else self.spoils_whole


_ROWS = (
    FaultType("unavailable", "answers 503", refusal=unavailable),
    FaultType("error", "answers 500", refusal=server_error),
    FaultType("throttle", f"answers 429: wait {RETRY_AFTER} seconds", throttles=True),
    FaultType("timeout", f"answers 408 after {DELAY} seconds", delays=True, refusal=timeout),
    FaultType("slow", f"answers after {DELAY} seconds", delays=True),
    FaultType("stall", "never answers", wire=stall),
    FaultType("reset", "resets the connection without an answer", wire=reset),
    FaultType("garbage", "answers with bytes that are not HTTP", wire=garbage),
    FaultType("cut", "breaks the connection in the middle of a stream", wire=cut),
    FaultType("unfinished", "ends a stream in the middle, without data: [DONE]", wire=unfinished, spoils_stream=True),
    FaultType(
        "malformed", "breaks the JSON of one chunk of a stream", wire=malformed, spoils_stream=True, spoils_whole=True
    ),
    FaultType(
        "error-chunk",
        "ends a stream in the middle with an error",
        wire=error_chunk,
        spoils_stream=True,
        spoils_whole=True,
    ),
)
FAULTS = {row.name: row for row in _ROWS}

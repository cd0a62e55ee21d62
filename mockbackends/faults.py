"""What can go wrong with a chat call on purpose, for tests of a gateway: one small function per fault.

A fault takes the connection's socket and the parts of the answer as they would be sent, and yields the parts
that are sent. Nothing is sent before the first part, the status line and the headers neither.
"""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

_LINGER_NOT = struct.pack("ii", 1, 0)  # close with a reset (RST) instead of an orderly end (FIN)
_CUT_AFTER = 4  # parts: the prompt filter results, the role and two tokens of a stream

type Fault = Callable[[socket.socket, Iterable[bytes]], Iterator[bytes]]


class HangUp(Exception):
    """The connection is to be closed at once."""


def reset(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Close the connection with a TCP reset, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    raise HangUp
    yield from parts


def garbage(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Answer with bytes that are not HTTP, and close."""
    connection.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")
    raise HangUp
    yield from parts


def stall(connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Never answer: wait until the client gives up."""
    while connection.recv(4096):
        pass
    raise HangUp
    yield from parts


def cut(_connection: socket.socket, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Stop in mid-stream, without `data: [DONE]`; a whole answer lacks the final chunk of its framing."""
    yield from islice(parts, _CUT_AFTER)
    raise HangUp


FAULTS: dict[str, Fault] = {fault.__name__: fault for fault in (reset, garbage, cut, stall)}
ERROR = "error"  # nothing goes wrong on the wire: the answer is a 500
NAMES = (*FAULTS, ERROR)

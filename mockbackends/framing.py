"""Reads the body of a request to its end, which its length or its chunks tell (RFC 9112, sections 6 and 7).

If the client leaves too early, or a chunk is malformed, reading raises FramingError: half a body is never taken for
a whole one.
"""

import io
import re
from abc import abstractmethod
from typing import BinaryIO

MAX_CHUNK_LINE = 4096  # bytes of a chunk's size with its extensions, or of a trailer field; Go's net/http has the same
MAX_OVERHEAD = 16 * 1024  # bytes of all extensions and trailer fields of one body

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"'
_EXTENSION = rb"[ \t]*;[ \t]*" + _TOKEN + rb"(?:[ \t]*=[ \t]*(?:" + _TOKEN + rb"|" + _QUOTED + rb"))?"
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})((?:" + _EXTENSION + rb")*)\r\n")  # 16 digits: more than any disk
_FIELD_LINE = re.compile(_TOKEN + rb":[\t\x20-\x7e\x80-\xff]*\r\n")


class FramingError(OSError):
    """The body cannot be read to its end. The message names the mistake and quotes nothing of the body."""


class _Body(io.RawIOBase):
    """A stream of bytes, as WSGI wants its `wsgi.input`."""

    def __init__(self, connection: BinaryIO) -> None:
        self._connection = connection

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: any Buffer
        """Fill the buffer and return the number of bytes, 0 at the end; raise FramingError.

        The buffer keeps its length: CPython reads past the end of one that was shrunk.
        """
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    @abstractmethod
    def _take(self, size: int) -> bytes:
        """Return 1 to `size` bytes of the body, none at its end."""

    def _read(self, size: int) -> bytes:
        """Read so many bytes from the connection, no fewer."""
        data = self._connection.read(size)
        if len(data) < size:
            raise FramingError("the body ends too early")
        return data


class SizedBody(_Body):
    """A body of as many bytes as Content-Length says (section 6.2)."""

    def __init__(self, connection: BinaryIO, length: int) -> None:
        super().__init__(connection)
        self._left = length

    def _take(self, size: int) -> bytes:
        data = self._read(min(size, self._left))
        self._left -= len(data)
        return data


class ChunkedBody(_Body):
    """A body in chunks (section 7.1), without their extensions and without the trailer section."""

    def __init__(self, connection: BinaryIO) -> None:
        super().__init__(connection)
        self._left = 0  # bytes of the chunk that is being read
        self._overhead = 0
        self._is_at_end = False

    def _take(self, size: int) -> bytes:
        if not (self._left or self._is_at_end):
            self._begin_chunk()
        data = self._read(min(size, self._left))
        self._left -= len(data)
        if data and not self._left:
            self._end_chunk()
        return data

    def _begin_chunk(self) -> None:
        line = _CHUNK_LINE.fullmatch(self._line())
        if not line:
            raise FramingError("a chunk has to begin with its size, in hexadecimal digits")
        self._count(len(line[2]))
        self._left = int(line[1], 16)
        if not self._left:
            self._skip_trailer()
            self._is_at_end = True

    def _end_chunk(self) -> None:
        if self._read(2) != b"\r\n":
            raise FramingError("a chunk has to end with CRLF after as many bytes as its size says")

    def _skip_trailer(self) -> None:
        while (line := self._line()) != b"\r\n":
            if not _FIELD_LINE.fullmatch(line):
                raise FramingError("a trailer has to consist of fields, like Digest: 1")
            self._count(len(line))

    def _line(self) -> bytes:
        line = self._connection.readline(MAX_CHUNK_LINE)
        if len(line) == MAX_CHUNK_LINE and not line.endswith(b"\n"):
            raise FramingError(f"a line of the chunks is longer than {MAX_CHUNK_LINE} bytes")
        if not line.endswith(b"\n"):
            raise FramingError("the body ends too early")
        return line

    def _count(self, size: int) -> None:
        self._overhead += size
        if self._overhead > MAX_OVERHEAD:
            raise FramingError(f"the chunk extensions and trailer fields are longer than {MAX_OVERHEAD} bytes")

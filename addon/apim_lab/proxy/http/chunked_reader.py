"""Reads a chunked body (RFC 9112, section 7.1): everything that has arrived at once, however small its chunks are.

h11's reader, which mitmproxy uses, returns one chunk at a time, and each goes through all layers: 100,000 chunks of one
byte would keep everybody waiting. And mitmproxy has no use for trailers, and crashes at them.
"""

from typing import NoReturn, Protocol

import h11

MAX_LINE = 4096
"""Bytes of the line before a chunk: its size and its extensions."""

MAX_EXTENSIONS = 16_384
"""Bytes of the extensions of all chunks; RFC 9112, section 7.1.1, asks for a limit, and Go has this one."""

MAX_TRAILERS = 65_536
"""Bytes of the trailers, which are discarded (RFC 9112, section 7.1.2)."""

MAX_OVERHEAD = 1 << 20
"""Bytes by which the framing may exceed the content; chunks of one byte are a quarter of a million then."""

MAX_DIGITS = 16
HEXADECIMAL = b"0123456789abcdefABCDEF"


class Buffer(Protocol):
    """What has arrived and is not read yet: h11's ReceiveBuffer."""

    def __bytes__(self) -> bytes: ...
    def __len__(self) -> int: ...
    def maybe_extract_at_most(self, count: int) -> bytearray | None: ...
    def maybe_extract_lines(self) -> list[bytearray] | None: ...


class ChunkedReader:
    """A reader as mitmproxy's `make_body_reader` makes them."""

    def __init__(self) -> None:
        self.left = 0  # bytes of the current chunk
        self.is_after_chunk = False  # its CRLF is to come
        self.has_ended = False  # the last chunk was there; trailers are to come
        self.extensions = self.overhead = 0

    def __call__(self, buffer: Buffer) -> h11.Data | h11.EndOfMessage | None:
        """The next piece of the body, its end, or None if more has to arrive. Raises h11.LocalProtocolError."""
        if not self.has_ended and (content := self.read_content(buffer)):
            return h11.Data(data=content)
        return self.read_trailers(buffer) if self.has_ended else None

    def read_eof(self) -> NoReturn:
        raise h11.RemoteProtocolError("the connection was closed before the last chunk")

    def read_content(self, buffer: Buffer) -> bytes:
        received, at = bytes(buffer), 0
        pieces: list[bytes] = []
        while not self.has_ended:
            if self.left:
                piece = received[at : at + self.left]
                pieces.append(piece)
                at += len(piece)
                self.left -= len(piece)
                if self.left:
                    break
            if self.is_after_chunk and received[at : at + 2] == b"\r\n":
                self.is_after_chunk, at = False, at + 2
            if not self.is_after_chunk:
                at = read_whole_chunks(received, at, pieces)
            after = self.read_between(received, at)
            if after == at:
                break
            at = after
        if at:
            buffer.maybe_extract_at_most(at)
        content = b"".join(pieces)
        self.overhead = max(0, self.overhead + at - 2 * len(content))
        if self.overhead > MAX_OVERHEAD:
            raise h11.LocalProtocolError(
                f"the chunks are so small that their framing has more than {MAX_OVERHEAD} bytes"
            )
        return content

    def read_between(self, received: bytes, at: int) -> int:
        """Read the end of a chunk and the line of the next one; the position after it, `at` if it is not there yet."""
        start = at
        if self.is_after_chunk:
            if not b"\r\n".startswith(received[at : at + 2]):
                raise h11.LocalProtocolError("a chunk is longer than its size")
            start += 2
        end = received.find(b"\r\n", start, start + MAX_LINE)
        if end < 0:
            if len(received) - start >= MAX_LINE:
                raise h11.LocalProtocolError(f"the line of a chunk has more than {MAX_LINE} bytes")
            return at
        self.left = self.read_size(received[start:end])
        self.is_after_chunk, self.has_ended = True, not self.left
        return end + 2

    def read_size(self, line: bytes) -> int:
        size, _, extensions = line.partition(b";")
        size = size.rstrip(b" \t")
        if not size or len(size) > MAX_DIGITS or size.strip(HEXADECIMAL) or b"\r" in extensions or b"\n" in extensions:
            raise h11.LocalProtocolError(f"no size of a chunk: {line[:40]!r}")
        self.extensions += len(extensions)
        if self.extensions > MAX_EXTENSIONS:
            raise h11.LocalProtocolError(f"the extensions of the chunks have more than {MAX_EXTENSIONS} bytes")
        return int(size, 16)

    def read_trailers(self, buffer: Buffer) -> h11.EndOfMessage | None:
        if buffer.maybe_extract_lines() is not None:
            return h11.EndOfMessage()
        if len(buffer) > MAX_TRAILERS:
            raise h11.LocalProtocolError(f"the trailers have more than {MAX_TRAILERS} bytes")
        return None


def read_whole_chunks(received: bytes, at: int, pieces: list[bytes]) -> int:
    """Add the data of the chunks that are complete and have no extensions; the position after the last of them."""
    find, end = received.find, 0
    while (end := find(b"\r\n", at, at + MAX_DIGITS + 2)) > at and not (size := received[at:end]).strip(HEXADECIMAL):
        start = end + 2
        after = start + int(size, 16)
        if after == start or received[after : after + 2] != b"\r\n":
            break
        pieces.append(received[start:after])
        at = after + 2
    return at

"""Answers as bytes, which can be cut anywhere."""

from dataclasses import dataclass
from typing import Literal

type Framing = Literal["length", "chunked", "until closed"]

FRAMINGS: tuple[Framing, ...] = ("length", "chunked", "until closed")
REASONS = {200: "OK", 204: "No Content", 304: "Not Modified", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Wire:
    """An answer in parts, and for each part whether it is content."""

    parts: tuple[tuple[bytes, bool], ...]

    @property
    def data(self) -> bytes:
        return b"".join(part for part, _ in self.parts)

    @property
    def head_size(self) -> int:
        return len(self.parts[0][0])

    def content(self, size: int) -> bytes:
        """The content within the first `size` bytes."""
        found = b""
        for part, is_content in self.parts:
            found += part[: max(0, size)] if is_content else b""
            size -= len(part)
        return found


def answer(status: int, content: bytes, framing: Framing, fields: tuple[str, ...], chunk: int = 100) -> Wire:
    """An answer with these further fields; its chunks are `chunk` bytes long."""
    framed = {
        "length": (f"Content-Length: {len(content)}",),
        "chunked": ("Transfer-Encoding: chunked",),
        "until closed": (),
    }
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Reason')}", *fields, *framed[framing], "", ""]
    head = "\r\n".join(lines).encode()
    if framing != "chunked":
        return Wire(((head, False), (content, True)))
    pieces = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    chunks = [part for piece in pieces for part in ((b"%x\r\n" % len(piece), False), (piece, True), (b"\r\n", False))]
    return Wire(((head, False), *chunks, (b"0\r\n\r\n", False)))


def text(call: int, attempt: int, size: int) -> bytes:
    """A body of which every part names its call."""
    unit = f"{call}.{attempt} ".encode()
    return (unit * (size // len(unit) + 1))[:size]


def event_stream(call: int, attempt: int, events: int) -> bytes:
    return b"".join(f"data: {call}.{attempt}.{number}\n\n".encode() for number in range(events))

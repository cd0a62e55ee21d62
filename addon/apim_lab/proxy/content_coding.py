"""Bodies without their content codings (RFC 9110, section 8.4), which a few bytes can turn into gigabytes.

mitmproxy's decoder has no limit, and keeps the last body that it decoded.
"""

import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import brotli
import zstandard

from apim_lab.errors import BodyTooLarge

MAX_CODINGS = 5
"""Codings that one body may have; curl has the same limit."""

_PIECE = 1 << 16
_ZSTD_WINDOW = 1 << 23  # RFC 9659: no larger one in HTTP


def decode(body: bytes, codings: str, limit: int) -> bytes:
    """The content of a body; `codings` is its Content-Encoding: "gzip", "deflate, br", "" for none.

    The body is returned unchanged if it has no coding, an unknown one, too many, or is not in the coding it claims.
    Raises BodyTooLarge if it has more bytes than `limit` after a coding is undone.
    """
    names = [name for coding in codings.lower().split(",") if (name := coding.strip()) not in {"", "identity"}]
    return _undo(names, body, limit) if len(names) <= MAX_CODINGS else body


def _undo(names: list[str], body: bytes, limit: int) -> bytes:
    content = body
    try:
        for name in reversed(names):  # they stand in the order in which they were applied
            content = _DECODERS[name](content, limit)
            if len(content) > limit:
                raise BodyTooLarge(f"The body is larger than {limit} bytes when it is decoded.")
    except (KeyError, ValueError, zlib.error, brotli.error, zstandard.ZstdError):
        return body
    return content


# ---- one coding: the content, or a little more of it than the limit ----------------------------------------------


def _gunzip(body: bytes, limit: int) -> bytes:
    return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(body, limit + 1)


def _inflate(body: bytes, limit: int) -> bytes:
    """In the zlib format; some senders leave its head and checksum out (RFC 9110, section 8.4.1.2)."""
    try:
        return zlib.decompressobj().decompress(body, limit + 1)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, limit + 1)


def _unbrotli(body: bytes, limit: int) -> bytes:
    decompressor, content = brotli.Decompressor(), BytesIO()
    content.write(decompressor.process(body, output_buffer_limit=_PIECE))
    while not decompressor.is_finished() and content.tell() <= limit:
        if not (piece := decompressor.process(b"", output_buffer_limit=_PIECE)):
            raise ValueError("the body breaks off")
        content.write(piece)
    return content.getvalue()


def _unzstd(body: bytes, limit: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    return decompressor.stream_reader(body, read_across_frames=True).read(limit + 1)


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,  # RFC 9110, section 8.4.1.3
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}

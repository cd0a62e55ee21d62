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

MAX_MEMBERS = 100
"""Members of one body in gzip: what follows one is copied. Programs that pack in parallel make one of each 128 KB."""

_GZIP = b"\x1f\x8b"
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
    """All members (RFC 1952, section 2.2); what follows them and is none is left out, as gzip does."""
    content, rest = b"", body
    for _ in range(MAX_MEMBERS):
        decompressor = zlib.decompressobj(zlib.MAX_WBITS + 16)
        content += _decompress(decompressor, rest, limit - len(content))
        rest = decompressor.unused_data
        if len(content) > limit or not rest.startswith(_GZIP):
            return content
    raise ValueError(f"the body has more than {MAX_MEMBERS} members")


def _inflate(body: bytes, limit: int) -> bytes:
    """In the zlib format; some senders leave its head and checksum out (RFC 9110, section 8.4.1.2)."""
    try:
        return _decompress(zlib.decompressobj(), body, limit)
    except zlib.error:
        return _decompress(zlib.decompressobj(-zlib.MAX_WBITS), body, limit)


def _decompress(decompressor: "zlib._Decompress", body: bytes, limit: int) -> bytes:
    content = decompressor.decompress(body, limit + 1)
    if not decompressor.eof and len(content) <= limit:
        raise ValueError("the body breaks off")
    return content


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

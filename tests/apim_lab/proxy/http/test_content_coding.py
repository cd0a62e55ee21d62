"""Decoding bodies, and stopping in time."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from apim_lab.errors import BodyTooLarge
from apim_lab.proxy.http.content_coding import decode

LIMIT = 1_000_000


def deflate_without_head(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize(
    ("codings", "body", "content"),
    [
        ("", b"plain", b"plain"),
        ("identity", b"plain", b"plain"),
        ("gzip", gzip.compress(b"packed"), b"packed"),
        ("GZip", gzip.compress(b"packed"), b"packed"),
        ("x-gzip", gzip.compress(b"packed"), b"packed"),
        ("deflate", zlib.compress(b"packed"), b"packed"),
        ("deflate", deflate_without_head(b"packed"), b"packed"),
        ("br", brotli.compress(b"packed"), b"packed"),
        ("zstd", zstandard.compress(b"packed"), b"packed"),
        ("zstd", zstandard.compress(b"pac") + zstandard.compress(b"ked"), b"packed"),
        ("gzip", gzip.compress(b"pac") + gzip.compress(b"ked"), b"packed"),
        ("gzip", gzip.compress(b"") * 99 + gzip.compress(b"packed"), b"packed"),
        ("gzip", gzip.compress(b"packed") + bytes(10), b"packed"),
        ("gzip, br", brotli.compress(gzip.compress(b"packed")), b"packed"),
        ("gzip,, identity ,br", brotli.compress(gzip.compress(b"packed")), b"packed"),
    ],
)
def test_a_body_is_read_without_its_codings(codings, body, content):
    assert decode(body, codings, LIMIT) == content


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("utf-8", b"no coding of bodies"),
        ("rot13", b"no coding of bodies"),
        ("gzip, compress", gzip.compress(b"packed")),
        ("compress, gzip", gzip.compress(b"packed")),
        ("br, gzip", gzip.compress(b"none of it")),
        ("br", brotli.compress(b"broken off")[:-2]),
        ("gzip", gzip.compress(b"broken off")[:-9]),
        ("gzip", gzip.compress(b"whole") + gzip.compress(b"broken off")[:-9]),
        ("gzip", gzip.compress(b"") * 101),
        ("deflate", zlib.compress(b"broken off")[:-5]),
        ("deflate", deflate_without_head(b"broken off")[:-2]),
        ("zstd", zstandard.compress(b"x" * 99)[:-9] + b"no zstd"),
        *((coding, b"none of it") for coding in ENCODERS),
        *((coding, b"") for coding in ENCODERS),
    ],
)
def test_a_body_that_cannot_be_decoded_stays_as_it_is(codings, body):
    assert decode(body, codings, LIMIT) == body


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_body_may_decode_to_as_much_as_the_limit(coding):
    body = ENCODERS[coding](b"0" * LIMIT)

    assert len(decode(body, coding, LIMIT)) == LIMIT
    with pytest.raises(BodyTooLarge):
        decode(body, coding, LIMIT - 1)


@pytest.mark.parametrize("codings", ["", "identity", "unknown", "gzip"])
def test_a_body_that_is_not_decoded_has_no_limit(codings):
    assert len(decode(b"0" * LIMIT, codings, LIMIT - 1)) == LIMIT


def test_no_coding_of_several_may_exceed_the_limit():
    inner = gzip.compress(b"0" * 100 * LIMIT)

    with pytest.raises(BodyTooLarge):
        decode(gzip.compress(inner), "gzip, gzip", LIMIT)


def test_five_codings_are_undone_and_no_more():
    body = b"packed"
    for _ in range(5):
        body = gzip.compress(body)

    assert decode(body, ", ".join(["gzip"] * 5), LIMIT) == b"packed"
    body = gzip.compress(body)

    assert decode(body, ", ".join(["gzip"] * 6), LIMIT) == body


def test_zstd_may_not_ask_for_a_window_above_8_mb():
    """RFC 9659: a decoder would have to set the memory aside, however small the body is."""
    large = zstandard.ZstdCompressionParameters(window_log=24)
    compressor = zstandard.ZstdCompressor(compression_params=large).compressobj()
    body = compressor.compress(b"0" * 100) + compressor.flush()

    assert decode(body, "zstd", LIMIT) == body

"""Heads of HTTP/1.1, read from lines; what their parts may consist of is in test_head_check.py."""

import pytest
from h11._receivebuffer import ReceiveBuffer
from mitmproxy.options import Options

from apim_lab.proxy.http.head_check import BadHead
from apim_lab.proxy.http.http1_head import read_request, read_response, take_lines


def take(data: bytes) -> list[bytes] | None:
    options = Options()
    options.add_option("apim_head_limit", int, 20, "")
    options.add_option("apim_field_limit", int, 2, "")
    buffer = ReceiveBuffer()
    buffer += data
    return take_lines(buffer, options)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"GET / HTTP/1.1\r\n", None),
        (b"\r\nGET", []),
        (b"GET /\r\na: b\r\n\r\nbody that is not the head's", [b"GET /", b"a: b"]),
        (b"GET /\na: b\r\n\n", [b"GET /", b"a: b"]),  # RFC 9112, section 2.2
        (b"a\r\nb:\rc\r\r\n\r\n", [b"a", b"b:\rc\r"]),
        (b"x" * 16 + b"\r\n\r\n", [b"x" * 16]),
        (b"a\r\nb:c\r\nd:e\r\n\r\n", [b"a", b"b:c", b"d:e"]),
    ],
)
def test_a_head_comes_in_lines(data, lines):
    assert take(data) == lines


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"x" * 17 + b"\r\n\r\n", 431),
        (b"x" * 21, 414),
        (b"x" * 21 + b"\r\n\r\n", 414),
        (b"a\r\n" + b"x" * 18, 431),
        (b"a\r\nb:\r\nc:\r\nd:\r\n\r\n", 431),
    ],
)
def test_a_head_that_is_too_large_is_not_waited_for(data, status):
    """RFC 6585, section 5; RFC 9110, section 15.5.15."""
    with pytest.raises(BadHead, match=r"\(apim_") as refused:
        take(data)

    assert refused.value.status == status


@pytest.mark.parametrize(
    ("version", "read"), [(b"HTTP/1.0", "HTTP/1.0"), (b"HTTP/1.1", "HTTP/1.1"), (b"HTTP/1.7", "HTTP/1.1")]
)
def test_a_later_minor_version_is_read_as_http_1_1(version, read):
    """RFC 9110, section 2.5."""
    assert read_request([b"GET / " + version]).http_version == read
    assert read_response([version + b" 200 OK"]).http_version == read


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET / HTTP/2.0", 505),
        (b"GET / HTTP/0.9", 505),
        (b"GET /", 400),
        (b"GET / HTTP/1.10", 400),
        (b"GET / http/1.1", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET\t/\tHTTP/1.1", 400),
        (b"GET / x HTTP/1.1", 400),
        (b"", 400),
    ],
)
def test_what_is_no_request_line_is_refused(line, status):
    """RFC 9112, section 3; RFC 9110, section 15.6.6."""
    with pytest.raises(BadHead) as refused:
        read_request([line])

    assert refused.value.status == status


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"HTTP/1.1"],
        [b"HTTP/1.1 20 OK"],
        [b"HTTP/1.1 1000 Ten"],
        [b"HTTP/2.0 200 OK"],
        [b"HTTP/1.1 200OK"],
        [b"ICY 200 OK"],
    ],
)
def test_what_is_no_status_line_is_refused(lines):
    """RFC 9112, section 4."""
    with pytest.raises(BadHead, match="Bad HTTP status line"):
        read_response(lines)


@pytest.mark.parametrize(
    ("line", "reason"), [(b"HTTP/1.1 200", ""), (b"HTTP/1.1 200 ", ""), (b"HTTP/1.1 200 Very  fine", "Very  fine")]
)
def test_a_reason_phrase_may_be_missing(line, reason):
    """RFC 9112, section 4."""
    assert read_response([line]).reason == reason


def test_fields_keep_what_has_to_be_checked():
    """RFC 9112, section 5.1: only spaces and tabs around a value are not part of it."""
    read = read_response([b"HTTP/1.1 200 OK", b"a: \tb\t ", b"c:\x0bd\r", b" folded: line", b"e:"])

    assert read.headers.fields == ((b"a", b"b"), (b"c", b"\x0bd\r"), (b" folded", b"line"), (b"e", b""))


def test_a_field_has_a_colon():
    """RFC 9112, section 5."""
    with pytest.raises(BadHead, match="Bad HTTP field line: b' folded'"):
        read_request([b"GET / HTTP/1.1", b"a: b", b" folded"])

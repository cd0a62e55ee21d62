"""What a head may consist of, by RFC 9110, RFC 9112 and RFC 9113. That it is asked, is seen in e2e/test_wire.py."""

import pytest
from mitmproxy import http
from mitmproxy.test import tutils

from apim_lab.proxy.http import head_check

CONTROLS = [bytes([code]) for code in (*range(0x20), 0x7F) if code != 0x09]


def request(*fields: tuple[bytes, bytes], **line: bytes) -> http.Request:
    return tutils.treq(headers=http.Headers(fields), authority=line.pop("authority", b""), **line)


def response(*fields: tuple[bytes, bytes], **line: object) -> http.Response:
    return tutils.tresp(headers=http.Headers(fields), **line)


@pytest.mark.parametrize(
    "message",
    [
        request(),
        request((b"Host", b"a"), (b"Content-Length", b"7")),
        request((b"x!#$%&'*+-.^_`|~9", b'tab\there, space and "\xe2\x82\xac"')),
        request((b"Empty", b"")),
        request((b"Transfer-Encoding", b"Chunked")),
        request(path=b"*", method=b"OPTIONS"),
        request(path=b"", method=b"CONNECT", authority=b"a:443"),
        request(path=b'/a?b=[c]|{"d"}', authority=b"a", scheme=b"http"),
        response(reason=b""),
        response(reason=b"Na sch\xc3\xb6n"),
        response(status_code=999),
        response((b"transfer-encoding", b"chunked")),
    ],
)
def test_what_may_go_on(message):
    head_check.check(message)


@pytest.mark.parametrize("control", CONTROLS)
@pytest.mark.parametrize("place", ["in it", "before", "after"])
def test_a_value_has_no_controls_but_tabs(control, place):
    """RFC 9110, section 5.5."""
    value = {"in it": b"a" + control + b"b", "before": control + b"a", "after": b"a" + control}[place]
    with pytest.raises(ValueError, match="invalid value of the field b'Foo'"):
        head_check.check(request((b"Foo", value), (b"Bar", b"fine")))


@pytest.mark.parametrize("byte", [*CONTROLS, *(bytes([code]) for code in b'\t "(),/:;<=>?@[\\]{}\x80\xff')])
def test_a_name_is_a_token(byte):
    """RFC 9110, sections 5.1 and 5.6.2."""
    with pytest.raises(ValueError, match="invalid field name"):
        head_check.check(response((b"Bar", b"fine"), (b"Fo" + byte + b"o", b"bar")))


def test_a_name_is_not_empty():
    """RFC 9110, section 5.1."""
    with pytest.raises(ValueError, match="invalid field name b''"):
        head_check.check(response((b"", b"bar")))


@pytest.mark.parametrize("method", [b"", b"GET /admin HTTP/1.1", b"G\tT", b"G\rT", b"G(T"])
def test_a_method_is_a_token(method):
    """RFC 9110, section 9.1."""
    with pytest.raises(ValueError, match="invalid method"):
        head_check.check(request(method=method))


@pytest.mark.parametrize(
    "path", [b"", b"x", b"*", b"/a b", b"/a\tb", b"/a\rb", b"/a\nb", b"/a\0b", b"/a\x7f", b"/\xc3\xa4", b"/a#b"]
)
def test_a_target_is_one(path):
    """RFC 9112, section 3.2."""
    with pytest.raises(ValueError, match="invalid request target"):
        head_check.check(request(path=path))


def test_an_authority_is_in_the_request_line_too():
    """RFC 9112, section 3.2.2."""
    with pytest.raises(ValueError, match="invalid request target"):
        head_check.check(request(authority=b"a b"))


@pytest.mark.parametrize("status", [0, 99, 1000])
def test_a_status_has_three_digits(status):
    """RFC 9110, section 15."""
    with pytest.raises(ValueError, match=f"invalid status {status}"):
        head_check.check(response(status_code=status))


@pytest.mark.parametrize("control", CONTROLS)
def test_a_reason_phrase_has_no_controls_but_tabs(control):
    """RFC 9112, section 4."""
    with pytest.raises(ValueError, match="invalid reason phrase"):
        head_check.check(response(reason=b"O" + control + b"K"))


@pytest.mark.parametrize(
    "fields",
    [
        [(b"Host", b"a"), (b"host", b"a")],  # RFC 9112, section 3.2
        [(b"Content-Length", b"1"), (b"Content-Length", b"1")],  # RFC 9112, section 6.3
        [(b"Content-Length", b"1"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"chunked")],
        [(b"Transfer-Encoding", b"gzip, chunked")],
        [(b"Transfer-Encoding", b"identity")],
        *([(b"Content-Length", length)] for length in (b"", b"-1", b"+1", b"1_0", b"1, 1", b"0x1", b"\xb2")),
    ],
)
def test_one_field_says_where_a_message_ends(fields):
    with pytest.raises(ValueError, match=r"Host|ontent-.ength|ransfer-.ncoding"):
        head_check.check(request(*fields))


def test_a_long_text_is_shown_in_part():
    with pytest.raises(ValueError, match=r"invalid value of the field b'Foo': b'x{100}'$"):
        head_check.check(request((b"Foo", b"x" * 1000 + b"\0")))

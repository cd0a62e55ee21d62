"""The head of an HTTP/1.1 message, from lines to mitmproxy's messages: strictly, and no larger than the options allow.

What names, values and targets consist of is not looked at here, but once for all versions of HTTP (head_check.py). This
leaves them as they came: mitmproxy would strip every kind of white space, and join folded lines.
"""

import re
from collections.abc import Sequence

from h11._receivebuffer import ReceiveBuffer
from mitmproxy import http
from mitmproxy.net.http import http1
from mitmproxy.options import Options

from apim_lab.proxy.http.head_check import BadHead, too_large, too_many_fields
from apim_lab.proxy.http.new_messages import Fields, new_headers, new_request, new_response

STATUS_LINE = re.compile(rb"(HTTP/1\.[0-9]) ([0-9]{3})(?: (.*))?", re.DOTALL)
"""RFC 9112, section 4; the space before an empty reason may be missing."""

WITHOUT_CONTENT = frozenset({204, 304})
"""Statuses whose answers end with their headers, as those to HEAD do (RFC 9110, section 6.4.1)."""

FRAMING = frozenset({b"content-length", b"transfer-encoding"})


def take_lines(buffer: ReceiveBuffer, options: Options) -> list[bytes] | None:
    """The lines of a complete head, taken from the buffer; none for an empty line; None if it is not complete.

    Raises BadHead if it is too large, also if it is not complete.
    """
    before = len(buffer)
    lines = buffer.maybe_extract_lines()
    limit: int = options.apim_head_limit
    if (before if lines is None else before - len(buffer)) > limit:
        start = lines[0] if lines else bytes(buffer)
        if b"\n" in start or len(start) <= limit:
            raise too_large(limit)
        raise BadHead(f"The first line has more than {limit} bytes (apim_head_limit).", 414)
    if lines and len(lines) - 1 > options.apim_field_limit:
        raise too_many_fields(options.apim_field_limit)
    return None if lines is None else [bytes(line) for line in lines]


def read_request(lines: Sequence[bytes]) -> http.Request:
    """Raises BadHead for a request line that is none, or of another version than HTTP/1."""
    words = lines[0].split(b" ")
    if len(words) != 3:
        raise BadHead(f"Bad HTTP request line: {lines[0][:100]!r}")
    version = version_of(words[2])
    if not version:
        is_http = re.fullmatch(rb"HTTP/[0-9]\.[0-9]", words[2])
        raise BadHead(f"Not HTTP/1.1: {words[2][:100]!r}", 505 if is_http else 400)
    fields = read_fields(lines)
    if words[1].startswith(b"/"):
        return new_request(words[0], b"", b"", words[1], version, "", 0, fields)
    request = http1.read_request_head([b"%s %s %s" % (words[0], words[1], version)])
    request.headers = new_headers(fields)
    return request


def read_response(lines: Sequence[bytes]) -> http.Response:
    """Raises BadHead for a status line that is none, or of another version than HTTP/1."""
    line = STATUS_LINE.fullmatch(lines[0]) if lines else None
    if not line:
        raise BadHead(f"Bad HTTP status line: {lines[0][:100] if lines else b''!r}")
    version, status, reason = line.groups(b"")
    return new_response(version_of(version), int(status), reason, read_fields(lines))


def version_of(text: bytes) -> bytes:
    """HTTP/1.0, or HTTP/1.1 for that and all later minor versions (RFC 9110, section 2.5); empty for any other."""
    if text in {b"HTTP/1.1", b"HTTP/1.0"}:
        return text
    return b"HTTP/1.1" if re.fullmatch(rb"HTTP/1\.[0-9]", text) else b""


def read_fields(lines: Sequence[bytes]) -> Fields:
    """The fields behind the first line. Those of a folded line have a name that is none."""
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise BadHead(f"Bad HTTP field line: {line[:100]!r}")
        fields.append((name, value.strip(b" \t")))
    return fields


def body_size(request: http.Request, response: http.Response | None = None) -> int | None:
    """Bytes of the body of the answer, or without one of the request; None in chunks, -1 to the connection's end.

    Raises ValueError if its fields contradict one another.
    """
    message = response or request
    framing = [(name, value) for name, value in message.headers.fields if name.lower() in FRAMING]
    if not framing and not response:
        return 0
    if len(framing) == 1 and not (response and may_lack_body(request, response)):
        name, value = framing[0]
        if name.lower() == b"content-length" and value.isdigit():
            return int(value)
    return http1.expected_http_body_size(request, response)  # the seldom ones


def may_lack_body(request: http.Request, response: http.Response) -> bool:
    """Whether its status or the request's method says that the answer has none, whatever its fields say."""
    return response.status_code in {101, 204, 304} or request.data.method not in {b"GET", b"POST"}


def is_without_body(request: http.Request, response: http.Response) -> bool:
    """Whether the answer ends with its head: RFC 9112, section 6.3."""
    return response.status_code in WITHOUT_CONTENT or request.method == "HEAD"

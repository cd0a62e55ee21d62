"""The head of an HTTP/1.1 message, from lines to mitmproxy's messages: strictly, and no larger than the options allow.

What names, values and targets consist of is not looked at here, but once for all versions of HTTP (head_check.py). This
leaves them as they came: mitmproxy would strip every kind of white space, and join folded lines.
"""

import re
import time
from collections.abc import Sequence

from h11._receivebuffer import ReceiveBuffer
from mitmproxy import http
from mitmproxy.net.http import http1
from mitmproxy.options import Options

from apim_lab.proxy.head_check import BadHead

STATUS_LINE = re.compile(rb"(HTTP/1\.[0-9]) ([0-9]{3})(?: (.*))?", re.DOTALL)
"""RFC 9112, section 4; the space before an empty reason may be missing."""


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
            raise BadHead(f"The head has more than {limit} bytes (option apim_head_limit).", 431)
        raise BadHead(f"The first line has more than {limit} bytes (option apim_head_limit).", 414)
    if lines and len(lines) - 1 > options.apim_field_limit:
        raise BadHead(f"The head has more than {options.apim_field_limit} fields (option apim_field_limit).", 431)
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
    request = http1.read_request_head([b"%s %s %s" % (words[0], words[1], version)])
    request.headers = read_fields(lines)
    return request


def read_response(lines: Sequence[bytes]) -> http.Response:
    """Raises BadHead for a status line that is none, or of another version than HTTP/1."""
    line = STATUS_LINE.fullmatch(lines[0]) if lines else None
    if not line:
        raise BadHead(f"Bad HTTP status line: {lines[0][:100] if lines else b''!r}")
    version, status, reason = line.groups(b"")
    return http.Response(
        http_version=version_of(version),
        status_code=int(status),
        reason=reason,
        headers=read_fields(lines),
        content=None,
        trailers=None,
        timestamp_start=time.time(),
        timestamp_end=None,
    )


def version_of(text: bytes) -> bytes:
    """HTTP/1.0, or HTTP/1.1 for that and all later minor versions (RFC 9110, section 2.5); empty for any other."""
    if text in {b"HTTP/1.1", b"HTTP/1.0"}:
        return text
    return b"HTTP/1.1" if re.fullmatch(rb"HTTP/1\.[0-9]", text) else b""


def read_fields(lines: Sequence[bytes]) -> http.Headers:
    """The fields behind the first line. Those of a folded line have a name that is none."""
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if not colon:
            raise BadHead(f"Bad HTTP field line: {line[:100]!r}")
        fields.append((name, value.strip(b" \t")))
    return http.Headers(fields)

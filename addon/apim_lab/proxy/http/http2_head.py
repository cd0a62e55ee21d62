"""The head of an HTTP/2 request, as mitmproxy's request, and no larger than the options allow."""

from collections.abc import Sequence
from itertools import chain

from mitmproxy import http
from mitmproxy.options import Options
from mitmproxy.proxy.layers.http import _http2

from apim_lab.proxy.http.head_check import too_large, too_many_fields
from apim_lab.proxy.http.new_messages import new_request

FIELD_OVERHEAD = 32
"""Bytes that a field counts for beside its name and value: RFC 9113, section 6.5.2."""


def read_request(fields: Sequence[tuple[bytes, bytes]], options: Options) -> http.Request:
    """Raises BadHead if it is too large; ValueError if its pseudo-header fields are none of a request."""
    check_size(fields, options)
    host, port, method, scheme, authority, path, headers = _http2.parse_h2_request_headers(fields)
    return new_request(method, scheme, authority, path, b"HTTP/2.0", host, port, headers.fields)


def check_size(fields: Sequence[tuple[bytes, bytes]], options: Options) -> None:
    limit = options.apim_head_limit
    if sum(map(len, chain.from_iterable(fields))) + FIELD_OVERHEAD * len(fields) > limit:
        raise too_large(limit)
    if len(fields) > options.apim_field_limit:
        raise too_many_fields(options.apim_field_limit)

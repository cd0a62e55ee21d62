"""Puts the parts here in the places of mitmproxy's, whose HTTP layer looks for them in its own modules.

The layer of a client's connection is replaced in layer.py, but others make the connections to backends.
"""

from functools import lru_cache
from typing import Any

from mitmproxy.net.http import url
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _http1

from apim_lab.proxy.http import chunked_reader, head_check, http1_connection, http2_connection

KEPT_AUTHORITIES = 64
"""So many are remembered. A client sends the same Host with each call, and mitmproxy takes it apart three times."""

parse_authority = lru_cache(KEPT_AUTHORITIES, typed=True)(url.parse_authority)


def replace() -> None:
    """Speak HTTP with the connections here, check each head with the check here, and take no Host apart twice.

    A client's connection of HTTP/2 is missing: layer.py makes it.
    """
    module: Any = http  # typed, its names would be final
    module.Http1Server = http1_connection.Http1Server
    module.Http1Client = http1_connection.Http1Client
    module.Http2Client = http2_connection.Http2Client
    module.validate_headers = head_check.check
    _http1.ChunkedReader = chunked_reader.ChunkedReader  # type: ignore[assignment,attr-defined]  # theirs is h11's
    url.parse_authority = parse_authority

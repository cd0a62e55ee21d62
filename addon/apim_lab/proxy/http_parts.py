"""Puts the parts here in the places of mitmproxy's: its HTTP layer looks for them in its own module.

The layer of a client's connection is replaced in layer.py, but others make the connections to backends.
"""

from functools import lru_cache
from typing import Any

from mitmproxy.net.http import url
from mitmproxy.proxy.layers import http

from apim_lab.proxy import head_check, http1_connection

AUTHORITIES = 64
"""So many are remembered. A client sends the same Host with each call, and mitmproxy takes it apart three times."""

parse_authority = lru_cache(AUTHORITIES, typed=True)(url.parse_authority)


def replace() -> None:
    """Speak HTTP/1 with the connections here, check each head with the check here, and take no Host apart twice."""
    module: Any = http  # typed, its names would be final
    module.Http1Server = http1_connection.Http1Server
    module.Http1Client = http1_connection.Http1Client
    module.validate_headers = head_check.check
    url.parse_authority = parse_authority

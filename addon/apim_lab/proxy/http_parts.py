"""Puts the parts here in the places of mitmproxy's: its HTTP layer looks for them in its own module.

The layer of a client's connection is replaced in layer.py, but others make the connections to backends.
"""

from typing import Any

from mitmproxy.proxy.layers import http

from apim_lab.proxy import head_check, http1_connection


def replace() -> None:
    """Speak HTTP/1 with the connections here, and check each head with the check here."""
    module: Any = http  # typed, its names would be final
    module.Http1Server = http1_connection.Http1Server
    module.Http1Client = http1_connection.Http1Client
    module.validate_headers = head_check.check

"""An addon that answers `GET /census`: what lives in the gateway, counted."""

import asyncio
import gc
import json
from collections import Counter

from mitmproxy import http

KINDS = ("HTTPFlow", "Run", "BoundedStream", "ConnectionIO", "Server", "StreamWriter")

EMPTY = {"HTTPFlow": 1, "Run": 0, "BoundedStream": 1, "ConnectionIO": 1, "Server": 1, "StreamWriter": 1, "sockets": 1}
"""What there is while only the census itself is taken: its own flow, on its own connection."""


def requestheaders(flow: http.HTTPFlow) -> None:
    if flow.request.path == "/census":
        flow.response = http.Response.make(200, json.dumps(census()))


def census() -> dict[str, int]:
    """Living objects by their class, and `sockets`, those of connections that are open."""
    gc.collect()
    alive = gc.get_objects()
    counted = Counter(type(it).__name__ for it in alive)
    transports = [it for it in alive if isinstance(it, asyncio.Transport) and type(it).__name__.startswith("_Selector")]
    return {kind: counted[kind] for kind in KINDS} | {"sockets": sum(not it.is_closing() for it in transports)}

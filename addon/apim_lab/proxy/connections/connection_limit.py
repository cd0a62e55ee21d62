"""How many connections to a backend may be open for one client's connection.

mitmproxy opens five. Over HTTP/2 a client's sixth call would wait for one of them, which would count as the backend's
time.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio

from mitmproxy.connection import Client, Server

from apim_lab.proxy.connections.connection_end import handler_of

MAX_CONNECTIONS = 2048
"""API Management's limit for a host. No client comes near it: HTTP/2 allows it 100 calls at once."""


def lift(client: Client, server: Server) -> None:
    """Let the connection to a backend wait for no other one; call it before the connection is opened."""
    handler = handler_of(client)
    if handler and server.address and server.address not in handler.max_conns:
        handler.max_conns[server.address] = asyncio.Semaphore(MAX_CONNECTIONS)

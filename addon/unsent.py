"""What a backend has not taken of a request holds up nothing else.

mitmproxy lets everything of a client wait until all its connections have sent what they have, and closes one
only after that. A backend that answers early, or not at all, and reads no more of a large request would so stop the
client's other calls, and the call's own retry, for as long as it likes.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio
from weakref import WeakKeyDictionary

from mitmproxy import ctx
from mitmproxy.connection import Connection
from mitmproxy.proxy.server_hooks import ServerConnectionHookData


class Unsent:
    """Knows the transports of the connections to backends."""

    def __init__(self) -> None:
        self.transports: WeakKeyDictionary[Connection, asyncio.WriteTransport] = WeakKeyDictionary()

    def connected(self, data: ServerConnectionHookData) -> None:
        """Let nobody wait for this connection: a request to a backend is in memory as a whole, so nothing is gained."""
        handler = ctx.master.addons.get("proxyserver").connections[data.client.id]
        writer = handler.transports[data.server].writer
        writer.drain = at_once
        writer.close = writer.transport.abort
        self.transports[data.server] = writer.transport

    def answered(self, connection: Connection | None) -> None:
        """The answer is complete. If the request is not, the connection cannot be used for another one: close it.

        RFC 9112, section 9.5, asks a client to stop sending then.
        """
        transport = self.transports.get(connection)
        if transport and transport.get_write_buffer_size():
            transport.abort()


async def at_once() -> None: ...

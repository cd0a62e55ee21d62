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
    """Knows the writers of the connections to backends."""

    def __init__(self) -> None:
        self.writers: WeakKeyDictionary[Connection, asyncio.StreamWriter] = WeakKeyDictionary()

    def connected(self, data: ServerConnectionHookData) -> None:
        """Let nobody wait for this connection: a request to a backend is in memory as a whole anyway."""
        handler = ctx.master.addons.get("proxyserver").connections.get(data.client.id)
        if handler is None:  # a flow that mitmproxy plays again has no client
            return
        writer = self.writers[data.server] = handler.transports[data.server].writer
        writer.drain = at_once  # the client's other calls need not wait for this one
        writer.close = writer.transport.abort  # what the backend has not taken by now is for nobody

    def switched(self, connection: Connection) -> None:
        """The connection carries another protocol from now on, whose data is as long as it likes: wait for it again."""
        if writer := self.writers.pop(connection, None):
            del writer.drain, writer.close

    def answered(self, connection: Connection) -> None:
        """The answer is complete. If the request is not, the connection cannot be used for another one: close it.

        RFC 9112, section 9.5, asks a client to stop sending then; the backend sees a reset. What the system has taken
        for it, up to a few megabytes, counts as sent.
        """
        writer = self.writers.get(connection)
        if writer and writer.transport.get_write_buffer_size():
            writer.transport.abort()


async def at_once() -> None: ...

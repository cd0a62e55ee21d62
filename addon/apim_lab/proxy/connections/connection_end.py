"""Ends connections that mitmproxy leaves open.

mitmproxy ends a connection by cancelling its task, which then tells the layers and closes the socket. A task that is
cancelled while it waits for its turn to tell them does neither. For example, a client with several streams leaves: each
stream closes its connection to a backend, and then mitmproxy cancels these tasks once more, because the client is gone.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio

from mitmproxy import ctx
from mitmproxy.connection import Client, ConnectionState
from mitmproxy.proxy import events
from mitmproxy.proxy.server import ConnectionHandler
from mitmproxy.proxy.server_hooks import ServerConnectionHookData


def close_with_task(data: ServerConnectionHookData) -> None:
    """Close and forget the connection to a server at the end of the current task, which opens and reads it.

    A connection that could not be opened is forgotten, too: mitmproxy looks through all of a client's whenever data
    arrives.
    """
    handler, task = handler_of(data.client), asyncio.current_task()
    if not handler or not task:
        return

    def close(task: asyncio.Task[None]) -> None:
        transport = handler.transports.get(data.server)
        if transport and transport.handler is task:
            del handler.transports[data.server]
            if transport.writer:
                transport.writer.close()

    task.add_done_callback(close)


async def finish(client: Client) -> None:
    """Tell the layers that the client is gone, and close its connection, if mitmproxy has not.

    A timer that was set since mitmproxy has ended the others would keep the connection for as long as a call may take.
    """
    handler = handler_of(client)
    if not handler:
        return
    if client in handler.transports:
        client.state = ConnectionState.CLOSED
        await handler.server_event(events.ConnectionClosed(client))
        if writer := handler.transports.pop(client).writer:
            writer.close()
    while handler.wakeup_timer:
        handler.wakeup_timer.pop().cancel()


def handler_of(client: Client) -> ConnectionHandler | None:
    """The handler of the client's connections; None for a flow that mitmproxy plays again."""
    handler: ConnectionHandler | None = ctx.master.addons.get("proxyserver").connections.get(client.id)
    return handler

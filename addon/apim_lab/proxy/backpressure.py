"""What a backend has not taken of a request holds up nothing else.

mitmproxy lets everything of a client wait until all its connections have sent what they have, and closes one
only after that. A backend that answers early, or not at all, and reads no more of a large request would so stop the
client's other calls, and the call's own retry, for as long as it likes.

A writer is looked up where mitmproxy keeps it and is never kept here: it reaches its reader, the error that ended that,
and through the error's frames the connection, so that a dictionary by connection, weak or not, would grow for ever.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio

from mitmproxy.connection import Client, Server

from apim_lab.proxy.connection_end import handler_of


def send_without_waiting(client: Client, server: Server) -> None:
    """Let nobody wait for this connection: a request to a backend is in memory as a whole anyway."""
    if writer := writer_of(client, server):
        # The client's other calls need not wait for this one, and what the backend has not taken by now is for nobody
        vars(writer).update(drain=at_once, close=writer.transport.abort)


def wait_again(client: Client, server: Server) -> None:
    """The connection carries another protocol from now on, whose data is as long as it likes."""
    if writer := writer_of(client, server):
        for replaced in ("drain", "close"):
            vars(writer).pop(replaced, None)


def close_if_unsent(client: Client, server: Server) -> None:
    """The answer is complete. If the request is not, the connection cannot be used for another one: close it.

    RFC 9112, section 9.5, asks a client to stop sending then; the backend sees a reset. What the system has taken
    for it, up to a few megabytes, counts as sent.
    """
    writer = writer_of(client, server)
    if writer and writer.transport.get_write_buffer_size():
        writer.transport.abort()


def writer_of(client: Client, server: Server) -> asyncio.StreamWriter | None:
    """The writer of an open connection; None for a flow that mitmproxy plays again, which has no client."""
    handler = handler_of(client)
    transport = handler and handler.transports.get(server)
    writer = transport.writer if transport else None
    return writer if isinstance(writer, asyncio.StreamWriter) else None  # a tunnel over UDP has another kind


async def at_once() -> None: ...

"""Never wait for a backend that does not read: a request that it has not read must not delay other calls.

mitmproxy drains all connections of a client before it goes on with any of them, and before it closes one. So a backend
that stops reading a large request, because it answers early or not at all, would stop the client's other calls, and
the call's own retry, for as long as it likes.

A writer is looked up in mitmproxy's tables and never stored here. It refers to its reader, that to the error that ended
it, and the error's frames to the connection: a dictionary by connection, even a weak one, would grow for ever.

Written for mitmproxy 12 (mitmproxy/proxy/server.py).
"""

import asyncio

from mitmproxy.connection import Client, Connection, Server

from apim_lab.proxy.connections.connection_end import handler_of


def send_without_waiting(client: Client, server: Server) -> None:
    """Never drain this connection: the whole request is in memory anyway."""
    if writer := writer_of(client, server):
        # `drain` would delay the client's other calls; when it closes, nobody needs the unread rest of the request
        vars(writer).update(drain=at_once, close=writer.transport.abort)


def wait_again(client: Client, server: Server) -> None:
    """Drain the connection again: it carries another protocol now, whose data has no end."""
    if writer := writer_of(client, server):
        for replaced in ("drain", "close"):
            vars(writer).pop(replaced, None)


def close_if_unsent(client: Client, server: Server) -> None:
    """The answer is complete. If the request is not, the connection cannot be used for another one: close it.

    RFC 9112, section 9.5, asks a client to stop sending then; the backend sees a reset. Data in the
    system's own buffers, up to a few megabytes, counts as sent.
    """
    writer = writer_of(client, server)
    if writer and writer.transport.get_write_buffer_size():
        writer.transport.abort()


def abort(client: Client, server: Server) -> None:
    """End the connection, with whatever was written to it."""
    if writer := writer_of(client, server):
        writer.transport.abort()


def pause_reading(client: Client, sender: Connection) -> None:
    """Let the sender wait, who is the client or a server: the receiver does not take what is there already."""
    if writer := writer_of(client, sender):
        transport_of(writer).pause_reading()


def resume_reading(client: Client, sender: Connection) -> None:
    if writer := writer_of(client, sender):
        transport_of(writer).resume_reading()


def transport_of(writer: asyncio.StreamWriter) -> asyncio.Transport:
    """The transport in both directions; its reader pauses it, too, and may resume it too early, but once at most."""
    assert isinstance(writer.transport, asyncio.Transport)
    return writer.transport


def writer_of(client: Client, server: Connection) -> asyncio.StreamWriter | None:
    """The writer of an open connection; None for a flow that mitmproxy plays again, which has no client."""
    handler = handler_of(client)
    transport = handler and handler.transports.get(server)
    writer = transport.writer if transport else None
    return writer if isinstance(writer, asyncio.StreamWriter) else None  # a tunnel over UDP has another kind


async def at_once() -> None: ...

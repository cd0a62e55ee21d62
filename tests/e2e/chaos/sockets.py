"""Ends of connections that asyncio has no word for."""

import asyncio
import socket
import struct

NO_TIME = struct.pack("ii", 1, 0)
"""SO_LINGER on, with a time of zero seconds."""


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset: the other side loses what it has not read yet."""
    if connection := writer.get_extra_info("socket"):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_TIME)
    writer.transport.abort()

"""Data for one connection, sent in one piece."""

from collections.abc import Iterable, Iterator

from mitmproxy.proxy import commands

MAX_JOINED = 1000
"""Pieces that are sent at once."""


def join_sends(sent: Iterable[commands.Command]) -> Iterator[commands.Command]:
    """The commands, with pieces for the same connection in one: a head with its body. Each costs a system call."""
    pieces: list[commands.SendData] = []
    for command in sent:
        if isinstance(command, commands.SendData):
            if pieces and (pieces[0].connection is not command.connection or len(pieces) == MAX_JOINED):
                yield as_one(pieces)
            pieces.append(command)
        else:
            if pieces:
                yield as_one(pieces)
            yield command
    if pieces:
        yield as_one(pieces)


def as_one(pieces: list[commands.SendData]) -> commands.SendData:
    """Take the pieces out of the list, and put them into one."""
    joined = commands.SendData(pieces[0].connection, b"".join(piece.data for piece in pieces))
    pieces.clear()
    return joined

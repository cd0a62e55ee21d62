"""Writes lines to stdout, which may be closed, a pipe that nobody reads any more, or of a poor encoding."""

import contextlib
from typing import TextIO

import click


def say(line: str, file: TextIO | None = None, *, color: bool | None = None) -> None:
    """Write one line; `color` None: with its colours if it goes to a terminal."""
    with contextlib.suppress(OSError, ValueError):  # the gateway goes on without its listener
        try:
            click.echo(line, file, color=color)
        except UnicodeEncodeError as error:
            click.echo(line.encode(error.encoding, "replace").decode(error.encoding), file, color=color)

"""Writes lines to stdout, which may be closed, a pipe that nobody reads any more, or of a poor encoding."""

import contextlib
from typing import TextIO

import click


def say(line: str, file: TextIO | None = None, *, color: bool | None = None) -> None:
    """Write one line; without colours where it does not go to a terminal, unless `color` says so."""
    with contextlib.suppress(OSError, ValueError):  # the gateway goes on without its listener
        try:
            click.echo(line, file, color=color)
        except UnicodeEncodeError as error:
            click.echo(line.encode(error.encoding, "replace").decode(error.encoding), file, color=color)

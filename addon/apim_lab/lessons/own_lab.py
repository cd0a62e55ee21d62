"""A lab for one lesson: that of `make lab`, but silent, and stopped when the lesson is over."""

import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import click

from apim_lab.lab.programs import HOST, Ports, check_installed, programs
from apim_lab.lab.supervision import Program, supervise


@contextmanager
def own_lab() -> Iterator[str]:
    """Run the lab, silently, while the block runs; yields its page's URL. Raise ClickException if it does not start.

    If a port of the lab is taken, the operating system chooses all of them.
    """
    check_installed()
    at = Ports.free() if Ports().are_taken else Ports()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with run_silently([_silent(program, log) for program in programs(at)], log):
            yield f"http://{HOST}:{at.page}"


@contextmanager
def run_silently(started: Sequence[Program], log: Path) -> Iterator[None]:
    """Run the programs, and enter the block when all of them answer; raise ClickException with the log if one ends."""
    stop: SimpleQueue[None] = SimpleQueue()
    ready = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        supervision = pool.submit(supervise, started, stop, ready.set)
        supervision.add_done_callback(lambda _: ready.set())
        try:
            ready.wait()
            if error := supervision.exception() if supervision.done() else None:
                raise click.ClickException(f"{error}:\n{_text(log)}") from error
            yield
        finally:
            stop.put(None)


def _silent(program: Program, log: Path) -> Program:
    """The program, with what it writes in a file."""
    return replace(program, command=("/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1', str(log), *program.command))


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

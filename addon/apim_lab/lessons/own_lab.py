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

from apim_lab.lab import ports
from apim_lab.lab.__main__ import PROGRAMS
from apim_lab.lab.supervision import Program, supervise
from apim_lab.lessons.page import LAB


@contextmanager
def own_lab() -> Iterator[str]:
    """Run the lab, silently, while the block runs; its page's URL. Raise ClickException if it cannot be."""
    _check_ports(PROGRAMS)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with running([_silent(program, log) for program in PROGRAMS], log):
            yield LAB


@contextmanager
def running(programs: Sequence[Program], log: Path) -> Iterator[None]:
    """Run the programs, and enter the block when all of them answer; raise ClickException with the log if one ends."""
    stop: SimpleQueue[None] = SimpleQueue()
    ready = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        supervision = pool.submit(supervise, programs, stop, ready.set)
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


def _check_ports(programs: Sequence[Program]) -> None:
    for program in programs:
        if taken := ports.taken(program.host, program.ports):
            raise click.ClickException(
                f"port {taken[0]} of {program.name} is taken: end what listens there, or start `make lab` yourself"
            )

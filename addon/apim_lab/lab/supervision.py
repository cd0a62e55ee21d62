"""Programs that run together: if one of them ends, the others are stopped."""

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from apim_lab.lab import ports

_POLL_INTERVAL = 0.1  # seconds between two looks at the programs
_TERM_TIMEOUT = 5.0  # seconds to end after SIGTERM, before SIGKILL


@dataclass(frozen=True)
class Program:
    """A program to run: its command, and the ports on `host` that it takes, each with the option that moves it.

    It is ready when the ports in `probed` answer; if there are none, when all ports do.
    """

    name: str
    command: Sequence[str]
    ports: Mapping[int, str]
    host: str = "127.0.0.1"
    probed: Sequence[int] = ()

    def is_ready(self) -> bool:
        """Whether it answers on every port that is probed."""
        return all(ports.answers(self.host, port) for port in self.probed or self.ports)


class EndedError(Exception):
    """A program ended although nobody stopped it; `code` is its exit code."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended with exit code {code}")
        self.code = code


def supervise(programs: Sequence[Program], stop: SimpleQueue[None], ready: Callable[[], None]) -> None:
    """Run the programs until an item is put into `stop`; call `ready` when all of them answer.

    Raises EndedError when one ends by itself. All have ended when this returns. They write to the stdout and stderr of
    this process.
    """
    with _running(programs) as processes:
        waiting = list(programs)
        while not _is_stopped(stop):
            _check(programs, processes)
            if waiting:
                waiting = [program for program in waiting if not program.is_ready()]
                if not waiting:
                    ready()


def _is_stopped(stop: SimpleQueue[None]) -> bool:
    try:
        stop.get(timeout=_POLL_INTERVAL)
    except Empty:
        return False
    return True


def _check(programs: Sequence[Program], processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for program, process in zip(programs, processes, strict=True):
        if process.poll() is not None:
            raise EndedError(program.name, process.returncode)


@contextmanager
def _running(programs: Sequence[Program]) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.extend(map(_start, programs))
        yield processes
    finally:
        _stop(processes)


def _start(program: Program) -> subprocess.Popen[bytes]:
    # In a process group of its own: Ctrl-C reaches only this process, which then stops the others in order.
    return subprocess.Popen(program.command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 - our own


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_TERM_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""Work that grows with its input, done in threads: meanwhile the event loop goes on with other calls.

The threads share the interpreter with the event loop, so Python code in them takes turns with it, each
SWITCH_INTERVAL. A single call of a function in C, as `json.loads`, is one turn, however long it takes.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from queue import SimpleQueue
from typing import NamedTuple

SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may go on while the event loop wants to. Python's default, ten times as long, delays a small
call by 50 ms: it waits for its turn after everything that it reads or writes."""

STACK_SIZE = 1 << 24
"""Bytes: what the main thread has on most systems, and more; readers in C recurse with the nesting of a text."""


class _Job(NamedTuple):
    """A function without parameters; its result or exception goes to `future`."""

    context: Context
    work: Callable[[], object]
    future: "asyncio.Future[object]"


class Aside:
    """So many threads, for one kind of work; they start with its first job and do not delay the program's end."""

    def __init__(self, name: str, threads: int) -> None:
        self._name = name
        self._threads = threads
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._is_started = False

    async def run[T](self, work: Callable[[], T]) -> T:
        """Return what `work()` returns, or raise what it raises. The context variables are those of the caller."""
        if not self._is_started:
            self._start()
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(copy_context(), work, future))
        return await future  # type: ignore[return-value]  # what the work has returned

    def _start(self) -> None:
        self._is_started = True
        sys.setswitchinterval(SWITCH_INTERVAL)
        before = threading.stack_size(STACK_SIZE)
        for number in range(self._threads):
            threading.Thread(target=self._serve, name=f"{self._name}-{number}", daemon=True).start()
        threading.stack_size(before)

    def _serve(self) -> None:
        while True:
            _do(self._jobs.get())


def _do(job: _Job) -> None:
    deliver = _outcome(job)
    with suppress(RuntimeError):  # the loop was closed meanwhile
        job.future.get_loop().call_soon_threadsafe(_deliver, job.future, deliver)


def _outcome(job: _Job) -> Callable[[], None]:
    try:
        return partial(job.future.set_result, job.context.run(job.work))
    except BaseException as error:  # noqa: BLE001  # whatever it was, who waits for it gets it
        # Without this frame, whose job has the future: that and the error would keep each other
        return partial(
            job.future.set_exception, error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        )


def _deliver(future: "asyncio.Future[object]", deliver: Callable[[], None]) -> None:
    if not future.done():
        deliver()


EVALUATIONS = Aside("evaluations", threads=2)
"""Expressions over large bodies, and the decoding of such. Two, so that a very large one does not stop the others."""

FILES = Aside("files", threads=1)
"""The files of the configuration, when they change."""

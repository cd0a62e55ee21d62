"""File descriptors: each connection takes one, and the system gives a process only so many.

asyncio reports each connection that it cannot accept with a traceback, a hundred of them a second. The gateway says it
once, goes on with the connections that it has, and accepts others when some of these have ended.
"""

import asyncio
import errno
import logging
import time
from collections.abc import Callable
from typing import Any

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

logger = logging.getLogger("apim")

SECONDS_BETWEEN_MESSAGES = 60
MOST_DESCRIPTORS = 65_536
"""Descriptors that the gateway asks for at most: some systems refuse to give as many as they say they may."""


def raise_limit() -> None:
    """Ask for as many descriptors as the process may have; the limit at the start is often 256 or 1,024."""
    if not resource:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Report a shortage of descriptors in a line; leave all other errors to the handler that is there."""
    loop.set_exception_handler(Shortage(loop.get_exception_handler()))


class Shortage:
    """A handler of the event loop's errors; `others` is the one for those that are no shortage."""

    def __init__(self, others: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None) -> None:
        self.others = others
        self.quiet_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if is_shortage(context.get("exception")):
            self.report()
        elif self.others:
            self.others(loop, context)
        else:
            loop.default_exception_handler(context)

    def report(self) -> None:
        now = time.monotonic()
        if now >= self.quiet_until:
            self.quiet_until = now + SECONDS_BETWEEN_MESSAGES
            logger.warning(
                "no file descriptors left%s: new connections wait until others end; `ulimit -n` raises the limit",
                f" of {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}" if resource else "",
            )


def is_shortage(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}

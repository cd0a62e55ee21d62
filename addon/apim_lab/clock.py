"""The gateway's clock, which windows, cached values and waits read. A lesson advances it instead of waiting.

10:00:00  a retry waits for 10 s
10:00:00  advance(10): the clock says 10:00:10, and the retry goes on
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

LONGEST_CLOCK_STEP = 366 * 24 * 3600.0
"""Seconds; the page's button "+10 s" makes a step of 10."""


class Clock:
    """Real time plus `ahead`, the seconds by which it was advanced. Each jump calls the functions in `on_advance`."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.on_advance: set[Callable[[], None]] = set()

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.ahead

    def monotonic(self) -> float:
        """Seconds that only ever grow, for durations."""
        return time.monotonic() + self.ahead

    def utc(self) -> datetime:
        """The time that `context.Timestamp` shows."""
        return datetime.now(UTC) if not self.ahead else datetime.fromtimestamp(self.time(), UTC)

    def advance(self, seconds: float) -> None:
        """Jump ahead and wake those who wait; raise ValueError unless `seconds` is from 0 to 366 days."""
        if not 0 <= seconds <= LONGEST_CLOCK_STEP:
            raise ValueError(f"{seconds!r} is not a number of seconds from 0 to {LONGEST_CLOCK_STEP:g}")
        self.ahead += seconds
        for wake in tuple(self.on_advance):
            wake()


of_the_run: ContextVar[Clock] = ContextVar("of_the_run", default=Clock())  # noqa: B039  # nobody advances this one
"""The clock that `DateTime.UtcNow` in an expression reads: that of the gateway whose policy is running."""

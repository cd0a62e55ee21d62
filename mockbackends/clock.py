"""The lab's clock: limits, latencies and timelines read it, and every wait in the mocks ends by it.

The clock runs with real time, and jumps ahead when it is advanced. Waits that are over then end at once, so that a
lesson with waits of 60 seconds takes milliseconds:

    10:00:00  a call is refused: Retry-After 60
    10:00:00  advance(60): the clock says 10:01:00, and the same call is admitted
"""

import threading
import time
from contextlib import suppress

SECOND = 1_000_000_000  # nanoseconds; whole numbers compare exactly
MILLISECOND = 1_000_000  # nanoseconds
LONGEST_CLOCK_STEP = 366 * 24 * 3600.0  # seconds of one advance


class Clock:
    """Nanoseconds since the clock was made. A frozen one moves only when it is advanced."""

    def __init__(self, *, frozen: bool = False) -> None:
        self.frozen = frozen
        self._start = time.monotonic_ns()
        self._ahead = 0
        self._closed = False
        self._advancing = threading.Lock()
        self._alarms: set[threading.Lock] = (
            set()
        )  # a locked lock for each sleeping thread, so that a hundred threads share none

    def now(self) -> int:
        """The time in nanoseconds."""
        return self._ahead + (0 if self.frozen else time.monotonic_ns() - self._start)

    def seconds(self) -> float:
        """The time in seconds."""
        return self.now() / SECOND

    def advance(self, seconds: float) -> None:
        """Jump ahead and end the waits that are over; raise ValueError unless `seconds` is from 0 to 366 days."""
        if not 0 <= seconds <= LONGEST_CLOCK_STEP:
            raise ValueError(f"{seconds!r} is not a number of seconds from 0 to {LONGEST_CLOCK_STEP:g}")
        with self._advancing:
            self._ahead += round(seconds * SECOND)
        self._ring()

    def sleep(self, seconds: float) -> None:
        """Wait for seconds on this clock, or until the clock is closed."""
        self.sleep_until(self.now() + round(seconds * SECOND))

    def sleep_until(self, moment: int) -> None:
        """Wait for a moment on this clock, in nanoseconds, or until the clock is closed."""
        if moment <= self.now():
            return
        alarm = threading.Lock()
        alarm.acquire()
        self._alarms.add(alarm)
        while not self._closed and (left := moment - self.now()) > 0:
            alarm.acquire(timeout=-1 if self.frozen else left / SECOND)
        self._alarms.discard(alarm)

    def open(self) -> None:
        """Allow waits again after `close`; a fleet opens its clock when it is served."""
        self._closed = False

    def close(self) -> None:
        """End every wait, also later ones; a fleet closes its clock when it is closed."""
        self._closed = True
        self._ring()

    def _ring(self) -> None:
        """Wake every sleeping thread to look at the time again."""
        for alarm in tuple(self._alarms):
            with suppress(RuntimeError):  # the alarm rang already, and its thread has not woken up yet
                alarm.release()

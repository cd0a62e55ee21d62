"""The lab's clock: what limits, latencies and timelines read, and what every wait in the mocks waits on.

It runs with real time, and jumps ahead when it is advanced; whoever waits then has waited. So a lesson with
waits of 60 seconds takes milliseconds:

    10:00:00  a call is refused: Retry-After 60
    10:00:00  advance(60): the clock says 10:01:00, and the same call is admitted
"""

import threading
import time
from contextlib import suppress

SECOND = 1_000_000_000  # in nanoseconds: in whole numbers a moment is before, at or after another
MILLISECOND = 1_000_000
LONGEST = 366 * 24 * 3600.0  # seconds that one step may have


class Clock:
    """Nanoseconds since the clock was made. A frozen one moves only when it is advanced."""

    def __init__(self, *, frozen: bool = False) -> None:
        self.frozen = frozen
        self._start = time.monotonic_ns()
        self._ahead = 0
        self._closed = False
        self._advancing = threading.Lock()
        self._alarms: set[threading.Lock] = set()  # one for each that sleeps, locked: a hundred share no lock

    def now(self) -> int:
        """The time in nanoseconds."""
        return self._ahead + (0 if self.frozen else time.monotonic_ns() - self._start)

    def seconds(self) -> float:
        """The time in seconds."""
        return self.now() / SECOND

    def advance(self, seconds: float) -> None:
        """Jump ahead, and wake those whose wait is over; raise ValueError unless from 0 to 366 days."""
        if not 0 <= seconds <= LONGEST:
            raise ValueError(f"{seconds!r} is not a number of seconds from 0 to {LONGEST:g}")
        with self._advancing:
            self._ahead += round(seconds * SECOND)
        self._ring()

    def sleep(self, seconds: float) -> None:
        """Wait until that much time has passed on this clock, or the clock is closed."""
        self.sleep_until(self.now() + round(seconds * SECOND))

    def sleep_until(self, moment: int) -> None:
        """Wait for a moment, in nanoseconds, on this clock, or until the clock is closed."""
        if moment <= self.now():
            return
        alarm = threading.Lock()
        alarm.acquire()
        self._alarms.add(alarm)
        while not self._closed and (left := moment - self.now()) > 0:
            alarm.acquire(timeout=-1 if self.frozen else left / SECOND)
        self._alarms.discard(alarm)

    def open(self) -> None:
        """Let there be waits, also after `close`: the fleet is being served."""
        self._closed = False

    def close(self) -> None:
        """End every wait, now and later: the fleet is being closed."""
        self._closed = True
        self._ring()

    def _ring(self) -> None:
        """Wake everybody, to look at the time again."""
        for alarm in tuple(self._alarms):
            with suppress(RuntimeError):  # it rang already, and its sleeper has not woken up yet
                alarm.release()

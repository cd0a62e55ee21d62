"""The requests-per-minute limit of a backend: counts the calls of each slice of time and refuses the rest.

Azure judges a limit per minute over shorter slices, of 1 or 10 seconds (learn.microsoft.com, "Manage Azure
OpenAI quota"). With 12 requests per minute over 10 s a slice has two calls:

    10:00:00    the first call passes and opens a slice, which ends at 10:00:10
    10:00:02    the second call passes
    10:00:02.5  the third call is refused: Retry-After 8, retry-after-ms 7500
    10:00:10    a call passes and opens the next slice

How Azure aligns its slices is not documented; here a slice starts with its first call.
"""

import math
import threading
import time
from dataclasses import dataclass

# In nanoseconds: in whole numbers a call exactly at the end of a slice belongs to the next one.
_SECOND = 1_000_000_000
_MILLISECOND = 1_000_000


@dataclass(frozen=True)
class Verdict:
    """What the limit says about one call.

    `limit` and `remaining` count the calls of the slice; `wait` is the time to its end, in nanoseconds.
    """

    admitted: bool
    limit: int
    remaining: int
    wait: int

    @property
    def seconds(self) -> int:
        """The time until the slice ends in whole seconds, rounded up: a call after them is admitted."""
        return -(-self.wait // _SECOND)

    @property
    def milliseconds(self) -> int:
        """The time until the slice ends in whole milliseconds, rounded up."""
        return -(-self.wait // _MILLISECOND)


class Throttle:
    """Admits `rpm` requests per minute, judged over slices of `window` seconds.

    A slice has room for the part of `rpm` that falls into it, rounded up to whole calls.
    """

    def __init__(self, rpm: int, window: float) -> None:
        self.limit = math.ceil(rpm * window / 60)
        self._window = round(window * _SECOND)
        self._end: int | None = None
        self._used = 0
        self._lock = threading.Lock()

    def hit(self) -> Verdict:
        """Count one call, now, and say whether it is admitted."""
        with self._lock:
            now = time.monotonic_ns()
            if self._end is None or now >= self._end:
                self._end, self._used = now + self._window, 0
            admitted = self._used < self.limit
            self._used += admitted
            return Verdict(admitted, self.limit, self.limit - self._used, self._end - now)

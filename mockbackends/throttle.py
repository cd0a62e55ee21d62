"""The limits of a deployment as Azure counts them: requests in short slices, tokens in a minute, or utilization.

*Pay as you go.* Azure judges a limit of requests per minute over slices of 1 or 10 seconds, and charges tokens
when a call arrives: the estimate of its prompt plus its max_tokens, not what the answer will have
(learn.microsoft.com, "Manage Azure OpenAI quota"). With 12 requests per minute over 10 s a slice has two calls:

    10:00:00    the first call passes and opens a slice, which ends at 10:00:10
    10:00:02    the second call passes
    10:00:02.5  the third call is refused: Retry-After 8, retry-after-ms 7500
    10:00:10    a call passes and opens the next slice

How Azure aligns its slices is not documented; here a slice starts with its first call. A call that costs more tokens
than are left is refused (copilot-camp#551: a 429 with 1014 of 8000 tokens remaining); one that costs more than the
whole limit can never pass, and is told to wait a day.

*Provisioned.* The cost of each call fills a bucket that empties at the deployment's tokens per minute. While it is full
(utilization 100 % or more) calls are refused. The bucket holds the tokens of one window, which is our choice.
"""

import threading
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil

from mockbackends.clock import SECOND, Clock
from mockbackends.settings import Limits

_MINUTE = 60 * SECOND
_DAY = 86_400 * SECOND  # the wait if no wait helps; Azure: "Please retry after 86400 seconds"


@dataclass(frozen=True)
class Room:
    """The room in a limit: its size, the remaining calls or tokens, and the nanoseconds until its reset."""

    limit: int
    remaining: int
    reset: int


@dataclass(frozen=True)
class Verdict:
    """The verdict of the limits on one call.

    `wait` is the time until the call would be admitted, in nanoseconds, 0 if it is admitted. `exceeded` is "requests",
    "tokens" or "utilization" for a refused call. `utilization` is a percentage.
    """

    admitted: bool
    wait: int = 0
    exceeded: str = ""
    requests: Room | None = None
    tokens: Room | None = None
    utilization: float | None = None


class Throttle:
    """Counts the calls of one deployment. `limits` may be replaced at any time; the counts stay."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._requests = _Slice()
        self._tokens = _Slice()
        self._bucket = _Bucket()
        self._lock = threading.Lock()

    def hit(self, tokens: int = 0) -> Verdict:
        """Count a call of that cost in tokens, and return the verdict on it."""
        with self._lock:
            return self._judge(tokens, count=True)

    def test(self, tokens: int = 0) -> Verdict:
        """Return the verdict on a call of that cost in tokens, without counting it."""
        with self._lock:
            return self._judge(tokens, count=False)

    def _judge(self, tokens: int, *, count: bool) -> Verdict:
        now, limits = self._clock.now(), self.limits
        if limits.provisioned:
            return self._bucket.judge(now, tokens, limits, count=count)
        counters = [counter for counter in self._counters(now, tokens) if counter.limit is not None]
        admitted = all(counter.fits() for counter in counters)
        if count and (admitted or limits.count_rejected):
            for counter in counters:
                counter.add()
        return self._verdict(counters, admitted, now)

    def _counters(self, now: int, tokens: int) -> "list[_Counter]":
        limits = self.limits
        calls, most = slice_of(limits.rpm, limits.window), slice_of(limits.tpm, limits.token_window)
        return [
            _Counter("tokens", self._tokens, most, limits.token_window, tokens, now),
            _Counter("requests", self._requests, calls, limits.window, 1, now),
        ]

    def _verdict(self, counters: "list[_Counter]", admitted: bool, now: int) -> Verdict:
        rooms = {counter.name: counter.room(now) for counter in counters}
        verdict = Verdict(admitted, requests=rooms.get("requests"), tokens=rooms.get("tokens"))
        if admitted:
            return verdict
        longest = max(counters, key=lambda counter: counter.wait(now))
        return replace(verdict, wait=longest.wait(now), exceeded=longest.name)


@lru_cache  # twice for each call
def slice_of(per_minute: int | None, window: float) -> int | None:
    """Return the part of a limit per minute for a slice of `window` seconds, rounded up to a whole number."""
    return None if per_minute is None else ceil(per_minute * Fraction(str(window)) / 60)


class _Slice:
    """The calls or tokens since the slice began; it ends at `end`, in nanoseconds."""

    def __init__(self) -> None:
        self.end: int | None = None
        self.used = 0


@dataclass
class _Counter:
    """A limit, and the cost of a call at `now`."""

    name: str
    slice: _Slice
    limit: int | None
    window: float
    cost: int
    now: int

    def __post_init__(self) -> None:
        if self.slice.end is not None and self.now >= self.slice.end:
            self.slice.end, self.slice.used = None, 0

    def fits(self) -> bool:
        return self.slice.used + self.cost <= (self.limit or 0)

    def add(self) -> None:
        if self.slice.end is None:
            self.slice.end = self.now + round(self.window * SECOND)
        self.slice.used += self.cost

    def wait(self, now: int) -> int:
        """Return the time until the cost fits. A refused call that was counted waits for its own cost, too."""
        if self.fits():
            return 0
        if self.cost > (self.limit or 0) or self.slice.end is None:
            return _DAY
        return self.slice.end - now

    def room(self, now: int) -> Room:
        limit, end = self.limit or 0, self.slice.end
        return Room(limit, max(0, limit - self.slice.used), 0 if end is None else end - now)


class _Bucket:
    """The bucket of a provisioned deployment, in units of tokens times nanoseconds of a minute: whole numbers."""

    def __init__(self) -> None:
        self._level = 0
        self._at = 0

    def judge(self, now: int, tokens: int, limits: Limits, *, count: bool) -> Verdict:
        drain = limits.tpm or 1  # units per nanosecond
        size = drain * round(limits.token_window * SECOND)
        self._level = max(0, self._level - drain * (now - self._at))
        self._at = now
        wait = max(0, (self._level - size) // drain + 1)
        if count and (not wait or limits.count_rejected):
            self._level += tokens * _MINUTE
            wait = wait and (self._level - size) // drain + 1
        return Verdict(not wait, wait, "utilization" if wait else "", utilization=100 * self._level / size)

"""Counters and cached values, those of `rate-limit-by-key` and `cache-store-value`, in a store that a URI names.

Windows slide, as in APIM's classic tiers (rate-limit-by-key-policy.md: "length of the sliding window").
The words are those of the `limits` library, the engine is not. limits 5.8 (`limits.aio` in memory, and its Redis
script) refuses a call exactly one period after the first; makes 5000 list entries of an increment of 5000 tokens;
cannot count past the limit, as APIM's postponed increments do; and puts the limit into the key, where APIM has one
counter per counter-key. In memory, each hit also starts a task that expires keys in threads.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, urlsplit

from apim_lab.clock import Clock


@dataclass(frozen=True)
class Window:
    """The sliding window of a key after a hit.

    `remaining` is how many of `calls` are left, never below 0. `retry_after` is 0 if the hit was admitted; else the
    time until it would be, in whole seconds, rounded up, at least 1 (APIM's rounding is unknown).

    With calls=3, period=15: 10:00:00 three calls pass; 10:00:14 is refused, Retry-After 1; 10:00:15 passes.
    """

    admitted: bool
    remaining: int
    retry_after: int


class Store(Protocol):
    """The state that requests share. Each method is one atomic step, and one round trip if the store is remote."""

    async def hit(self, key: str, calls: int, period: int, amount: int = 1) -> Window:
        """Test whether `amount` (at least 1) fits in `calls` per `period` s; if so, add it.

        An `amount` above `calls` never fits: `retry_after` is the period then. Hits with other `calls` on the
        same key share its counter.
        """
        ...

    async def test(self, key: str, calls: int, period: int) -> Window:
        """The window that a hit of 1 would find; adds nothing."""
        ...

    async def record(self, key: str, period: int, amount: int) -> None:
        """Add `amount` without a test; do nothing unless it is positive.

        APIM postpones some increments to the end of outbound, and checks the limit on the next call only
        (rate-limit-by-key-policy.md): so the counter may exceed it.
        """
        ...

    async def get(self, key: str, default: object = None) -> object:
        """The cached value, or `default` if there is none; a default of your own tells a cached None apart."""
        ...

    async def set(self, key: str, value: object, seconds: int) -> None:
        """Cache a value: stored for 100 s at 10:00:00, it is there at 10:01:39 and gone at 10:01:40."""
        ...

    async def remove(self, key: str) -> None:
        """Forget a cached value, if there is one; counters are not touched."""
        ...

    async def close(self) -> None:
        """Let go of everything the store holds."""
        ...


class _SlidingCounter:
    """The hits on one key.

    `totals[i]` is the sum of the hits up to and including `times[i]`. So the usage of a window is the difference of
    two totals, found by bisection: as cheap for 5000 tokens as for one call. Entry 0 is the base, outside of every
    window.
    """

    __slots__ = ("longest_period", "times", "totals")

    def __init__(self) -> None:
        self.times = [-inf]
        self.totals = [0]
        self.longest_period = 0

    @property
    def expires(self) -> float:
        return self.times[-1] + self.longest_period

    def usage(self, period: int, now: float) -> int:
        # bisect_right: a hit exactly one period ago has left the window.
        return self.totals[-1] - self.totals[bisect_right(self.times, now - period) - 1]

    def add(self, amount: int, period: int, now: float) -> None:
        self.longest_period = max(self.longest_period, period)
        self.times.append(now)
        self.totals.append(self.totals[-1] + amount)
        self._forget(now - self.longest_period)

    def _forget(self, until: float) -> None:
        base = bisect_right(self.times, until) - 1
        # Only when half of the entries go: each entry is then moved once on average.
        if 2 * base >= len(self.times):
            del self.times[:base], self.totals[:base]

    def window(self, admitted: bool, calls: int, period: int, amount: int, now: float) -> Window:
        """The window after a hit of `amount`."""
        retry_after = 0 if admitted else self.retry_after(calls, period, amount, now)
        return Window(admitted, max(0, calls - self.usage(period, now)), retry_after)

    def retry_after(self, calls: int, period: int, amount: int, now: float) -> int:
        """Seconds until enough has left the window for `amount` to fit; for a hit that was refused."""
        if amount > calls:
            return period
        last_to_leave = bisect_left(self.totals, self.totals[-1] + amount - calls)
        return max(1, ceil(self.times[last_to_leave] + period - now))


@dataclass(frozen=True, slots=True)
class _Value:
    expires: float
    value: object


class MemoryStore:
    """A store in this process, for one event loop: no method awaits anything, so each of them is atomic.

    Rejected calls do not lengthen a window unless `count_rejected`: APIM's gateway overview says that all
    requests count, rejected ones too, but no measurement for rate-limit-by-key is known.

    Time is the clock's monotonic one: a step of the system's clock changes no window.

    Expiry bounds the memory: each write also looks at two keys, in turn, and forgets those that have expired, so no
    timer, task or thread is needed. Values are stored as they are, not copied.
    """

    def __init__(self, clock: Clock | None = None, *, count_rejected: bool = False) -> None:
        self._clock = clock or Clock()
        self._count_rejected = count_rejected
        self._counters: OrderedDict[str, _SlidingCounter] = OrderedDict()
        self._values: OrderedDict[str, _Value] = OrderedDict()

    async def hit(self, key: str, calls: int, period: int, amount: int = 1) -> Window:
        now = self._clock.monotonic()
        counter = self._counter(key)
        admitted = counter.usage(period, now) + amount <= calls
        if admitted or self._count_rejected:
            self._add(key, counter, amount, period, now)
        return counter.window(admitted, calls, period, amount, now)

    async def test(self, key: str, calls: int, period: int) -> Window:
        now = self._clock.monotonic()
        counter = self._counter(key)
        return counter.window(counter.usage(period, now) < calls, calls, period, 1, now)

    async def record(self, key: str, period: int, amount: int) -> None:
        now = self._clock.monotonic()
        if amount > 0:
            self._add(key, self._counter(key), amount, period, now)

    async def get(self, key: str, default: object = None) -> object:
        kept = self._values.get(key)
        return default if kept is None or kept.expires <= self._clock.monotonic() else kept.value

    async def set(self, key: str, value: object, seconds: int) -> None:
        now = self._clock.monotonic()
        self._values[key] = _Value(now + seconds, value)
        _forget_expired(self._values, now)

    async def remove(self, key: str) -> None:
        self._values.pop(key, None)

    async def close(self) -> None:
        self._counters.clear()
        self._values.clear()

    def __len__(self) -> int:
        """How many keys are held: those in use, and expired ones whose turn has not come yet."""
        return len(self._counters) + len(self._values)

    def _counter(self, key: str) -> _SlidingCounter:
        """The key's counter; an empty one if it has none."""
        return self._counters.get(key) or _SlidingCounter()

    def _add(self, key: str, counter: _SlidingCounter, amount: int, period: int, now: float) -> None:
        counter.add(amount, period, now)
        self._counters[key] = counter
        _forget_expired(self._counters, now)


class _Expiring(Protocol):
    @property
    def expires(self) -> float: ...


def _forget_expired[Kept: _Expiring](kept: OrderedDict[str, Kept], now: float) -> None:
    """Look at two keys, in turn: each write adds at most one, so expired keys cannot pile up."""
    for _ in range(min(2, len(kept))):
        key = next(iter(kept))
        if kept[key].expires <= now:
            del kept[key]
        else:
            kept.move_to_end(key)


def open_store(uri: str, clock: Clock | None = None) -> Store:
    """The store a URI names: `memory://` or `memory://?count-rejected=true`. It reads `clock`.

    Raises ValueError for an unknown scheme or option; the message leaves the URI out: it may hold a password.
    """
    parts = urlsplit(uri)
    if parts.scheme not in _OPENERS:
        known = ", ".join(f"{scheme}://" for scheme in _OPENERS)
        unknown = f"unknown kind of store {parts.scheme!r}" if parts.scheme else "a store whose URI has no scheme"
        raise ValueError(f"{unknown}, expected one of: {known}")
    return _OPENERS[parts.scheme](parts, clock)


def _open_memory(parts: SplitResult, clock: Clock | None) -> Store:
    if parts.netloc or parts.path:
        raise ValueError("memory:// has neither host nor path")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    count_rejected = options.pop("count-rejected", "false")
    if options:
        raise ValueError(f"memory:// has no option {', '.join(options)}, expected: count-rejected")
    if count_rejected not in {"true", "false"}:
        raise ValueError(f"count-rejected is true or false, not {count_rejected!r}")
    return MemoryStore(clock, count_rejected=count_rejected == "true")


_OPENERS: dict[str, Callable[[SplitResult, Clock | None], Store]] = {"memory": _open_memory}

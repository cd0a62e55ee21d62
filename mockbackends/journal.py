"""The journal: every attempt that reached any backend, in the order of arrival.

It keeps no key and no body: of a body the SHA-256, of a key whether it fits. What a caller can make long is cut.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from mockbackends.clock import SECOND, Clock

RIGHT = "right"  # a key that fits
MOST = 100_000  # attempts that are kept; the oldest are forgotten first


@dataclass
class Attempt:
    """One attempt.

    Times are in seconds on the lab's clock: `at` its arrival, `answered_at` when its answer began. `status` 0 is no
    answer at all. `retry_after` is the wait that the answer told, in seconds, if any. `key` is "right", "missing",
    "wrong" or "of NAME", which is the key of another backend. `throttled` is a 429, also one inside a 200. `ids` are
    what a gateway sent to tell calls apart. `room_elsewhere` are, for a refused call, the backends that would have
    served it.
    """

    number: int
    at: float
    backend: str
    method: str
    path: str
    ids: tuple[str, ...] = ()
    retry_count: str = ""
    deployment: str = ""
    operation: str = ""
    stream: bool = False
    body: str = ""
    key: str = RIGHT
    fault: str = ""
    status: int = 0
    answered_at: float | None = None
    ended_at: float | None = None
    retry_after: float | None = None
    throttled: bool = False
    room_elsewhere: tuple[str, ...] = ()
    bytes: int = 0
    complete: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Attempt":
        """The inverse of `as_dict`."""
        return cls(**values | {name: tuple(values[name]) for name in ("ids", "room_elsewhere")})


@dataclass
class Journal:
    """Keeps the attempts; safe to use from every thread."""

    clock: Clock
    _attempts: deque[Attempt] = field(default_factory=lambda: deque(maxlen=MOST))
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, lag: int = 0, **values: Any) -> Attempt:
        """Write down an attempt that arrived `lag` nanoseconds ago; on a frozen clock it is always just now."""
        lag = 0 if self.clock.frozen else lag
        with self._lock:
            self._count += 1
            attempt = Attempt(number=self._count, at=(self.clock.now() - lag) / SECOND, **values)
            self._attempts.append(attempt)
        return attempt

    def since(self, number: int = 0) -> list[Attempt]:
        """The attempts after that number."""
        with self._lock:
            return [attempt for attempt in self._attempts if attempt.number > number]

    def clear(self) -> None:
        """Forget every attempt; the numbers go on."""
        with self._lock:
            self._attempts.clear()

    def __iter__(self) -> Iterator[Attempt]:
        return iter(self.since())

    def __len__(self) -> int:
        return len(self._attempts)


def told_wait(headers: Iterable[tuple[str, str]]) -> float | None:
    """The wait that an answer's headers tell, in seconds: retry-after-ms goes before Retry-After."""
    values = {name.lower(): value for name, value in headers}
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        if values.get(name, "").isdecimal():
            return int(values[name]) / unit
    return None

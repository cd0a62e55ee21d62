"""The journal: every attempt that reached any backend, in the order in which they were read.

It keeps no key and no body: of a body the SHA-256, of a key whether it fits. What a caller can make long is cut.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

from mockbackends.clock import SECOND, Clock

RIGHT = "right"  # a key that fits
MOST = 100_000  # attempts that are kept; the oldest are forgotten first


@dataclass(slots=True)
class Attempt:
    """One attempt.

    Times are in seconds on the lab's clock: `at` when it was read, which is never before it arrived, `answered_at` when
    its answer began. `status` 0 is no answer at all, or none yet. `retry_after` is the wait that the answer told, in
    seconds, if any. `key` is "right", "missing", "wrong" or "of NAME", which is the key of another backend. `throttled`
    is a 429, also one inside a 200. `ids` are what a gateway sent to tell calls apart. `room_elsewhere` are, for a
    refused call, the backends that would have served it.
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
        """The inverse of `as_dict`; raise pydantic's ValidationError.

        Another version may have written it: fields that are not known here are left out, and `throttled`, where it is
        missing, is told by the status.
        """
        return _ATTEMPT.validate_python({"throttled": values.get("status") == 429} | values)


@dataclass(frozen=True)
class Heading:
    """The first line of a saved journal: the names of all backends, also of those that got no call."""

    backends: tuple[str, ...]


_ATTEMPT = TypeAdapter(Attempt)
_HEADING = TypeAdapter(Heading)


def read_line(values: dict[str, Any]) -> Attempt | Heading:
    """A line of a saved journal; raise pydantic's ValidationError."""
    return _HEADING.validate_python(values) if "backends" in values else Attempt.from_dict(values)


@dataclass
class Journal:
    """Keeps the last attempts, `MOST` of them; safe to use from every thread.

    `dropped` is how many older ones it had to forget since it was last cleared.
    """

    clock: Clock
    dropped: int = 0
    _attempts: dict[int, Attempt] = field(default_factory=dict)  # by their numbers, which have no gaps
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, **values: Any) -> Attempt:
        """Write down an attempt, now."""
        with self._lock:
            self._count += 1
            attempt = Attempt(number=self._count, at=self.clock.now() / SECOND, **values)
            self._attempts[self._count] = attempt
            if len(self._attempts) > MOST:
                del self._attempts[self._count - MOST]
                self.dropped += 1
        return attempt

    def since(self, number: int = 0, limit: int = MOST) -> list[Attempt]:
        """The attempts after that number, the first `limit` of them."""
        with self._lock:
            first = max(number, self._count - len(self._attempts)) + 1
            return [self._attempts[one] for one in range(first, min(first + limit, self._count + 1))]

    def clear(self) -> None:
        """Forget every attempt; the numbers go on."""
        with self._lock:
            self._attempts.clear()
            self.dropped = 0

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

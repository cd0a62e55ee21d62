"""The journal: every attempt that reached a backend, in the order in which the requests were read.

The journal has no keys and no bodies: only whether the key is right, and the SHA-256 of the body. It cuts long paths
and ids.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

from mockbackends.clock import SECOND, Clock

RIGHT_KEY = "right"  # in the journal: the key is the backend's
MAX_ATTEMPTS = 100_000  # in the journal; the oldest are dropped first


@dataclass(slots=True)
class Attempt:
    """An attempt: one request at one backend.

    Times are in seconds on the lab's clock: `at` is when the request was read, which is never before it arrived;
    `answered_at` is when the answer began. `status` 0 means no answer, or no answer yet. `retry_after` is the wait in
    the answer, in seconds. `key` is "right", "missing", "wrong", or "of NAME" for the key of another backend.
    `throttled` marks a 429, also a 429 inside a 200. `ids` are the headers by which a gateway identifies a call.
    `room_elsewhere` has the backends that would have admitted a refused call. `bytes` of the answer were sent.
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
    key: str = RIGHT_KEY
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
        """Return the attempt as JSON has it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Attempt":
        """Make an attempt of the values of `as_dict`; raise pydantic's ValidationError.

        Another version may have written them: unknown fields are ignored, and if `throttled` is missing, status 429
        decides.
        """
        return _ATTEMPT.validate_python({"throttled": values.get("status") == 429} | values)


@dataclass(frozen=True)
class Heading:
    """The first line of a saved journal: the names of all backends, also of backends without a call."""

    backends: tuple[str, ...]


_ATTEMPT = TypeAdapter(Attempt)
_HEADING = TypeAdapter(Heading)


def read_line(values: dict[str, Any]) -> Attempt | Heading:
    """Read a line of a saved journal; raise pydantic's ValidationError."""
    return _HEADING.validate_python(values) if "backends" in values else Attempt.from_dict(values)


@dataclass
class Journal:
    """The last `MAX_ATTEMPTS` attempts; safe to use from every thread.

    `dropped` counts the older attempts that were dropped since the journal was last cleared.
    """

    clock: Clock
    dropped: int = 0
    _attempts: dict[int, Attempt] = field(default_factory=dict)  # by their numbers, which have no gaps
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, **values: Any) -> Attempt:
        """Add an attempt that begins now."""
        with self._lock:
            self._count += 1
            attempt = Attempt(number=self._count, at=self.clock.now() / SECOND, **values)
            self._attempts[self._count] = attempt
            if len(self._attempts) > MAX_ATTEMPTS:
                del self._attempts[self._count - MAX_ATTEMPTS]
                self.dropped += 1
        return attempt

    def since(self, number: int = 0, limit: int = MAX_ATTEMPTS) -> list[Attempt]:
        """Return the first `limit` attempts after the number."""
        with self._lock:
            first = max(number, self._count - len(self._attempts)) + 1
            return [self._attempts[one] for one in range(first, min(first + limit, self._count + 1))]

    def clear(self) -> None:
        """Drop every attempt; the numbers go on."""
        with self._lock:
            self._attempts.clear()
            self.dropped = 0

    def __iter__(self) -> Iterator[Attempt]:
        return iter(self.since())

    def __len__(self) -> int:
        return len(self._attempts)


def retry_after(headers: Iterable[tuple[str, str]]) -> float | None:
    """Return the wait in the headers of an answer, in seconds: retry-after-ms before Retry-After; None without one."""
    values = {name.lower(): value for name, value in headers}
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        if values.get(name, "").isdecimal():
            return int(values[name]) / unit
    return None

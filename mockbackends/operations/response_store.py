"""The store of a backend's newest responses, in memory, up to a number and a size."""

import threading
from dataclasses import dataclass, field

MAX_RESPONSES = 1000  # in the store
MAX_BYTES = 64 * 1024 * 1024  # of all of them together


@dataclass(frozen=True)
class StoredResponse:
    """A response, and the conversation up to its end, both as JSON."""

    body: bytes
    conversation: bytes

    @property
    def size(self) -> int:
        """The size in bytes."""
        return len(self.body) + len(self.conversation)


@dataclass
class ResponseStore:
    """Responses by their ids. The oldest is dropped first; safe to use from every thread."""

    _responses: dict[str, StoredResponse] = field(default_factory=dict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, id_: str, response: StoredResponse) -> None:
        """Store a response, unless it alone is larger than the store."""
        with self._lock:
            self._drop(id_)
            if response.size > MAX_BYTES:
                return
            self._responses[id_] = response
            self._size += response.size
            while len(self._responses) > MAX_RESPONSES or self._size > MAX_BYTES:
                self._drop(next(iter(self._responses)))

    def find(self, id_: str) -> StoredResponse | None:
        """Return the response of that id, or None."""
        return self._responses.get(id_)

    def delete(self, id_: str) -> bool:
        """Drop a response; return whether it was there."""
        with self._lock:
            return self._drop(id_)

    def _drop(self, id_: str) -> bool:
        dropped = self._responses.pop(id_, None)
        self._size -= dropped.size if dropped else 0
        return dropped is not None

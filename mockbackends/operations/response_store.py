"""The responses that one backend keeps, in memory: the newest ones, up to a number and a size."""

import threading
from dataclasses import dataclass, field

MAX_RESPONSES = 1000  # responses
MAX_BYTES = 64 * 1024 * 1024  # of all of them together


@dataclass(frozen=True)
class StoredResponse:
    """A response, and the conversation up to and with it, each as JSON."""

    body: bytes
    conversation: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.body) + len(self.conversation)


@dataclass
class ResponseStore:
    """Keeps responses by their ids and forgets the oldest first; safe to use from every thread."""

    _responses: dict[str, StoredResponse] = field(default_factory=dict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, id_: str, response: StoredResponse) -> None:
        """Keep a response; one that is too large by itself is not kept."""
        with self._lock:
            self._drop(id_)
            if response.size > MAX_BYTES:
                return
            self._responses[id_] = response
            self._size += response.size
            while len(self._responses) > MAX_RESPONSES or self._size > MAX_BYTES:
                self._drop(next(iter(self._responses)))

    def find(self, id_: str) -> StoredResponse | None:
        """The response of that id."""
        return self._responses.get(id_)

    def delete(self, id_: str) -> bool:
        """Forget a response; say whether it was there."""
        with self._lock:
            return self._drop(id_)

    def _drop(self, id_: str) -> bool:
        dropped = self._responses.pop(id_, None)
        self._size -= dropped.size if dropped else 0
        return dropped is not None

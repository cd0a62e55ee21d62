"""The responses that one backend keeps, in memory: the newest ones, up to a number and a size."""

import threading
from dataclasses import dataclass, field

MOST = 1000  # responses
MOST_BYTES = 64 * 1024 * 1024  # of all of them together


@dataclass(frozen=True)
class KeptResponse:
    """A response, and the conversation up to and with it, each as JSON."""

    body: bytes
    conversation: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.body) + len(self.conversation)


@dataclass
class Kept:
    """Keeps responses by their ids and forgets the oldest first; safe to use from every thread."""

    _responses: dict[str, KeptResponse] = field(default_factory=dict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, id_: str, response: KeptResponse) -> None:
        """Keep a response; one that is too large by itself is not kept."""
        with self._lock:
            self._drop(id_)
            if response.size > MOST_BYTES:
                return
            self._responses[id_] = response
            self._size += response.size
            while len(self._responses) > MOST or self._size > MOST_BYTES:
                self._drop(next(iter(self._responses)))

    def find(self, id_: str) -> KeptResponse | None:
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

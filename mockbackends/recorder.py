"""Writes each call of a backend into the journal: a WSGI application around the backend's."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mockbackends.clock import SECOND
from mockbackends.connection import LAG_KEY
from mockbackends.journal import Attempt, Journal, retry_after

ATTEMPT_KEY = "mockbackends.attempt"  # the key of the attempt in the WSGI environment
ARRIVED_KEY = "mockbackends.arrived"  # the key of about the time of its arrival, in nanoseconds on the lab's clock

_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")  # W3C Trace Context: one trace per call, one span per attempt


@dataclass(frozen=True)
class Call:
    """A call. `status` 0: the connection was closed without an answer. `path` has no query."""

    backend: str
    status: int
    method: str
    path: str


class Recorder:
    """Records the answers of an application. `on_call` gets each call before its answer is sent."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], backend: str, journal: Journal, on_call: Callable[[Call], None]
    ) -> None:
        self._app = app
        self._backend = backend
        self._journal = journal
        self._on_call = on_call

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer one request."""
        attempt = self._journal.begin(
            backend=self._backend,
            method=environ["REQUEST_METHOD"][:20],
            path=_path(environ)[:1000],
            ids=_ids(environ),
            retry_count=environ.get("HTTP_X_STAINLESS_RETRY_COUNT", "")[:20],
        )
        environ[ATTEMPT_KEY] = attempt
        environ[ARRIVED_KEY] = self._arrival(environ.get(LAG_KEY, 0))
        head: dict[str, Any] = {}  # of the answer, which is sent with the first part

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            head.update(status=int(status[:3]), retry_after=retry_after(headers))
            return start_response(status, headers, exc_info)

        return self._parts(self._app(environ, start), attempt, head)

    def _parts(self, parts: Iterable[bytes], attempt: Attempt, head: dict[str, Any]) -> Iterator[bytes]:
        try:
            for part in parts:
                if attempt.answered_at is None:
                    self._record_answer(attempt, **head)
                yield part
                attempt.bytes += len(part)  # after the server has sent the part
            attempt.complete = True
        finally:
            if attempt.answered_at is None:
                self._record_answer(attempt, **(head if attempt.complete else {}))
            attempt.ended_at = self._now()
            if hasattr(parts, "close"):
                parts.close()

    def _record_answer(self, attempt: Attempt, status: int = 0, retry_after: float | None = None) -> None:
        attempt.status, attempt.retry_after = status, retry_after
        attempt.answered_at = self._now()
        self._on_call(Call(attempt.backend, attempt.status, attempt.method, attempt.path))

    def _arrival(self, lag: int) -> int:
        """Return the moment `lag` nanoseconds ago; on a frozen clock, now."""
        clock = self._journal.clock
        return clock.now() - (0 if clock.frozen else lag)

    def _now(self) -> float:
        return self._journal.clock.now() / SECOND


def _path(environ: dict[str, Any]) -> str:
    target: str = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")
    return target.partition("?")[0]  # a key may be in the query


def _ids(environ: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids of the logical call that the gateway passes on."""
    trace = _TRACE.match(environ.get("HTTP_TRACEPARENT", ""))
    given = (
        environ.get("HTTP_X_MS_CLIENT_REQUEST_ID", ""),
        environ.get("HTTP_X_REQUEST_ID", ""),
        trace[1] if trace else "",
    )
    return tuple(value[:200] for value in given if value)

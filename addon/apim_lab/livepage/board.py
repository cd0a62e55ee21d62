"""The contents of the live page: the last calls, the gauges of limits and cached values, the backends."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from apim_lab.clock import Clock
from apim_lab.livepage.watched_store import WatchedStore
from apim_lab.service.gateway import Gateway
from apim_lab.stores.memory import Store
from apim_lab.tracing.attempts import Json
from apim_lab.tracing.call import Call
from apim_lab.tracing.masking import Masker, is_count, short_hash


class Operated(Protocol):
    """The running gateway, as the page sees and steers it."""

    gateway: Gateway | None
    store: Store
    clock: Clock

    def url(self) -> str:
        """The URL that takes calls, `http://127.0.0.1:8080`; raise ValueError if no client can reach it so."""
        ...

    async def begin(self, policy: Path, named_values: Mapping[str, str]) -> None:
        """Put another policy in force, with an empty store; raise ValueError if it has a mistake."""
        ...

    async def restore(self) -> None:
        """Put the operator's files in force again; if they have a mistake now, the gateway from before the lesson."""
        ...


class Board:
    """Keeps the last `kept` calls, and knows which have changed since it was last asked."""

    def __init__(self, operated: Operated, kept: int) -> None:
        self._operated = operated
        self.kept = kept
        self._calls: OrderedDict[int, Call] = OrderedDict()
        self._changed: set[int] = set()
        self._under_way: set[int] = set()
        self._written: tuple[Gateway | None, frozenset[str]] = (None, frozenset())

    def changed(self, call: Call) -> None:
        """Note that a call has begun, gone to a backend or ended."""
        self._calls[call.number] = call
        self._changed.add(call.number)
        (self._under_way.discard if call.outcome else self._under_way.add)(call.number)
        if len(self._calls) > self.kept:
            self._changed.discard(self._calls.popitem(last=False)[0])

    @property
    def under_way(self) -> int:
        """How many calls have not ended."""
        return len(self._under_way)

    def calls(self) -> list[Json]:
        """All calls that are kept, the oldest first."""
        return [call.as_dict() for call in self._in_order()]

    def changes(self) -> list[Json]:
        """The calls that have changed since the last `changes`."""
        numbers, self._changed = sorted(self._changed), set()
        return [self._calls[number].as_dict() for number in numbers]

    def skip(self) -> None:
        """Forget the changes, because nobody looks at the page."""
        self._changed.clear()

    def find(self, id_: str) -> Call | None:
        """The call whose trace has that id."""
        return next((call for call in self._calls.values() if call.id == id_), None)

    def traces(self) -> list[Json]:
        """The traces there are, the newest first."""
        traced = [call for call in reversed(self._in_order()) if call.context.trace]
        shown = ("id", "number", "at", "method", "path", "status")
        return [{name: summary[name] for name in shown} for summary in (call.as_dict() for call in traced)]

    def backends(self) -> list[Json]:
        """The backends in force."""
        gateway = self._operated.gateway
        backends = gateway.backends.values() if gateway else ()
        return [{"id": it.id, "url": Masker(()).url(str(it.url))} for it in backends]

    async def gauges(self) -> Json:
        """The calls that the limits have left now, and the cached values."""
        watched = self._operated.store
        if not isinstance(watched, WatchedStore):
            return {"limits": [], "values": []}
        store, written = watched.store, self._texts_of_policies()
        limits = [await limit_gauge(store, *asked) for asked in tuple(watched.limits)]
        values = [
            {"key": key if key in written else f"#{short_hash(key)}", "value": show(await store.get(key))}
            for key in tuple(watched.values)
        ]
        return {"limits": limits, "values": values}

    def _in_order(self) -> list[Call]:
        """The calls by number: a call that was dropped but is still under way comes back when it changes."""
        return [self._calls[number] for number in sorted(self._calls)]

    def _texts_of_policies(self) -> frozenset[str]:
        """What the policies in force have written out: any other key may be made of somebody's secrets."""
        gateway = self._operated.gateway
        if self._written[0] is not gateway:
            texts = (served.document.texts for served in gateway.apis) if gateway else ()
            self._written = gateway, frozenset().union(*texts)
        return self._written[1]


async def limit_gauge(store: Store, key: str, calls: int, period: int) -> Json:
    """The gauge of one limit; its key is shown by its short hash: mostly it is the caller's."""
    window = await store.test(key, calls, period)
    return {
        "key": short_hash(key),
        "calls": calls,
        "period": period,
        "remaining": window.remaining,
        "retry_after": window.retry_after,
    }


def show(value: object) -> str:
    """A cached count or truth value as it is; anything else may be a token, and only its length or kind shows."""
    if not isinstance(value, (str, int, float)):
        return "" if value is None else f"({type(value).__name__})"
    text = str(value)
    return text if is_count(text) else f"({len(text)} characters)"

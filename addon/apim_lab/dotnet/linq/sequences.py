"""How LINQ goes through its sources: each item counts as a round of a loop, also where Python's C goes round."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from apim_lab.csharp.runtime.budget import Budget, in_force
from apim_lab.dotnet.values import Enumerable

_FIRST_CHUNK, _CHUNK = 8, 256


class Source:
    """A value that is enumerated anew by each `iter`."""

    __slots__ = ("_iterate", "value")

    def __init__(self, iterate: Callable[[Any], Iterable[Any]], value: Any) -> None:
        self._iterate = iterate
        self.value = value

    def __iter__(self) -> Iterator[Any]:
        items = iter(self._iterate(self.value))
        budget = in_force()
        if budget is None:
            return items
        length = None if isinstance(self.value, Enumerable) else _length(self.value)
        if length is None:
            budget.count(1)
            return items
        return counted(items, length, budget)

    @property
    def length(self) -> int | None:
        """How many items there are, if that is known without going through them."""
        return None if isinstance(self.value, Enumerable) else _length(self.value)


def _length(value: Any) -> int | None:
    return len(value) if hasattr(value.__class__, "__len__") else None


def counted(items: Iterator[Any], length: int, budget: Budget) -> Iterator[Any]:
    """The items, about `length` of them, counted by chunks before they are reached."""
    if length <= _FIRST_CHUNK:
        budget.count(length or 1)
        return items
    return chain.from_iterable(_chunks(items, length, budget))


def _chunks(items: Iterator[Any], length: int, budget: Budget) -> Iterator[Iterator[Any]]:
    size = _FIRST_CHUNK
    while length > 0:
        budget.count(min(size, length))
        yield islice(items, size)
        length -= size
        size = min(2 * size, _CHUNK)
    # A list that was changed meanwhile tells it here
    yield items

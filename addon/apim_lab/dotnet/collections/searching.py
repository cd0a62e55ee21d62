"""Where a list or an array holds an item. Indices and counts are in range."""

from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.equality import is_plain
from apim_lab.dotnet.identity import equal

type Match = Callable[[Any], bool] | None
"""A `Predicate<T>`."""


def index_of(items: Sequence[Any], element: Type, item: Any, start: int, end: int) -> int:
    """The first index in [start:end] of an item that is the same; -1 for none."""
    if is_plain(element):
        try:
            return items.index(item, start, end)
        except ValueError:
            return -1
    return find_index(items, lambda each: equal(each, item), start, end)


def last_index_of(items: Sequence[Any], item: Any, start: int, end: int) -> int:
    return find_last_index(items, lambda each: equal(each, item), start, end)


def find_index(items: Sequence[Any], match: Match, start: int, end: int) -> int:
    """The first index in [start:end] of an item that matches; -1 for none. The predicate may change the items."""
    matches = given(match, "match")
    return next((index for index, item in enumerate(items[start:end], start) if matches(item)), -1)


def find_last_index(items: Sequence[Any], match: Match, start: int, end: int) -> int:
    matches = given(match, "match")
    last = end - 1
    return next((last - back for back, item in enumerate(reversed(items[start:end])) if matches(item)), -1)

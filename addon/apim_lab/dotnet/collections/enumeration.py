"""Enumerations that a change of the collection ends. Source: .NET Core 3.1, List.cs, HashSet.cs, Queue.cs."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from apim_lab.csharp.runtime.exceptions import InvalidOperationException

MODIFIED = "Collection was modified; enumeration operation may not execute."
MODIFIED_SINCE = "Collection was modified after the enumerator was instantiated."


class _Versioned(Protocol):
    version: int


def enumerate_unchanged[T](owner: _Versioned, items: Iterable[T], message: str = MODIFIED) -> Iterator[T]:
    """The items; raises InvalidOperationException once the owner has another version than at this call."""
    return _until_changed(owner, owner.version, items, message)


def _until_changed[T](owner: _Versioned, version: int, items: Iterable[T], message: str) -> Iterator[T]:
    for item in items:
        if owner.version != version:
            break
        yield item
    if owner.version != version:
        raise InvalidOperationException(message)

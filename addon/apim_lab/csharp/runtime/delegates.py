"""Delegates that are several. Source: learn.microsoft.com/dotnet/api/system.delegate.combine, and .NET Core 3.1."""

from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Delegate


class MulticastDelegate(Delegate):
    """Calls its parts one after the other; the last one's result is its own."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Delegate]) -> None:
        super().__init__(parts[0].type, self._call_all)
        self.parts = parts

    def _call_all(self, *arguments: Any) -> Any:
        result = None
        for part in self.parts:
            result = part.call(*arguments)
        return result


def _parts_of(delegate: Delegate) -> Sequence[Delegate]:
    return delegate.parts if isinstance(delegate, MulticastDelegate) else (delegate,)


def combine(first: Delegate | None, second: Delegate | None) -> Delegate | None:
    """`first + second`; null adds nothing."""
    if first is None or second is None:
        return first or second
    parts, more = _parts_of(first), _parts_of(second)
    allocate((len(parts) + len(more)) * REFERENCE)
    return MulticastDelegate((*parts, *more))


def remove(source: Delegate | None, value: Delegate | None) -> Delegate | None:
    """`source - value`: without the last place where the parts of `value` are; null if nothing is left."""
    if source is None or value is None:
        return source
    parts, removed = _parts_of(source), _parts_of(value)
    for start in range(len(parts) - len(removed), -1, -1):
        if parts[start : start + len(removed)] == removed:
            allocate(len(parts) * REFERENCE)
            rest = (*parts[:start], *parts[start + len(removed) :])
            return (MulticastDelegate(rest) if len(rest) > 1 else rest[0]) if rest else None
    return source

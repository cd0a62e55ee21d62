"""What `GetEnumerator()` returns. Source: the C# specification, "Enumerator objects"; .NET Core 3.1."""

from collections.abc import Iterable
from typing import Any

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.types import Type

_NOT_STARTED, _FINISHED = "Enumeration has not started. Call MoveNext.", "Enumeration already finished."


class Enumerator:
    """An `IEnumerator<T>`.

    Before the first item and behind the last one `Current` is the `default`; that of an array throws there.
    """

    __slots__ = ("_current", "_default", "_is_of_array", "_items", "_outside", "type")

    def __init__(self, items: Iterable[Any], element: Type, default: object, *, is_of_array: bool) -> None:
        self.type = Type("IEnumerator", (element,), "System.Collections.Generic.IEnumerator")
        self._items = iter(items)
        self._current = self._default = default
        self._is_of_array = is_of_array
        self._outside = _NOT_STARTED

    def move_next(self) -> bool:
        found = next(self._items, _FINISHED)
        is_at_end = found is _FINISHED
        self._current = self._default if is_at_end else found
        self._outside = _FINISHED if is_at_end else ""
        return not is_at_end

    def current(self) -> Any:
        if self._is_of_array and self._outside:
            raise InvalidOperationException(self._outside)
        return self._current

    def dispose(self) -> None:
        self._current, self._items = self._default, iter(())

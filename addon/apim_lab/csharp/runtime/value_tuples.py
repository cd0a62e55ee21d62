"""The values of tuples. Source: the C# 7 reference, "Tuple types"; learn.microsoft.com/dotnet/api/system.valuetuple."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from apim_lab.csharp.types import Type


class ValueTuple:
    """A tuple. It is never changed: an assignment to an element puts another tuple in its place, as of any struct."""

    __slots__ = ("type", "values")

    def __init__(self, type_: Type, values: Sequence[Any]) -> None:
        self.type = type_
        self.values = tuple(values)

    def replacing(self, index: int, value: Any) -> "ValueTuple":
        """This tuple with another element at the index."""
        return ValueTuple(self.type, (*self.values[:index], value, *self.values[index + 1 :]))

    def order(self, other: Any, compare: Callable[[Any, Any], int]) -> int:
        """`IComparable.CompareTo`: the first elements that differ decide; `compare` is for these."""
        if other is None:
            return 1
        return next((order for order in map(compare, self.values, other.values) if order), 0)

    def items(self) -> Iterator[tuple[str, Any]]:
        """The fields: their names and values."""
        return ((f"Item{number}", value) for number, value in enumerate(self.values, 1))

"""Which item comes first: `Comparer<T>.Default`, or what the caller compares by."""

import enum
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import OBJECT
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.text.comparison import culture_key

type Compare = Callable[[Any, Any], int]
"""Below 0, 0 or above 0, as the left item comes before the right one, with it, or behind."""


@runtime_checkable
class Comparable(Protocol):
    """A value whose class has `IComparable` without a public `CompareTo(object)`, as a tuple."""

    def order(self, other: Any, compare: Compare) -> int:
        """`compare` is for the values in it."""


@runtime_checkable
class Ordering(Protocol):
    """A comparer that is faster if it is told that there will be many comparisons."""

    def ordering(self) -> Compare: ...


class IComparer(Protocol):
    """An `IComparer<T>`."""

    def compare(self, left: Any, right: Any) -> int: ...


def comparing(library: Library, comparer: IComparer | None = None) -> Compare:
    """What the comparer does; by default null first, then what the items' own `CompareTo` says.

    Raises ArgumentException for items that have none.
    """
    if isinstance(comparer, Ordering):
        return comparer.ordering()
    return comparer.compare if comparer is not None else _Default(library).compare


def by_key(key: Callable[[Any], Any]) -> Compare:
    """For many comparisons: the key of each item, which takes long to find, is found once. Null comes first."""
    keys: dict[Any, Any] = {}

    def key_of(item: Any) -> Any:
        if item not in keys:
            keys[item] = key(item)
        return keys[item]

    def compare(left: Any, right: Any) -> int:
        if left is None or right is None:
            return (left is not None) - (right is not None)
        first, second = key_of(left), key_of(right)
        return int(first > second) - int(first < second)

    return compare


def _order_of_texts() -> Compare:
    """`string.CompareTo`, by the culture."""
    by_culture = by_key(culture_key)

    def compare(left: str, right: Any) -> int:
        if right.__class__ is not str:
            raise ArgumentException("Object must be of type String.")
        return by_culture(left, right)

    return compare


class _Default:
    """`Comparer<T>.Default`, which looks up `CompareTo` once for each class of items."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.orders: dict[type, Compare | None] = {}

    def compare(self, left: Any, right: Any) -> int:
        if left is None or right is None or left is right:
            return (left is not None) - (right is not None)
        class_ = left.__class__
        if class_ not in self.orders:
            self.orders[class_] = self.order_of(left)
        order = self.orders[class_]
        if order is None:
            return -self.of_right(right, left)
        return order(left, right)

    def of_right(self, right: Any, left: Any) -> int:
        order = self.order_of(right)
        if order is None:
            raise ArgumentException("At least one object must implement IComparable.")
        return order(right, left)

    def order_of(self, value: Any) -> Compare | None:
        if value.__class__ is str:
            return _order_of_texts()
        if isinstance(value, Comparable):
            return lambda left, right: left.order(right, self.compare)
        if isinstance(value, enum.Enum):
            return _order_of_members
        type_ = self.library.type_of(value)
        methods = {m.signature.parameters[0].type: m for m in self.library.methods(type_, "CompareTo")}
        if OBJECT in methods:
            return methods[OBJECT].implementation
        return _of_one_class(methods[type_].implementation) if type_ in methods else None


def _of_one_class(order: Compare) -> Compare:
    def compare(left: Any, right: Any) -> int:
        if right.__class__ is not left.__class__:
            raise ArgumentException("Object must be of the same type.")
        return order(left, right)

    return compare


def _order_of_members(left: enum.Enum, right: Any) -> int:
    if right.__class__ is not left.__class__:
        raise ArgumentException("Object must be the same type as the enum.")
    return int(left.value > right.value) - int(left.value < right.value)

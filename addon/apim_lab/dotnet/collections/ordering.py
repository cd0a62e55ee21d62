"""Which item comes first: `Comparer<T>.Default`, or what the caller compares by."""

import enum
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import OBJECT
from apim_lab.dotnet.exceptions import ArgumentException

type Compare = Callable[[Any, Any], int]
"""Below 0, 0 or above 0, as the left item comes before the right one, with it, or behind."""


@runtime_checkable
class Comparable(Protocol):
    """A value whose class has `IComparable` without a public `CompareTo(object)`, as a tuple."""

    def order(self, other: Any, compare: Compare) -> int:
        """`compare` is for the values in it."""


class IComparer(Protocol):
    """An `IComparer<T>`."""

    def compare(self, left: Any, right: Any) -> int: ...


def comparing(library: Library, comparer: IComparer | None = None) -> Compare:
    """What the comparer does; by default null first, then what the items' own `CompareTo` says.

    Raises ArgumentException for items that have none.
    """
    return comparer.compare if comparer is not None else _Default(library).compare


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

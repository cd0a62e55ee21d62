"""The members of tuples. Source: learn.microsoft.com/dotnet/api/system.valuetuple-2."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.symbols.definitions import Definition, OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type, tuple_of
from apim_lab.dotnet.collections.ordering import comparing
from apim_lab.dotnet.identity import equal

# .NET has no limit, as a tuple may hold others
_MOST_ELEMENTS = 21


def _item(index: int) -> Callable[[ValueTuple], Any]:
    return lambda value: value.values[index]


def _default(*types_and_values: Any) -> ValueTuple:
    count = len(types_and_values) // 2
    types: tuple[Type, ...] = types_and_values[:count]
    return ValueTuple(tuple_of(types), types_and_values[count:])


def _order(library: Library) -> Callable[[ValueTuple, ValueTuple], int]:
    compare = comparing(library)
    return lambda left, right: left.order(right, compare)


def _tuples(count: int) -> Definition:
    """The tuples of so many elements."""
    names = [f"T{number}" for number in range(1, count + 1)]
    type_ = f"ValueTuple<{', '.join(names)}>"
    return Definition(
        f"struct {type_}",
        "System.ValueTuple",
        default=_default,
        members={
            **{f"{name} Item{index + 1}": _item(index) for index, name in enumerate(names)},
            f"bool Equals({type_} other)": equal,
            f"int CompareTo({type_} other)": OfLibrary(_order),
        },
    )


DEFINITIONS = [_tuples(count) for count in range(2, _MOST_ELEMENTS + 1)]

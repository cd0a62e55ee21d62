"""The run-time values of C#'s keyword types that Python has no class of its own for.

Each C# type is exactly one Python class: Int32 is int, Boolean bool, String str, Double float, Decimal decimal.Decimal.
Strings are in UTF-16 code units (see `code_units`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import singledispatch
from typing import Any

from apim_lab.csharp.types import BOOL, BYTE, CHAR, DECIMAL, DOUBLE, INT, LONG, OBJECT, STRING, Type, array_of


def by_class[T](table: Mapping[type, T], value: object) -> T | None:
    """The entry for the value's class, or for the nearest class that it derives from."""
    found = table.get(value.__class__)
    if found is not None:
        return found
    return next((table[class_] for class_ in type(value).__mro__ if class_ in table), None)


class Int64(int):
    """`long`. Arithmetic on it gives a Python int: whoever computes wraps the result again."""

    __slots__ = ()
    type = LONG


class Byte(int):
    """`byte`."""

    __slots__ = ()
    type = BYTE


class Char(str):
    """`char`, a string of one character that is no string."""

    __slots__ = ()
    type = CHAR


class Array(list[Any]):
    """`T[]`, with its exact type, so that `(string[])context.Variables["x"]` can be checked."""

    __slots__ = ("type",)

    def __init__(self, items: Iterable[Any], element: Type = STRING) -> None:
        super().__init__(items)
        self.type = array_of(element)


class Bytes(bytearray):
    """`byte[]`, at a byte per item."""

    type = array_of(BYTE)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Byte(found) if found.__class__ is int else found

    def __iter__(self) -> Iterator[Byte]:
        return map(Byte, super().__iter__())


def holding(items: Iterable[Any], element: Type) -> Array | Bytes:
    """An array of these items."""
    return Bytes(items) if element == BYTE else Array(items, element)


class Delegate:
    """A value of a delegate type: a function with that type."""

    __slots__ = ("call", "type")

    def __init__(self, type_: Type, call: Callable[..., Any]) -> None:
        self.type = type_
        self.call = call

    def __call__(self, *arguments: Any) -> Any:
        return self.call(*arguments)


_KEYWORD_TYPES = {bool: BOOL, int: INT, float: DOUBLE, str: STRING, Decimal: DECIMAL}


def type_of(value: object) -> Type:
    """The run-time type of a value of a keyword type, or of one that knows its own `type`; else `object`."""
    own = getattr(value, "type", None)
    return own if isinstance(own, Type) else _KEYWORD_TYPES.get(value.__class__, OBJECT)


@singledispatch
def object_text(value: object) -> str:
    """What `object.ToString()` writes: the name of the run-time type.

    Classes that come from elsewhere and know no `type` register theirs.
    """
    return type_of(value).runtime_name

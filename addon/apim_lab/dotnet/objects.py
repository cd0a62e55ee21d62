"""`object`, arrays, nullable values and `Guid`. Source: learn.microsoft.com/dotnet/api."""

import operator
from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import IndexOutOfRangeException, InvalidOperationException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Convertible, KeyValuePair, pair_type


def _equal(left: object, right: object) -> bool:
    """`Object.Equals`: an int is no long and 1 is not true."""
    if left is None or right is None:
        return left is right
    if isinstance(left, Convertible):
        return left.same_as(right)
    return left is right or (left.__class__ is right.__class__ and _is_simple(left) and left == right)


def _is_simple(value: object) -> bool:
    return not isinstance(value, list)


_OBJECT = Definition(
    "class object",
    "System.Object",
    python=object,
    members={
        "string ToString()": to_string,
        "bool Equals(object obj)": _equal,
        "static bool Equals(object objA, object objB)": _equal,
        "static bool ReferenceEquals(object objA, object objB)": operator.is_,
        "new()": object,
    },
)


def _item(array: Sequence[Any], index: int) -> Any:
    if not 0 <= index < len(array):
        raise IndexOutOfRangeException
    return array[index]


def _set_item(array: list[Any], index: int, value: Any) -> None:
    _item(array, index)
    array[index] = value


_ARRAY = Definition(
    "class Array<T> : IEnumerable<T>",
    "System.Array",
    members={
        "int Length": len,
        "T this[int index]": _item,
        "T this[int index] { set; }": _set_item,
    },
)


def _nullable_value(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


_NULLABLE = Definition(
    "struct Nullable<T>",
    "System.Nullable",
    members={
        "bool HasValue": lambda value: value is not None,
        "T Value": _nullable_value,
        "T GetValueOrDefault(T defaultValue)": lambda value, default: default if value is None else value,
    },
)


_PAIR = Definition(
    "struct KeyValuePair<TKey, TValue>",
    "System.Collections.Generic.KeyValuePair",
    default=lambda key_type, value_type, key, value: KeyValuePair(key, value, pair_type(key_type, value_type)),
    members={
        "TKey Key": lambda pair: pair.key,
        "TValue Value": lambda pair: pair.value,
    },
)


DEFINITIONS = (_OBJECT, _ARRAY, _NULLABLE, _PAIR)

"""`object`, arrays, and nullable values. Source: learn.microsoft.com/dotnet/api."""

from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException, InvalidOperationException
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.identity import equal, hash_code, is_same
from apim_lab.dotnet.values import KeyValuePair, pair_type

_OBJECT = Definition(
    "class object",
    "System.Object",
    python=object,
    members={
        "string ToString()": to_string,
        "bool Equals(object obj)": equal,
        "static bool Equals(object objA, object objB)": equal,
        "static bool ReferenceEquals(object objA, object objB)": is_same,
        "int GetHashCode()": hash_code,
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
        "T this[long index]": _item,
        "T this[int index] { set; }": _set_item,
        "T this[long index] { set; }": _set_item,
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
        "void Deconstruct(out TKey key, out TValue value)": lambda pair: (None, pair.key, pair.value),
    },
)


DEFINITIONS = (_OBJECT, _ARRAY, _NULLABLE, _PAIR)

"""`object`, arrays, nullable values and `Guid`. Source: learn.microsoft.com/dotnet/api."""

import operator
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from apim_lab.csharp.definitions import Definition
from apim_lab.csharp.exceptions import IndexOutOfRangeException, InvalidOperationException, OverflowException
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.formatting import format_value, to_string
from apim_lab.dotnet.strings import given
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


def parse_guid(text: str | None) -> uuid.UUID:
    """`Guid.Parse`: raises FormatException."""
    stripped = given(text, "input").strip()
    if not re.fullmatch(r"\{?\(?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\)?\}?", stripped):
        raise FormatException("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).")
    return uuid.UUID(stripped.strip("(){}"))


def _try[T](parse: Callable[[str | None], T], default: T) -> Callable[[str | None], tuple[bool, T]]:
    def try_parse(text: str | None) -> tuple[bool, T]:
        try:
            return (False, default) if text is None else (True, parse(text))
        except (FormatException, OverflowException):
            return False, default

    return try_parse


_EMPTY_GUID = uuid.UUID(int=0)
_GUID = Definition(
    "struct Guid",
    "System.Guid",
    python=uuid.UUID,
    default=_EMPTY_GUID,
    members={
        "string ToString(string format)": format_value,
        "static Guid Empty": lambda: _EMPTY_GUID,
        "static Guid NewGuid()": uuid.uuid4,
        "static Guid Parse(string input)": parse_guid,
        "static bool TryParse(string input, out Guid result)": _try(parse_guid, _EMPTY_GUID),
        "new(string g)": parse_guid,
        "static bool operator ==(Guid a, Guid b)": operator.eq,
        "static bool operator !=(Guid a, Guid b)": operator.ne,
    },
)


DEFINITIONS = (_OBJECT, _ARRAY, _NULLABLE, _PAIR, _GUID)

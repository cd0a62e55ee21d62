"""C#'s `ToString()` of every value an expression can have, and its format strings (`$"{x:0.00}"`, `ToString("N2")`).

The culture is the invariant one. Source: learn.microsoft.com/dotnet/standard/base-types, the pages on standard and
custom format strings; numbers in words of .NET's `double.ToString()`, the shortest text that reads back.
"""

import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.anonymous_objects import AnonymousObject
from apim_lab.csharp.runtime.decimals import decimal_text
from apim_lab.csharp.runtime.memory import LOOK, allocate
from apim_lab.csharp.runtime.numbers import INTEGRAL, Single
from apim_lab.csharp.runtime.runtime_types import RuntimeType
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.runtime.values import Char, by_class, object_text
from apim_lab.dotnet.dates.date_formats import date_text, format_date, format_offset
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_span_formats import format_span, span_text
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.numbers.number_formats import double_text, format_number
from apim_lab.dotnet.values import Convertible, KeyValuePair
from apim_lab.messages import Url


def _properties(value: AnonymousObject) -> str:
    """`{ a = 1, b = x }`."""
    allocate(LOOK)
    texts = [f"{name} = {to_string(item)}" for name, item in value.items()]
    allocate(sum(map(len, texts)))
    return f"{{ {', '.join(texts)} }}" if texts else "{ }"


def _elements(value: ValueTuple) -> str:
    """`(1, x)`."""
    allocate(LOOK)
    texts = [to_string(item) for item in value.values]
    allocate(sum(map(len, texts)))
    return f"({', '.join(texts)})"


_TEXT: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: lambda value: value,
    Char: str.__str__,
    bool: lambda value: "True" if value else "False",
    int: str,
    float: double_text,
    Single: double_text,
    Decimal: decimal_text,
    UUID: str,
    DateTime: date_text,
    DateTimeOffset: lambda value: format_offset(value, ""),
    TimeSpan: span_text,
    enum.Enum: lambda value: str(value.name),
    Url: str,
    AnonymousObject: _properties,
    RuntimeType: lambda value: str(value.full_name),
    ValueTuple: _elements,
}


def _pair(value: KeyValuePair) -> str:
    """`[a, 1]`."""
    allocate(LOOK)
    key, item = to_string(value.key), to_string(value.value)
    allocate(len(key) + len(item))
    return f"[{key}, {item}]"


def to_string(value: object) -> str:
    """`value.ToString()`, with "" for null, as `string.Concat` has it."""
    text = by_class(_TEXT, value)
    if text is not None:
        return text(value)
    if isinstance(value, Convertible):
        return value.text()
    if isinstance(value, KeyValuePair):
        return _pair(value)
    return object_text(value)


def format_value(value: object, specifier: str) -> str:
    """`value.ToString(specifier)`: raises FormatException for a format the value has not."""
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    formatter = None if isinstance(value, bool) else by_class(_FORMATTERS, value)
    if not specifier or formatter is None:
        return to_string(value)
    if len(specifier) > _MAX_SPECIFIER:
        raise FormatException
    return formatter(value, specifier)


# Of the characters of a format; .NET has no limit
_MAX_SPECIFIER = 1_000


def _guid_in_hex(value: UUID) -> str:
    first, second, third = value.fields[:3]
    return f"{{0x{first:08x},0x{second:04x},0x{third:04x},{{{','.join(f'0x{byte:02x}' for byte in value.bytes[8:])}}}}}"


_GUIDS: Mapping[str, Callable[[UUID], str]] = {
    "D": str,
    "N": lambda value: value.hex,
    "B": lambda value: f"{{{value}}}",
    "P": lambda value: f"({value})",
    "X": _guid_in_hex,
}


def _guid(value: UUID, specifier: str) -> str:
    if specifier.upper() not in _GUIDS:
        raise FormatException('Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
    return _GUIDS[specifier.upper()](value)


_ENUMERATIONS: Mapping[str, Callable[[enum.Enum], str]] = {
    **dict.fromkeys("GF", lambda member: str(member.name)),
    "D": lambda member: str(member.value),
    "X": lambda member: f"{member.value % 2**32:08X}",
}


def _enumeration(member: enum.Enum, specifier: str) -> str:
    write = _ENUMERATIONS.get(specifier.upper())
    if write is None:
        raise FormatException('Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".')
    return write(member)


_FORMATTERS: Mapping[type, Callable[[Any, str], str]] = {
    **dict.fromkeys((*INTEGRAL, float, Single, Decimal), format_number),
    DateTime: format_date,
    DateTimeOffset: format_offset,
    TimeSpan: format_span,
    UUID: _guid,
    enum.Enum: _enumeration,
}

"""C#'s `ToString()` of every value an expression can have, and its format strings (`$"{x:0.00}"`, `ToString("N2")`).

The culture is the invariant one. Source: learn.microsoft.com/dotnet/standard/base-types, the pages on standard and
custom format strings; numbers in words of .NET's `double.ToString()`, the shortest text that reads back.
"""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from apim_lab.csharp.decimals import decimal_text
from apim_lab.csharp.memory import afford
from apim_lab.csharp.numbers import INTEGRAL, Single
from apim_lab.csharp.values import Char, by_class, object_text
from apim_lab.dotnet.date_formats import date_text, format_date
from apim_lab.dotnet.dates import DateTime
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.number_formats import double_text, format_number
from apim_lab.dotnet.time_span_formats import format_span, span_text
from apim_lab.dotnet.time_spans import TimeSpan
from apim_lab.dotnet.values import Convertible
from apim_lab.messages import Url

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
    TimeSpan: span_text,
    enum.Enum: lambda value: str(value.name),
    Url: str,
}


def to_string(value: object) -> str:
    """`value.ToString()`, with "" for null, as `string.Concat` has it."""
    text = by_class(_TEXT, value)
    if text is not None:
        return text(value)
    if isinstance(value, Convertible):
        return value.text()
    return object_text(value)


def format_value(value: object, specifier: str) -> str:
    """`value.ToString(specifier)`: raises FormatException for a format the value has not."""
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    formatter = by_class(_FORMATTERS, value)
    if not specifier or formatter is None:
        return to_string(value)
    if len(specifier) > _MAX_SPECIFIER:
        raise FormatException
    return formatter(value, specifier)


# Of the characters of a format; .NET has no limit
_MAX_SPECIFIER = 1_000


_GUIDS: Mapping[str, Callable[[UUID], str]] = {
    "D": str,
    "N": lambda value: value.hex,
    "B": lambda value: f"{{{value}}}",
    "P": lambda value: f"({value})",
}


def _guid(value: UUID, specifier: str) -> str:
    if specifier.upper() not in _GUIDS:
        raise FormatException('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
    return _GUIDS[specifier.upper()](value)


_ENUMERATIONS: Mapping[str, Callable[[enum.Enum], str]] = {
    **dict.fromkeys("GF", lambda member: str(member.name)),
    "D": lambda member: str(member.value),
    "X": lambda member: f"{member.value:08X}",
}


def _enumeration(member: enum.Enum, specifier: str) -> str:
    write = _ENUMERATIONS.get(specifier.upper())
    if write is None:
        raise FormatException('Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".')
    return write(member)


_FORMATTERS: Mapping[type, Callable[[Any, str], str]] = {
    **dict.fromkeys((*INTEGRAL, float, Single, Decimal), format_number),
    DateTime: format_date,
    TimeSpan: format_span,
    UUID: _guid,
    enum.Enum: _enumeration,
}

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9]{1,6})(?:,\s*(-?[0-9]{1,6})\s*)?(?::([^{}]*))?\}|[{}]")


def composite_format(template: str, values: Sequence[object]) -> str:
    """`string.Format(template, values)`."""

    size = len(template)

    def fill(found: re.Match[str]) -> str:
        nonlocal size
        index, width, specifier = found.groups()
        if index is None:
            if len(found.group()) == 1:
                raise FormatException
            return found.group()[0]
        if int(index) >= len(values):
            raise FormatException(
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
            )
        text = align(format_value(values[int(index)], specifier or ""), int(width or 0))
        size += len(text)
        afford(size)
        return text

    return _PLACEHOLDER.sub(fill, template)


def align(text: str, width: int) -> str:
    """To the right in `width` characters, to the left if it is negative."""
    if abs(width) > MAX_WIDTH:
        raise ArgumentOutOfRangeException
    return text.rjust(width) if width >= 0 else text.ljust(-width)


# .NET's own limit for the width of a placeholder is 1,000,000
MAX_WIDTH = 1_000_000

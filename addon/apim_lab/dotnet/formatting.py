"""C#'s `ToString()` of every value an expression can have, and its format strings (`$"{x:0.00}"`, `ToString("N2")`).

The culture is the invariant one. Source: learn.microsoft.com/dotnet/standard/base-types, the pages on standard and
custom format strings; numbers in words of .NET's `double.ToString()`, the shortest text that reads back.
"""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from apim_lab.csharp.decimals import decimal_text
from apim_lab.csharp.memory import afford
from apim_lab.csharp.numbers import INTEGRAL, Single
from apim_lab.csharp.values import Char, by_class
from apim_lab.dotnet import library
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.number_formats import double_text, format_number
from apim_lab.dotnet.values import TICKS_PER_MICROSECOND, Convertible, span_text
from apim_lab.messages import Url


def date_text(value: datetime) -> str:
    return f"{value.month:02}/{value.day:02}/{value.year:04} {value:%H:%M:%S}"


_TEXT: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: lambda value: value,
    Char: str.__str__,
    bool: lambda value: "True" if value else "False",
    int: str,
    float: double_text,
    Decimal: decimal_text,
    UUID: str,
    datetime: date_text,
    timedelta: span_text,
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
    return library.full_name(library.type_of(value))


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


_STANDARD_DATES = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "M": "MMMM dd",
    "m": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffZ",
    "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DATE_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "yyyy": lambda d: f"{d.year:04}",
    "yy": lambda d: f"{d.year % 100:02}",
    "MMMM": lambda d: _MONTHS[d.month - 1],
    "MMM": lambda d: _MONTHS[d.month - 1][:3],
    "MM": lambda d: f"{d.month:02}",
    "M": lambda d: str(d.month),
    "dddd": lambda d: _DAYS[d.weekday()],
    "ddd": lambda d: _DAYS[d.weekday()][:3],
    "dd": lambda d: f"{d.day:02}",
    "d": lambda d: str(d.day),
    "HH": lambda d: f"{d.hour:02}",
    "H": lambda d: str(d.hour),
    "hh": lambda d: f"{(d.hour - 1) % 12 + 1:02}",
    "h": lambda d: str((d.hour - 1) % 12 + 1),
    "mm": lambda d: f"{d.minute:02}",
    "m": lambda d: str(d.minute),
    "ss": lambda d: f"{d.second:02}",
    "s": lambda d: str(d.second),
    "tt": lambda d: "AM" if d.hour < 12 else "PM",
    "t": lambda d: "A" if d.hour < 12 else "P",
    "zzz": lambda _: "+00:00",
    "zz": lambda _: "+00",
    "z": lambda _: "+0",
    "K": lambda _: "Z",
}
_DATE_TOKEN = re.compile(r"""'([^']*)'|"([^"]*)"|\\(.)|(y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K)|(.)""", re.DOTALL)


def _date(value: datetime, specifier: str) -> str:
    if len(specifier) == 1:
        if specifier not in _STANDARD_DATES:
            raise FormatException
        specifier = _STANDARD_DATES[specifier]
    elif len(specifier) == 2 and specifier[0] == "%":
        specifier = specifier[1]
    return _DATE_TOKEN.sub(lambda found: _date_part(value, found), specifier)


def _date_part(value: datetime, found: re.Match[str]) -> str:
    part = found.group(4)
    if not part:
        return next(group for group in found.groups() if group is not None)
    if part[0] in "fF":
        fraction = f"{value.microsecond * TICKS_PER_MICROSECOND:07}"[: len(part)]
        return fraction if part[0] == "f" else fraction.rstrip("0")
    if part not in _DATE_PARTS:
        raise FormatException
    return _DATE_PARTS[part](value)


_SPAN_PARTS: Mapping[str, Callable[[timedelta], str]] = {
    "d": lambda span: str(span.days),
    "hh": lambda span: f"{span.seconds // 3600:02}",
    "h": lambda span: str(span.seconds // 3600),
    "mm": lambda span: f"{span.seconds // 60 % 60:02}",
    "m": lambda span: str(span.seconds // 60 % 60),
    "ss": lambda span: f"{span.seconds % 60:02}",
    "s": lambda span: str(span.seconds % 60),
}


def _span(value: timedelta, specifier: str) -> str:
    if specifier in {"c", "t", "T"}:
        return span_text(value)
    if len(specifier) == 1:
        raise FormatException
    return re.sub(r"\\(.)|(d+|h+|m+|s+|f+)", lambda found: _span_part(abs(value), found), specifier)


def _span_part(value: timedelta, found: re.Match[str]) -> str:
    literal, part = found.groups()
    if literal:
        return str(literal)
    if part[0] == "f":
        return f"{value.microseconds * TICKS_PER_MICROSECOND:07}"[: len(part)]
    if part not in _SPAN_PARTS:
        raise FormatException
    return _SPAN_PARTS[part](value)


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


_FORMATTERS: Mapping[type, Callable[[Any, str], str]] = {
    **dict.fromkeys((*INTEGRAL, float, Single, Decimal), format_number),
    datetime: _date,
    timedelta: _span,
    UUID: _guid,
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

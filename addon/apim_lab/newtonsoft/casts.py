"""What JToken's casts make of a value: `(int)token`. Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs.

A cast takes the kinds of JSON values that it can read, and then does what `Convert` does.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.values import Bytes
from apim_lab.dotnet.conversion.base64 import read_base64
from apim_lab.dotnet.conversion.convert import convert_to, to_date_time
from apim_lab.dotnet.dates.date_parsing import parse_offset
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_span_parsing import parse_span
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.guids import parse_guid
from apim_lab.newtonsoft.token_types import (
    BOOLEAN,
    BYTES,
    COMMENT,
    DATE,
    FLOAT,
    GUID,
    INTEGER,
    NULL,
    RAW,
    STRING,
    TIME_SPAN,
    UNDEFINED,
    BigInteger,
    JTokenType,
    value_type,
)

_SIMPLE = frozenset({INTEGER, FLOAT, STRING, COMMENT, RAW, BOOLEAN})
_TEXTS = _SIMPLE | {DATE, BYTES, GUID, TIME_SPAN}
_EMPTY = frozenset({NULL, UNDEFINED})


@dataclass(frozen=True)
class Cast:
    """A cast to one .NET type: what it is called in errors, the kinds it takes, and what it does with the value."""

    target: str
    kinds: Set[JTokenType]
    convert: Callable[[Any], Any]

    def to_value(self, kind: JTokenType, value: object) -> Any:
        """`(T)token`; raises ArgumentException for another kind."""
        if kind not in self.kinds:
            raise self.refusal(kind)
        return self.convert(value)

    def to_nullable(self, kind: JTokenType, value: object) -> Any:
        """`(T?)token`: null for null."""
        if kind not in self.kinds and kind not in _EMPTY:
            raise self.refusal(kind)
        return None if value is None else self.convert(value)

    def refusal(self, kind: JTokenType) -> ArgumentException:
        return ArgumentException(f"Can not convert {kind.name} to {self.target}.")


_GUIDS = frozenset({STRING, COMMENT, RAW, GUID, BYTES})
_DATES = frozenset({DATE, STRING, COMMENT, RAW})
_SPANS = frozenset({STRING, COMMENT, RAW, TIME_SPAN})


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return b64encode(value).decode() if isinstance(value, Bytes) else to_string(value)


def _guid(value: Any) -> UUID:
    if isinstance(value, Bytes):
        return UUID(bytes_le=bytes(value))
    return value if isinstance(value, UUID) else parse_guid(to_string(value))


def _span(value: Any) -> TimeSpan:
    return value if isinstance(value, TimeSpan) else parse_span(to_string(value))


def to_date_offset(value: Any) -> DateTimeOffset:
    if isinstance(value, DateTimeOffset):
        return value
    return parse_offset(value) if value.__class__ is str else DateTimeOffset(to_date_time(value).ticks)


def _date(value: Any) -> DateTime:
    return value.clock_time if isinstance(value, DateTimeOffset) else to_date_time(value)


STRING_CAST = Cast("String", _TEXTS, _text)
# What `Convert` converts to, by the C# type
_NAMES: Mapping[str, str] = {
    "bool": "Boolean",
    "byte": "Byte",
    "char": "Char",
    "decimal": "Decimal",
    "double": "Double",
    "float": "Single",
    "int": "Int32",
    "long": "Int64",
    "sbyte": "SByte",
    "short": "Int16",
    "uint": "UInt32",
    "ulong": "UInt64",
    "ushort": "UInt16",
}


def _conversion(keyword: str) -> Cast:
    kinds = _SIMPLE - {BOOLEAN} if keyword == "char" else _SIMPLE
    convert = _LARGE.get(keyword)
    return Cast(_NAMES[keyword], kinds, partial(_converted, keyword, convert or partial(convert_to, keyword)))


def _converted(keyword: str, of_large: Callable[[Any], Any], value: Any) -> Any:
    return of_large(value) if isinstance(value, BigInteger) else convert_to(keyword, value)


def _large_double(value: int) -> Any:
    """A double has 53 bits; .NET drops the rest of a BigInteger."""
    rest = max(value.bit_length() - 53, 0)
    return convert_to("double", BigInteger((abs(value) >> rest << rest) * (-1 if value < 0 else 1)))


# What a BigInteger is made by way of
_LARGE: Mapping[str, Callable[[Any], Any]] = {
    "bool": lambda value: convert_to("bool", convert_to("int", value)),
    "char": lambda value: convert_to("char", convert_to("int", value)),
    "double": _large_double,
}


CONVERSIONS: Mapping[str, Cast] = {
    **{keyword: _conversion(keyword) for keyword in _NAMES},
    "DateTime": Cast("DateTime", _DATES, _date),
}
# What is no IConvertible
CASTS: Mapping[str, Cast] = {
    **CONVERSIONS,
    "DateTimeOffset": Cast("DateTimeOffset", _DATES, to_date_offset),
    "Guid": Cast("Guid", _GUIDS, _guid),
    "TimeSpan": Cast("TimeSpan", _SPANS, _span),
}


def _bytes(value: Any) -> Bytes:
    """Of Base64."""
    if isinstance(value, BigInteger):
        return Bytes(int(value).to_bytes((value + (value < 0)).bit_length() // 8 + 1, "little", signed=True))
    if value.__class__ is str:
        return read_base64(value)
    if not isinstance(value, Bytes):
        raise BYTES_CAST.refusal(value_type(value))
    return value


BYTES_CAST = Cast("byte array", frozenset({BYTES, STRING, COMMENT, RAW, INTEGER}), _bytes)

"""What JToken's casts make of a value: `(int)token`. Source: Newtonsoft.Json 13.0.1, Linq/JToken.cs.

A cast takes the kinds of JSON values that it can read, and then does what `Convert` does.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from apim_lab.csharp.exceptions import InvalidCastException, OverflowException
from apim_lab.csharp.values import Bytes, Char
from apim_lab.dotnet.convert import to_boolean, to_date_time, to_decimal, to_double, to_int32, to_int64
from apim_lab.dotnet.exceptions import ArgumentException, FormatException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.json_types import (
    BOOLEAN,
    BYTES,
    COMMENT,
    DATE,
    FLOAT,
    GUID,
    INTEGER,
    NULL,
    STRING,
    TIME_SPAN,
    UNDEFINED,
    BigInteger,
    JTokenType,
)
from apim_lab.dotnet.objects import parse_guid
from apim_lab.dotnet.time_span_parsing import parse_span
from apim_lab.dotnet.time_spans import TimeSpan

_SIMPLE = frozenset({INTEGER, FLOAT, STRING, COMMENT, BOOLEAN})
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


_CHARACTERS = _SIMPLE - {BOOLEAN}
_GUIDS = frozenset({STRING, COMMENT, GUID, BYTES})
_DATES = frozenset({DATE, STRING, COMMENT})
_SPANS = frozenset({STRING, COMMENT, TIME_SPAN})


def to_character(value: object) -> Char:
    """`Convert.ToChar`."""
    if value.__class__ is str:
        if len(str(value)) != 1:
            raise FormatException("String must be exactly one character long.")
        return Char(value)
    if isinstance(value, float | Decimal):
        raise InvalidCastException(
            f"Invalid cast from '{'Double' if isinstance(value, float) else 'Decimal'}' to 'Char'."
        )
    unit = to_int32(value)
    if not 0 <= unit <= _MAX_CHARACTER:
        raise OverflowException("Value was either too large or too small for a character.")
    return Char(chr(unit))


_MAX_CHARACTER = 0xFFFF


def _boolean(value: Any) -> bool:
    return to_boolean(to_int32(value) if isinstance(value, BigInteger) else value)


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


STRING_CAST = Cast("String", _TEXTS, _text)
# By the C# type
CASTS: Mapping[str, Cast] = {
    "bool": Cast("Boolean", _SIMPLE, _boolean),
    "char": Cast("Char", _CHARACTERS, to_character),
    "DateTime": Cast("DateTime", _DATES, to_date_time),
    "decimal": Cast("Decimal", _SIMPLE, to_decimal),
    "Guid": Cast("Guid", _GUIDS, _guid),
    "TimeSpan": Cast("TimeSpan", _SPANS, _span),
    "double": Cast("Double", _SIMPLE, to_double),
    "int": Cast("Int32", _SIMPLE, to_int32),
    "long": Cast("Int64", _SIMPLE, to_int64),
}

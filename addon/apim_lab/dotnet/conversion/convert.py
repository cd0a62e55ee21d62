"""What `System.Convert` makes of a value of any type: a number, a bool, a char or a date.

Source: learn.microsoft.com/dotnet/api/system.convert. A half is rounded to the even neighbour; null is 0.
"""

import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.decimals import fit, round_to
from apim_lab.csharp.runtime.exceptions import InvalidCastException, OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, INTEGRAL, Single
from apim_lab.csharp.runtime.numeric_conversions import ALL, NOUNS, checked, single
from apim_lab.csharp.runtime.values import Char, type_of
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.dates.date_parsing import parse_date
from apim_lab.dotnet.dates.dates import MIN_DATE, DateTime
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.numbers.number_parsing import PARSERS, parse_bool
from apim_lab.dotnet.values import Convertible

NAMES: Mapping[str, str] = {
    "bool": "Boolean",
    "char": "Char",
    "float": "Single",
    "double": "Double",
    "decimal": "Decimal",
    **{keyword: type_.name for keyword, type_ in BY_KEYWORD.items()},
}
_KEYWORDS: Mapping[type, str] = {
    bool: "bool",
    str: "string",
    Char: "char",
    Single: "float",
    float: "double",
    Decimal: "decimal",
    **{class_: type_.keyword for class_, type_ in INTEGRAL.items()},
}
_DEFAULTS: Mapping[str, Any] = {
    "bool": False,
    "char": Char("\0"),
    "float": Single(0),
    "double": 0.0,
    "decimal": Decimal(0),
    **{keyword: type_.python(0) for keyword, type_ in BY_KEYWORD.items()},
}
_FRACTIONAL = {"float", "double", "decimal"}


def convert_to(keyword: str, value: object) -> Any:
    """`Convert.ToInt32(value)` and its like, by the keyword of the type; raises as they do."""
    if isinstance(value, Convertible):
        return value.convert_to(keyword)
    if value is None:
        return _DEFAULTS[keyword]
    if isinstance(value, enum.Enum):
        value = int(value.value)
    source = _KEYWORDS.get(value.__class__)
    if source is None and isinstance(value, int):
        return _from_large(int(value), keyword)
    if source == "string":
        return _parsed(str(value), keyword)
    if source is None:
        raise _not_convertible(value, keyword)
    return value if source == keyword else _converted(value, source, keyword)


def _not_convertible(value: object, keyword: str) -> InvalidCastException:
    return _invalid("DateTime", keyword) if isinstance(value, DateTime) else _no_convertible(value)


def _no_convertible(value: object) -> InvalidCastException:
    name = "System.Guid" if isinstance(value, UUID) else type_of(value).runtime_name
    return InvalidCastException.between(name, "System.IConvertible")


def _invalid(source: str, keyword: str) -> InvalidCastException:
    return InvalidCastException(f"Invalid cast from '{source}' to '{NAMES[keyword]}'.")


def _parsed(text: str, keyword: str) -> Any:
    if keyword == "char":
        return one_character(text)
    return parse_bool(text) if keyword == "bool" else PARSERS[keyword](text)


def one_character(text: str | None) -> Char:
    if len(given(text)) != 1:
        raise FormatException("String must be exactly one character long.")
    return Char(text)


def _converted(value: Any, source: str, keyword: str) -> Any:
    if source == "char" and keyword not in BY_KEYWORD:
        raise _invalid("Char", keyword)
    if keyword == "bool":
        return bool(value)
    if keyword == "char" and source in {"bool", *_FRACTIONAL}:
        raise _invalid(NAMES[source], keyword)
    if keyword in _FRACTIONAL:
        return ALL[Type("int" if source == "bool" else source), Type(keyword)](value)
    if source in _FRACTIONAL:
        return checked(_rounded(value, source, keyword), keyword)
    return checked(ord(value) if source == "char" else int(value), keyword)


def _from_large(value: int, keyword: str) -> Any:
    """JSON has integers that no long can hold."""
    if keyword in {"bool", "decimal"}:
        return fit(Decimal(value)) if keyword == "decimal" else True
    if keyword not in _FRACTIONAL:
        return checked(value, keyword)
    try:
        return float(value) if keyword == "double" else single(float(value))
    except OverflowError:
        return _parsed("Infinity" if value > 0 else "-Infinity", keyword)


def _rounded(value: Any, source: str, keyword: str) -> int:
    """The nearest integer. A double is first made an int where the type is a smaller one, and of 64 bits unnamed."""
    if source == "decimal":
        return int(round_to(value, 0))
    type_ = BY_KEYWORD[keyword]
    through = type_ if type_.bits > 16 else BY_KEYWORD["int"]
    if isfinite(value) and through.minimum <= round(value) <= through.maximum:
        nearest: int = round(value)
        return nearest
    if type_.bits == 64:
        raise OverflowException
    raise OverflowException(f"Value was either too large or too small for {NOUNS[through.keyword]}.")


def to_date_time(value: object) -> DateTime:
    """`Convert.ToDateTime`: of a text as `DateTime.Parse` reads it; no number is a date."""
    if isinstance(value, Convertible):
        date: DateTime = value.convert_to("DateTime")
        return date
    if value is None:
        return MIN_DATE
    if isinstance(value, DateTime):
        return value
    source = "Enum" if isinstance(value, enum.Enum) else _KEYWORDS.get(value.__class__)
    if source is None:
        raise _no_convertible(value)
    if source != "string":
        raise InvalidCastException(f"Invalid cast from '{NAMES.get(source, source)}' to 'DateTime'.")
    return parse_date(str(value))


to_boolean: Callable[[object], bool] = partial(convert_to, "bool")
to_decimal: Callable[[object], Decimal] = partial(convert_to, "decimal")
to_double: Callable[[object], float] = partial(convert_to, "double")
to_int32: Callable[[object], int] = partial(convert_to, "int")
to_int64: Callable[[object], int] = partial(convert_to, "long")

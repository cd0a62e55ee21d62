"""`System.Convert`: a value of any type as a number, a bool, a char or a text.

Source: learn.microsoft.com/dotnet/api/system.convert. A half is rounded to the even neighbour; null is 0.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any

from apim_lab.csharp.runtime.decimals import fit, round_to
from apim_lab.csharp.runtime.exceptions import InvalidCastException, OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, INTEGRAL, Single
from apim_lab.csharp.runtime.numeric_conversions import ALL, NOUNS, checked, single
from apim_lab.csharp.runtime.values import Char, type_of
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.base64 import BASE64, Base64FormattingOptions
from apim_lab.dotnet.dates.date_parsing import parse_date
from apim_lab.dotnet.dates.dates import MIN_DATE, DateTime
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, FormatException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.numbers.number_parsing import PARSERS, parse_bool
from apim_lab.dotnet.text.searches import given
from apim_lab.dotnet.values import Convertible

_NAMES: Mapping[str, str] = {
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
# The .NET types besides those of a keyword that know how to be converted, though to nothing here
_CONVERTIBLE = {"DateTime"}


def convert_to(keyword: str, value: object) -> Any:
    """`Convert.ToInt32(value)` and its like, by the keyword of the type; raises as they do."""
    if isinstance(value, Convertible):
        return value.convert_to(keyword)
    if value is None:
        return _DEFAULTS[keyword]
    source = _KEYWORDS.get(value.__class__)
    if source is None and isinstance(value, int):
        return _from_large(int(value), keyword)
    if source == "string":
        return _parsed(str(value), keyword)
    if source is None:
        raise _not_convertible(value, keyword)
    return value if source == keyword else _converted(value, source, keyword)


def _not_convertible(value: object, keyword: str) -> InvalidCastException:
    type_ = type_of(value)
    if type_.name in _CONVERTIBLE:
        return _invalid(type_.name, keyword)
    return InvalidCastException.between(type_.runtime_name, "System.IConvertible")


def _invalid(source: str, keyword: str) -> InvalidCastException:
    return InvalidCastException(f"Invalid cast from '{source}' to '{_NAMES[keyword]}'.")


def _parsed(text: str, keyword: str) -> Any:
    if keyword == "char":
        return _one_character(text)
    return parse_bool(text) if keyword == "bool" else PARSERS[keyword](text)


def _one_character(text: str | None) -> Char:
    if len(given(text)) != 1:
        raise FormatException("String must be exactly one character long.")
    return Char(text)


def _converted(value: Any, source: str, keyword: str) -> Any:
    if source == "char" and keyword not in BY_KEYWORD:
        raise _invalid("Char", keyword)
    if keyword == "bool":
        return bool(value)
    if keyword == "char" and source in {"bool", *_FRACTIONAL}:
        raise _invalid(_NAMES[source], keyword)
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
    source = _KEYWORDS.get(value.__class__)
    if source is None:
        raise InvalidCastException.between(type_of(value).runtime_name, "System.IConvertible")
    if source != "string":
        raise InvalidCastException(f"Invalid cast from '{_NAMES[source]}' to 'DateTime'.")
    return parse_date(str(value))


to_boolean: Callable[[object], bool] = partial(convert_to, "bool")
to_decimal: Callable[[object], Decimal] = partial(convert_to, "decimal")
to_double: Callable[[object], float] = partial(convert_to, "double")
to_int32: Callable[[object], int] = partial(convert_to, "int")
to_int64: Callable[[object], int] = partial(convert_to, "long")


# ---- numbers of another base --------------------------------------------------------------------------------------

_DIGITS: Mapping[int, str] = {2: "01", 8: "0-7", 10: "0-9", 16: "0-9a-fA-F"}


def _from_base(keyword: str) -> Callable[[str | None, int], Any]:
    """`Convert.ToInt32("ff", 16)`: without a sign, all bits of the type."""
    type_ = BY_KEYWORD[keyword]

    def read(text: str | None, base: int) -> Any:
        _check_base(base)
        if text is None:
            return type_.python(0)
        negative, digits = _signed_digits(text, base, signed=type_.signed)
        value = -int(digits, base) if negative else int(digits, base)
        return _of_bits(value, keyword, decimal=base == 10)

    return read


def _check_base(base: int) -> None:
    if base not in _DIGITS:
        raise ArgumentException("Invalid Base.")


def _signed_digits(text: str, base: int, *, signed: bool) -> tuple[bool, str]:
    if not text:
        raise ArgumentOutOfRangeException(
            parameter="Index was out of range. Must be non-negative and less than the size of the collection."
        )
    if text[0] == "-" and base != 10:
        raise ArgumentException("String cannot contain a minus sign if the base is not 10.")
    if text[0] == "-" and not signed:
        raise OverflowException("The string was being parsed as an unsigned number and could not have a negative sign.")
    prefix = "(?:0[xX])?" if base == 16 else ""
    found = re.match(rf"[+-]?{prefix}([{_DIGITS[base]}]*)", text)
    digits = found.group(1) if found else ""
    if not digits:
        raise FormatException("Could not find any recognizable digits.")
    if found and found.end() < len(text):
        raise FormatException("Additional non-parsable characters are at the end of the string.")
    # No number has more digits, and Python refuses to read very many
    return text[0] == "-", digits.lstrip("0")[:70] or "0"


def _of_bits(value: int, keyword: str, *, decimal: bool) -> Any:
    """Read with the bits of an int or a long first, of which a smaller type must be able to hold all."""
    type_ = BY_KEYWORD[keyword]
    signed, unsigned = ("long", "ulong") if type_.bits == 64 else ("int", "uint")
    checked(value, signed if decimal and type_.signed else unsigned)
    if not decimal and type_.signed and value < 1 << type_.bits:
        return type_.wrap(value)
    return checked(value, keyword)


def _to_base(keyword: str) -> Callable[[int, int], str]:
    type_ = BY_KEYWORD[keyword]

    def write(value: int, base: int) -> str:
        _check_base(base)
        if base == 10:
            return str(int(value))
        return format(value % (1 << type_.bits), {2: "b", 8: "o", 16: "x"}[base])

    return write


_TARGETS = ("bool", "char", "float", "double", "decimal", *BY_KEYWORD)
DEFINITIONS = (
    Definition(
        "static class Convert",
        "System.Convert",
        members={
            **{
                f"static {keyword} To{_NAMES[keyword]}(object value)": partial(convert_to, keyword)
                for keyword in _TARGETS
            },
            "static char ToChar(string value)": _one_character,
            **BASE64,
            "static DateTime ToDateTime(object value)": to_date_time,
            "static DateTime ToDateTime(string value)": to_date_time,
            "static string ToString(object value)": to_string,
            "static string ToString(string value)": lambda value: value,
            **{
                f"static {keyword} To{_NAMES[keyword]}(string value, int fromBase)": _from_base(keyword)
                for keyword in BY_KEYWORD
            },
            **{
                f"static string ToString({keyword} value, int toBase)": _to_base(keyword)
                for keyword in ("byte", "short", "int", "long")
            },
        },
    ),
    enumeration("System.Base64FormattingOptions", Base64FormattingOptions),
)

"""`Parse` and `TryParse` of the numeric types, in the invariant culture.

Source: learn.microsoft.com/dotnet/api/system.globalization.numberstyles: an integer is read with the style Integer, a
decimal with Number, a double and a float with Float and AllowThousands.
"""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from apim_lab.csharp.runtime.decimals import fit
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Single
from apim_lab.csharp.runtime.numeric_conversions import checked
from apim_lab.csharp.runtime.singles import read_single
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.text.characters import WHITE_SPACE

# Only these are white space around a number, and zero characters may end the text
_SPACE = r"[\t-\r ]*"
_DIGITS = r"([0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)"
_INTEGER = re.compile(rf"{_SPACE}([+-]?)([0-9]+){_SPACE}\0*")
_FLOAT = re.compile(rf"{_SPACE}([+-]?){_DIGITS}((?:[eE][+-]?[0-9]+)?){_SPACE}\0*")
# The sign may stand at the end
_DECIMAL = re.compile(rf"{_SPACE}(?:([+-]){_DIGITS}{_SPACE}|{_DIGITS}{_SPACE}([+-]?){_SPACE})\0*")
_SPECIAL = {
    **dict.fromkeys(("infinity", "+infinity"), math.inf),
    "-infinity": -math.inf,
    **dict.fromkeys(("nan", "+nan", "-nan"), math.nan),
}
_MAX_INTEGER_DIGITS = 20
_MAX_EXPONENT_DIGITS = 9


def parse_integer(text: str | None, keyword: str = "int") -> int:
    """`int.Parse` and the like: raises FormatException or OverflowException."""
    if text is not None and len(text) < 10 and text.isascii() and text.isdigit() and keyword == "int":
        return int(text)
    found = _INTEGER.fullmatch(given(text, "s"))
    if found is None:
        raise FormatException
    sign, digits = found.groups()
    significant = digits.lstrip("0") or "0"
    # More digits than any integer has: Python refuses to read very many
    value = int(significant[: _MAX_INTEGER_DIGITS + 1])
    parsed: int = checked(-value if sign == "-" else value, keyword)
    return parsed


def _float_text(text: str | None) -> str | float:
    """The number as Python reads it, or what a word stands for."""
    found = _FLOAT.fullmatch(given(text, "s"))
    if found is not None:
        sign, digits, exponent = found.groups()
        return f"{sign}{digits.replace(',', '')}{bounded_exponent(exponent)}"
    return special_number(str(text))


def special_number(text: str) -> float:
    """What a word stands for: `NaN`, `-Infinity`."""
    special = _SPECIAL.get(text.strip(WHITE_SPACE).lower())
    if special is None:
        raise FormatException
    return special


def bounded_exponent(exponent: str) -> str:
    """One that is too large for any number is as large as the next."""
    digits = exponent.lstrip("eE+-").lstrip("0")
    return exponent if len(digits) <= _MAX_EXPONENT_DIGITS else f"e{'-' if '-' in exponent else ''}999999999"


def parse_double(text: str | None) -> float:
    """`1,234.5`, `1e3`, `NaN`, `-Infinity`; what is too large is infinite."""
    return float(_float_text(text))


def parse_single(text: str | None) -> Single:
    found = _float_text(text)
    return Single(read_single(found) if isinstance(found, str) else found)


def parse_decimal(text: str | None) -> Decimal:
    """`1,234.50`, `5-`; raises OverflowException for what is too large."""
    found = _DECIMAL.fullmatch(given(text, "s"))
    if found is None:
        raise FormatException
    before, signed, unsigned, behind = found.groups()
    sign = before or behind or ""
    return fit(Decimal(f"{sign}{(signed or unsigned).replace(',', '')}"))


def parse_bool(text: str | None) -> bool:
    """`bool.Parse`: "True" and "False" in any case."""
    found = {"true": True, "false": False}.get(given(text).strip(f"{WHITE_SPACE}\0").lower())
    if found is None:
        raise FormatException(f"String '{text}' was not recognized as a valid Boolean.")
    return found


def trying[T](parse: Callable[[str | None], T], default: T) -> Callable[[str | None], tuple[bool, T]]:
    """`TryParse`: whether the text can be parsed, and the value or the default."""

    def try_parse(text: str | None) -> tuple[bool, T]:
        if text is None:
            return False, default
        try:
            return True, parse(text)
        except (FormatException, OverflowException):
            return False, default

    return try_parse


# By keyword
PARSERS: dict[str, Callable[[str | None], Any]] = {
    **{keyword: partial(parse_integer, keyword=keyword) for keyword in BY_KEYWORD},
    "float": parse_single,
    "double": parse_double,
    "decimal": parse_decimal,
}

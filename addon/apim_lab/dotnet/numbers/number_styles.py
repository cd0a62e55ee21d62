"""Numbers that are read in a given style. API Management does not allow `NumberStyles`, but 0 is one of them.

Source: learn.microsoft.com/dotnet/api/system.globalization.numberstyles, and .NET Core 3.1.
"""

import enum
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apim_lab.csharp.runtime.decimals import fit
from apim_lab.csharp.runtime.enumerations import flags
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Single
from apim_lab.csharp.runtime.numeric_conversions import checked
from apim_lab.csharp.runtime.singles import read_single
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.exceptions import ArgumentException, FormatException
from apim_lab.dotnet.numbers.number_parsing import bounded_exponent, special_number


class Style(enum.IntFlag):
    """What may stand in a text besides digits."""

    AllowLeadingWhite = 1
    AllowTrailingWhite = 2
    AllowLeadingSign = 4
    Integer = 7
    AllowTrailingSign = 8
    AllowParentheses = 16
    AllowDecimalPoint = 32
    AllowThousands = 64
    Number = 111
    AllowExponent = 128
    Float = 167
    AllowCurrencySymbol = 256
    Currency = 383
    Any = 511
    AllowHexSpecifier = 512
    HexNumber = 515


NumberStyles = flags("NumberStyles", {"None": 0, **{name: int(style) for name, style in Style.__members__.items()}})


_SIGN, _PARENTHESIS, _CURRENCY = "+-", "(", "\xa4"
# A longer text is no number of any type
_MAX_LENGTH = 10_000
_Found = tuple[str, str, str, str]


def _has(style: int, flag: Style) -> bool:
    return bool(style & flag)


@lru_cache(maxsize=256)
def _pattern(style: int) -> re.Pattern[str]:
    """Four groups: what stands before the digits, they, the exponent, and what stands behind."""
    white = r"[\t-\r ]*" if _has(style, Style.AllowLeadingWhite) else ""
    signs = ("[+-]" if _has(style, Style.AllowLeadingSign) else "") or "(?!)"
    signs += r"|\(" if _has(style, Style.AllowParentheses) else ""
    before = f"{white}(?:{signs})?"
    if _has(style, Style.AllowCurrencySymbol):
        before = f"{white}(?:(?:{signs})(?:{_CURRENCY}{white})?|{_CURRENCY}{white}(?:(?:{signs}){white})?)?"
    digits = "[0-9][0-9,]*" if _has(style, Style.AllowThousands) else "[0-9]+"
    if _has(style, Style.AllowDecimalPoint):
        digits = rf"{digits}(?:\.[0-9]*)?|\.[0-9]+"
    exponent = "(?:[eE][+-]?[0-9]+)?" if _has(style, Style.AllowExponent) else ""
    return re.compile(rf"({before})({digits})({exponent})([{_behind(style)}]*)\0*")


def _behind(style: int) -> str:
    return (r"\t-\r " if _has(style, Style.AllowTrailingWhite) else "") + (
        r"+\-" if _has(style, Style.AllowTrailingSign) else ""
    ) + (r"\)" if _has(style, Style.AllowParentheses) else "") + (
        _CURRENCY if _has(style, Style.AllowCurrencySymbol) else ""
    ) or r"\0"


def _matched(text: str, style: int) -> _Found | None:
    found = _pattern(style).fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if found is None:
        return None
    before, digits, exponent, behind = found.groups()
    marks = before + behind
    signs = sum(marks.count(sign) for sign in (*_SIGN, _PARENTHESIS))
    balanced = marks.count("(") == marks.count(")")
    return (before, digits, exponent, behind) if signs <= 1 and balanced and marks.count(_CURRENCY) <= 1 else None


def _number_text(text: str, style: int) -> str | None:
    """As Python reads it; None for what is no number."""
    found = _matched(text, style)
    if found is None:
        return None
    before, digits, exponent, behind = found
    sign = "-" if "-" in before + behind or "(" in before else ""
    return f"{sign}{digits.replace(',', '')}{bounded_exponent(exponent)}"


def _check_style(style: int, *, is_integral: bool) -> None:
    if style & ~1023:
        raise ArgumentException("An undefined NumberStyles value is being used.", "style")
    if not style & Style.AllowHexSpecifier:
        return
    if not is_integral:
        raise ArgumentException("The number style AllowHexSpecifier is not supported on floating point data types.")
    if style & ~Style.HexNumber:
        raise ArgumentException(
            "With the AllowHexSpecifier bit set in the enum bit field, the only other valid bits that can be combined "
            "into the enum value must be a subset of those in HexNumber."
        )


# ---- by type -----------------------------------------------------------------------------------------------------


def _integer(text: str, style: int, keyword: str) -> Any:
    number_text = _number_text(text, style)
    if number_text is None:
        raise FormatException
    value = Decimal(number_text)
    if value.adjusted() > 20 or value != value.to_integral_value():  # more digits than any integer has
        raise _overflow(keyword)
    return checked(int(value), keyword)


def _overflow(keyword: str) -> OverflowException:
    try:
        checked(1 << 70, keyword)
    except OverflowException as error:
        return error
    raise AssertionError(keyword)


_HEX = re.compile(r"([\t-\r ]*)([0-9a-fA-F]+)([\t-\r ]*)\0*")


def _hexadecimal(text: str, style: int, keyword: str) -> Any:
    found = _HEX.fullmatch(text)
    if (
        found is None
        or (found.group(1) and not _has(style, Style.AllowLeadingWhite))
        or (found.group(3) and not _has(style, Style.AllowTrailingWhite))
    ):
        raise FormatException
    digits, type_ = found.group(2).lstrip("0") or "0", BY_KEYWORD[keyword]
    if len(digits) * 4 > type_.bits:
        raise _overflow(keyword)
    return type_.wrap(int(digits, 16))


def _decimal(text: str, style: int) -> Decimal:
    number_text = _number_text(text, style)
    if number_text is None:
        raise FormatException
    return fit(Decimal(number_text))


def _binary(text: str, style: int, keyword: str) -> Any:
    number_text = _number_text(text, style)
    value = special_number(text) if number_text is None else number_text
    if keyword == "double":
        return float(value)
    return Single(read_single(value) if isinstance(value, str) else value)


def styled_parser(keyword: str) -> Callable[..., Any]:
    """`Parse(s, style, provider)` of the type."""

    def parse(text: str | None, styles: enum.Enum, _provider: object = None) -> Any:
        style = styles.value
        _check_style(style, is_integral=keyword in BY_KEYWORD)
        text = given(text, "s")
        if keyword == "decimal":
            return _decimal(text, style)
        if keyword not in BY_KEYWORD:
            return _binary(text, style, keyword)
        read = _hexadecimal if _has(style, Style.AllowHexSpecifier) else _integer
        return read(text, style, keyword)

    return parse


def styled_trying(keyword: str, default: object) -> Callable[..., tuple[bool, Any]]:
    """`TryParse(s, style, provider, out result)`: bad styles are refused all the same."""
    parse = styled_parser(keyword)

    def try_parse(text: str | None, styles: enum.Enum, _provider: object) -> tuple[bool, Any]:
        try:
            return True, parse("" if text is None else text, styles)
        except (FormatException, OverflowException):
            return False, default

    return try_parse

"""`ToString(format)` of numbers in the invariant culture: the standard formats (`C D E F G N P R X`).

Source: learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings. The digits are those of .NET
Core 3.1: a double is written by its exact value, which is rounded once; a decimal's or an integer's half goes up.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

from apim_lab.csharp.runtime.decimals import decimal_text
from apim_lab.csharp.runtime.numbers import INTEGRAL, Int16, SByte, Single
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.numbers.custom_formats import custom_format, exponent_text
from apim_lab.dotnet.numbers.digits import (
    Digits,
    of_binary,
    of_decimal,
    of_decimals,
    of_integer,
    shortest_double,
    shortest_single,
)

_Write = Callable[[Digits, int], str]
_STANDARD = re.compile(r"([A-Za-z])([0-9]{0,2})")
_BAD_SPECIFIER = "Format specifier was invalid."


def format_number(value: Any, specifier: str) -> str:
    """`value.ToString(specifier)`; raises FormatException for a standard format that the type does not have."""
    if isinstance(value, float) and not isfinite(value):
        return double_text(value)
    if value.__class__ in {SByte, Int16} and value < 0 and specifier[0] in "xX":
        # Also in a custom format that begins so
        value = int(value) % (1 << INTEGRAL[value.__class__].bits)
    standard = _STANDARD.fullmatch(specifier)
    if standard is None:
        return custom_format(_custom_digits(value), specifier)
    letter, digits = standard.groups()
    write = _FAMILIES[_family(value)].get(letter.upper())
    if write is None:
        raise FormatException(_BAD_SPECIFIER)
    text = write(value, int(digits) if digits else None)
    return text if letter.isupper() else text.lower()


def double_text(value: float) -> str:
    """`1`, `0.1`, `1E+17`, `NaN`: the shortest text that reads back."""
    if not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value.__class__ is float and 1e-4 <= abs(value) < 1e15:
        # Python's text is the same, but for a whole number's fraction
        return repr(value).removesuffix(".0")
    return _shortest(value, None)


def _family(value: Any) -> type:
    if isinstance(value, int):
        return int
    return Decimal if isinstance(value, Decimal) else float


def _custom_digits(value: Any) -> Digits:
    """Those that a custom format can show: 15 of a double, 7 of a float, all of any other number."""
    if isinstance(value, float):
        return of_binary(value, 7 if isinstance(value, Single) else 15)
    return _exact_digits(value)


def _exact_digits(value: Any) -> Digits:
    return of_decimal(value) if isinstance(value, Decimal) else of_integer(value)


# ---- how digits are written ---------------------------------------------------------------------------------------


def _signed(digits: Digits, text: str) -> str:
    return f"-{text}" if digits.negative else text


def _plain(digits: Digits, decimals: int, *, grouped: bool = False) -> str:
    """`1234.50` with so many decimals, the sign left out."""
    point = max(digits.scale, 0)
    whole = digits.digits[:point].ljust(point, "0") or "0"
    fraction = ("0" * -digits.scale + digits.digits[point:])[:decimals].ljust(decimals, "0")
    shown = f"{int(whole):,}" if grouped else whole
    return f"{shown}.{fraction}" if decimals else shown


def _rounded(digits: Digits, decimals: int) -> Digits:
    return digits.rounded(digits.scale + decimals)


def _fixed(digits: Digits, decimals: int) -> str:
    rounded = _rounded(digits, decimals)
    return _signed(rounded, _plain(rounded, decimals))


def _grouped(digits: Digits, decimals: int) -> str:
    rounded = _rounded(digits, decimals)
    return _signed(rounded, _plain(rounded, decimals, grouped=True))


def _currency(digits: Digits, decimals: int) -> str:
    rounded = _rounded(digits, decimals)
    text = f"\N{CURRENCY SIGN}{_plain(rounded, decimals, grouped=True)}"
    return f"({text})" if rounded.negative else text


def _percent(digits: Digits, decimals: int) -> str:
    return f"{_grouped(replace(digits, scale=digits.scale + 2), decimals)} %"


def _scientific(digits: Digits, decimals: int) -> str:
    rounded = digits.rounded(decimals + 1)
    fraction = "".join(rounded.digit(index) for index in range(1, decimals + 1))
    mantissa = f"{rounded.digit(0)}.{fraction}" if fraction else rounded.digit(0)
    exponent = rounded.scale - 1 if rounded.digits else 0
    return _signed(rounded, f"{mantissa}{exponent_text('E', exponent, 3, plus=True)}")


def _general(digits: Digits, count: int) -> str:
    """With at most `count` digits: with an exponent where more are needed, or more than three zeros first."""
    rounded = digits.rounded(count)
    if -3 <= rounded.scale <= count:
        return _signed(rounded, _plain(rounded, max(len(rounded.digits) - rounded.scale, 0)))
    mantissa = _plain(replace(rounded, scale=1), len(rounded.digits) - 1)
    return _signed(rounded, f"{mantissa}{exponent_text('E', rounded.scale - 1, 2, plus=True)}")


# ---- the formats of the three families of types -------------------------------------------------------------------

_Format = Callable[[Any, int | None], str]
_DECIMALS: Mapping[str, tuple[_Write, int]] = {
    "C": (_currency, 2),
    "E": (_scientific, 6),
    "F": (_fixed, 2),
    "N": (_grouped, 2),
    "P": (_percent, 2),
}


def _of_exact(write: _Write, default: int) -> _Format:
    return lambda value, precision: write(_exact_digits(value), default if precision is None else precision)


def _general_integer(value: int, precision: int | None) -> str:
    return _general(of_integer(value), precision) if precision else str(int(value))


def _general_decimal(value: Decimal, precision: int | None) -> str:
    if precision is None:
        return decimal_text(value)
    digits = of_decimal(value)
    return _general(digits, precision or len(digits.digits))


def _padded(value: int, precision: int | None) -> str:
    return f"{'-' if value < 0 else ''}{abs(value):0{precision or 1}d}"


def _hexadecimal(value: int, precision: int | None) -> str:
    return f"{value % (1 << INTEGRAL[value.__class__].bits):0{precision or 1}X}"


def _exponential(value: float, precision: int | None) -> str:
    decimals = 6 if precision is None else precision
    return _scientific(of_binary(value, decimals + 1), decimals)


def _of_binary(write: _Write, more: int = 0) -> _Format:
    def binary(value: float, precision: int | None) -> str:
        decimals = 2 if precision is None else precision
        return write(of_decimals(value, decimals + more), decimals)

    return binary


def _general_binary(value: float, precision: int | None) -> str:
    return _general(of_binary(value, precision), precision) if precision else _shortest(value, None)


def _shortest(value: float, _precision: int | None) -> str:
    """As many digits as make the number, with an exponent from 17 digits (a float: 9) before the point."""
    if isinstance(value, Single):
        digits, count = shortest_single(value), 9
    else:
        digits, count = shortest_double(value), 17
    return _general(digits, max(len(digits.digits), count))


_EXACT = {letter: _of_exact(*written) for letter, written in _DECIMALS.items()}
_FAMILIES: Mapping[type, Mapping[str, _Format]] = {
    int: {**_EXACT, "D": _padded, "G": _general_integer, "X": _hexadecimal},
    Decimal: {**_EXACT, "G": _general_decimal},
    float: {
        "C": _of_binary(_currency),
        "E": _exponential,
        "F": _of_binary(_fixed),
        "G": _general_binary,
        "N": _of_binary(_grouped),
        "P": _of_binary(_percent, more=2),
        "R": _shortest,
    },
}

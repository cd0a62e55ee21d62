"""Numbers of the bases 2, 8, 10 and 16, as `Convert` reads and writes them.

Source: learn.microsoft.com/dotnet/api/system.convert.toint32, and .NET Core 3.1.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.runtime.numeric_conversions import checked
from apim_lab.dotnet.arguments import BAD_INDEX
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, FormatException

_DIGITS: Mapping[int, str] = {2: "01", 8: "0-7", 10: "0-9", 16: "0-9a-fA-F"}


def from_base(keyword: str) -> Callable[[str | None, int], Any]:
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
        raise ArgumentOutOfRangeException(parameter=BAD_INDEX)  # as .NET does
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


def to_base(keyword: str) -> Callable[[int, int], str]:
    """`Convert.ToString(255, 16)`: of a negative number all bits."""
    type_ = BY_KEYWORD[keyword]

    def write(value: int, base: int) -> str:
        _check_base(base)
        if base == 10:
            return str(int(value))
        return format(value % (1 << type_.bits), {2: "b", 8: "o", 16: "x"}[base])

    return write

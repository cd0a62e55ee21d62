"""What an expression's value becomes where a policy takes text, a bool or a number.

In the end an attribute is text, so text that reads as the kind wanted is accepted; anything else is an error.
"""

from contextlib import suppress
from decimal import Decimal
from math import isfinite, nan

from apim_lab.csharp.runtime.code_units import characters
from apim_lab.csharp.runtime.exceptions import DotNetError, OverflowException
from apim_lab.dotnet.conversion.convert import to_double
from apim_lab.dotnet.exceptions import FormatException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.numbers.number_parsing import parse_bool, parse_integer
from apim_lab.dotnet.values import Convertible
from apim_lab.errors import ExpressionError


def to_text(value: object) -> str:
    """The value as C#'s `ToString()` writes it; null is "". Two halves of a UTF-16 pair become one character."""
    return characters(to_string(value), "replace")


def to_bool(value: object) -> bool:
    """Raises ExpressionError for what is no bool."""
    value = _plain(value)
    if isinstance(value, bool):
        return value
    if value.__class__ is str:
        try:
            return parse_bool(str(value))
        except FormatException:
            pass
    raise _unexpected(value, "true or false")


def to_int(value: object) -> int:
    """Raises ExpressionError for what is no integer: 1.5 and true are none."""
    value = _plain(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, float | Decimal) and value == value // 1:
        return int(value)
    if value.__class__ is str:
        try:
            return parse_integer(str(value))
        except (FormatException, OverflowException):
            pass
    raise _unexpected(value, "a whole number")


def to_number(value: object) -> float:
    """Raises ExpressionError for what is no number: NaN and the infinities are none."""
    value = _plain(value)
    number = nan
    if value is not None and not isinstance(value, bool):
        with suppress(DotNetError, OverflowError):
            number = to_double(value)
    if not isfinite(number):
        raise _unexpected(value, "a number")
    return number


def _plain(value: object) -> object:
    return value.plain() if isinstance(value, Convertible) and value.is_value else value


def _unexpected(value: object, wanted: str) -> ExpressionError:
    shown = "null" if value is None else f"'{to_string(value)}'"
    return ExpressionError(f"{shown} is not {wanted}")

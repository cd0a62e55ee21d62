"""`System.Math`. Source: learn.microsoft.com/dotnet/api/system.math."""

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from apim_lab.csharp.runtime import decimals
from apim_lab.csharp.runtime.arithmetic import ARITHMETIC, divide_doubles
from apim_lab.csharp.runtime.exceptions import ArithmeticException, OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Single
from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.enumerations import enumeration
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import to_string

_Table = dict[str, Callable[..., Any]]
_Double = Callable[[float], float]


class MidpointRounding(Enum):
    """How a number in the middle of two others is rounded; the last three round any number."""

    ToEven = 0
    AwayFromZero = 1
    ToZero = 2
    ToNegativeInfinity = 3
    ToPositiveInfinity = 4


_DECIMAL_MODES: Mapping[MidpointRounding, str] = {
    MidpointRounding.ToEven: ROUND_HALF_EVEN,
    MidpointRounding.AwayFromZero: ROUND_HALF_UP,
    MidpointRounding.ToZero: ROUND_DOWN,
    MidpointRounding.ToNegativeInfinity: ROUND_FLOOR,
    MidpointRounding.ToPositiveInfinity: ROUND_CEILING,
}


def _whole(function: Callable[[float], int]) -> _Double:
    """What has no fraction stays as it is, and a zero keeps the sign."""

    def whole(value: float) -> float:
        return math.copysign(float(function(value)), value) if math.isfinite(value) else value

    return whole


def _away_from_zero(value: float) -> int:
    fraction, whole = math.modf(value)
    return int(whole) + (int(math.copysign(1, value)) if abs(fraction) >= 0.5 else 0)


_ROUNDINGS: Mapping[MidpointRounding, _Double] = {
    MidpointRounding.ToEven: _whole(round),
    MidpointRounding.AwayFromZero: _whole(_away_from_zero),
    MidpointRounding.ToZero: _whole(math.trunc),
    MidpointRounding.ToNegativeInfinity: _whole(math.floor),
    MidpointRounding.ToPositiveInfinity: _whole(math.ceil),
}
_MAX_DIGITS = 15
# Numbers from here on have no decimals
_ROUNDED_BELOW = 1e16


def _check_mode(mode: MidpointRounding) -> None:
    """Raises ArgumentException for a number that no member has: `(MidpointRounding)9`."""
    if mode not in _ROUNDINGS:
        message = f"The value '{mode.value}' is not valid for this usage of the type MidpointRounding."
        raise ArgumentException(message, "mode")


def _round(value: float, digits: int = 0, mode: MidpointRounding = MidpointRounding.ToEven) -> float:
    """The value times a power of ten is rounded, so 2.345 is 2.35 though it is a little less."""
    if not 0 <= digits <= _MAX_DIGITS:
        raise ArgumentOutOfRangeException("Rounding digits must be between 0 and 15, inclusive.", "digits")
    _check_mode(mode)
    if not abs(value) < _ROUNDED_BELOW:
        return value
    power = 10.0**digits
    return _ROUNDINGS[mode](value * power) / power


def round_decimal(value: Decimal, digits: int = 0, mode: MidpointRounding = MidpointRounding.ToEven) -> Decimal:
    """`decimal.Round`, which is also that of Math."""
    if not 0 <= digits <= decimals.MAX_SCALE:
        raise ArgumentOutOfRangeException("Decimal can only round to between 0 and 28 digits of precision.", "decimals")
    _check_mode(mode)
    return decimals.round_to(value, digits, _DECIMAL_MODES[mode])


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
    except ValueError:
        if base != 0:
            return math.nan
        return math.copysign(math.inf, base) if exponent % 2 == 1 else math.inf


def _without_errors(function: _Double) -> _Double:
    """NaN for what is not defined, infinity for what is too large."""

    def total(value: float) -> float:
        try:
            return function(value)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.copysign(math.inf, value) if function is math.sinh else math.inf

    return total


def _logarithm(function: _Double) -> _Double:
    return lambda value: function(value) if value > 0 else -math.inf if value == 0 else math.nan


_log = _logarithm(math.log)


def _log_of_base(value: float, base: float) -> float:
    if math.isnan(value) or math.isnan(base) or base == 1:
        return math.nan
    if value != 1 and base in {0, math.inf}:
        return math.nan
    return divide_doubles(_log(value), _log(base))


def _inverse_tanh(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) == 1 else _without_errors(math.atanh)(value)


def _ieee_remainder(left: float, right: float) -> float:
    try:
        return math.remainder(left, right)
    except ValueError:
        return math.nan


def _absolute(keyword: str) -> Callable[[int], int]:
    type_ = BY_KEYWORD[keyword]

    def absolute(value: int) -> int:
        if value == type_.minimum:
            raise OverflowException("Negating the minimum value of a twos complement number is invalid.")
        return type_.python(abs(value))

    return absolute


def _sign(value: Any) -> int:
    if isinstance(value, float) and math.isnan(value):
        raise ArithmeticException("Function does not accept floating point Not-a-Number values.")
    return int(value > 0) - int(value < 0)


def _larger(left: Any, right: Any) -> Any:
    return left if left >= right else right


def _smaller(left: Any, right: Any) -> Any:
    return left if left < right else right


def _larger_double(left: float, right: float) -> float:
    """NaN is the largest, and 0 larger than -0."""
    if left == right:
        return right if math.copysign(1, left) < 0 else left
    return left if left > right or math.isnan(left) else right


def _smaller_double(left: float, right: float) -> float:
    """NaN is the smallest, too."""
    if left == right:
        return left if math.copysign(1, left) < 0 else right
    return left if left < right or math.isnan(left) else right


def _clamp(value: Any, low: Any, high: Any) -> Any:
    if low > high:
        raise ArgumentException(f"'{to_string(low)}' cannot be greater than {to_string(high)}.")
    return low if value < low else high if value > high else value


def _division(keyword: str) -> Callable[[int, int], tuple[int, int]]:
    compute = ARITHMETIC[keyword]
    return lambda left, right: (compute["/"](left, right), compute["%"](left, right))


def _fused(x: float, y: float, z: float) -> float:
    """`FusedMultiplyAdd`: x * y + z, rounded once."""
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        return x * y + z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    try:
        return float(exact) if exact else x * y + z
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def _exponent(value: float) -> int:
    """`ILogB`, of what has no exponent the least or the largest int."""
    if value == 0:
        return -(2**31)
    return math.frexp(value)[1] - 1 if math.isfinite(value) else 2**31 - 1


def _scaled(value: float, exponent: int) -> float:
    """`ScaleB`."""
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)


def _larger_magnitude(x: float, y: float) -> float:
    """NaN is the largest; of equal ones the positive."""
    if abs(x) == abs(y):
        return y if math.copysign(1, x) < 0 else x
    return x if abs(x) > abs(y) or math.isnan(x) else y


def _smaller_magnitude(x: float, y: float) -> float:
    """NaN is the smallest, too; of equal ones the negative."""
    if abs(x) == abs(y):
        return x if math.copysign(1, x) < 0 else y
    return x if abs(x) < abs(y) or math.isnan(x) else y


_SIGNED = ("sbyte", "short", "int", "long")
_ORDERED = (*BY_KEYWORD, "decimal")
_BINARY = ("float", "double")


def _for_types(row: str, function: Callable[..., Any], keywords: tuple[str, ...]) -> _Table:
    return {row.replace("T ", f"{keyword} "): function for keyword in keywords}


_COMPARED: _Table = {
    **_for_types("static T Max(T val1, T val2)", _larger, _ORDERED),
    **_for_types("static T Max(T val1, T val2)", _larger_double, _BINARY),
    **_for_types("static T Min(T val1, T val2)", _smaller, _ORDERED),
    **_for_types("static T Min(T val1, T val2)", _smaller_double, _BINARY),
    **_for_types("static T Clamp(T value, T min, T max)", _clamp, (*_ORDERED, *_BINARY)),
    **_for_types("static int Sign(T value)", _sign, (*_SIGNED, "decimal", *_BINARY)),
    **{f"static {keyword} Abs({keyword} value)": _absolute(keyword) for keyword in _SIGNED},
    "static float Abs(float value)": lambda value: Single(abs(value)),
    "static double Abs(double value)": abs,
    "static decimal Abs(decimal value)": Decimal.copy_abs,
}
DECIMAL_ROUNDING: _Table = {
    "static decimal Ceiling(decimal d)": decimals.ceiling,
    "static decimal Floor(decimal d)": decimals.floor,
    "static decimal Truncate(decimal d)": decimals.truncate,
    "static decimal Round(decimal d)": round_decimal,
    "static decimal Round(decimal d, int decimals)": round_decimal,
    "static decimal Round(decimal d, MidpointRounding mode)": lambda value, mode: round_decimal(value, 0, mode),
    "static decimal Round(decimal d, int decimals, MidpointRounding mode)": round_decimal,
}
"""Rows that `Math` and `decimal` both have."""
_FUNCTIONS: Mapping[str, _Double] = {
    "Acos": math.acos,
    "Acosh": math.acosh,
    "Asin": math.asin,
    "Asinh": math.asinh,
    "Atan": math.atan,
    "Cos": math.cos,
    "Cosh": math.cosh,
    "Exp": math.exp,
    "Sin": math.sin,
    "Sinh": math.sinh,
    "Sqrt": math.sqrt,
    "Tan": math.tan,
    "Tanh": math.tanh,
}
_DOUBLES: _Table = {
    **{f"static double {name}(double d)": _without_errors(function) for name, function in _FUNCTIONS.items()},
    "static double BitDecrement(double x)": lambda value: math.nextafter(value, -math.inf),
    "static double BitIncrement(double x)": lambda value: math.nextafter(value, math.inf),
    "static double Cbrt(double d)": math.cbrt,
    "static double CopySign(double x, double y)": lambda x, y: math.copysign(x, -1 if math.isnan(y) else y),
    "static double FusedMultiplyAdd(double x, double y, double z)": _fused,
    "static int ILogB(double x)": _exponent,
    "static double Log2(double x)": _logarithm(math.log2),
    "static double MaxMagnitude(double x, double y)": _larger_magnitude,
    "static double MinMagnitude(double x, double y)": _smaller_magnitude,
    "static double ScaleB(double x, int n)": _scaled,
    "static double Atanh(double d)": _inverse_tanh,
    "static double Atan2(double y, double x)": math.atan2,
    "static double Ceiling(double a)": _ROUNDINGS[MidpointRounding.ToPositiveInfinity],
    "static double Floor(double d)": _ROUNDINGS[MidpointRounding.ToNegativeInfinity],
    "static double IEEERemainder(double x, double y)": _ieee_remainder,
    "static double Log(double d)": _log,
    "static double Log(double a, double newBase)": _log_of_base,
    "static double Log10(double d)": _logarithm(math.log10),
    "static double Pow(double x, double y)": _power,
    "static double Round(double a)": _round,
    "static double Round(double value, int digits)": _round,
    "static double Round(double value, MidpointRounding mode)": lambda value, mode: _round(value, 0, mode),
    "static double Round(double value, int digits, MidpointRounding mode)": _round,
    "static double Truncate(double d)": _ROUNDINGS[MidpointRounding.ToZero],
}
MATH = Definition(
    "static class Math",
    "System.Math",
    members={
        "const double PI": math.pi,
        "const double E": math.e,
        **_COMPARED,
        **DECIMAL_ROUNDING,
        **_DOUBLES,
        "static long BigMul(int a, int b)": lambda a, b: Int64(a * b),
        "static int DivRem(int a, int b, out int result)": _division("int"),
        "static long DivRem(long a, long b, out long result)": _division("long"),
    },
)
DEFINITIONS = (MATH, enumeration("System.MidpointRounding", MidpointRounding))

"""What the operators of the numeric types compute: unchecked, as is C#'s default.

Source: the C# specification, "Arithmetic operators" to "Logical operators". Integers wrap round, a float is rounded
after each operation, a decimal is rounded or raises OverflowException.
"""

import math
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from apim_lab.csharp.runtime import decimals
from apim_lab.csharp.runtime.exceptions import DivideByZeroException, OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Integral
from apim_lab.csharp.runtime.numeric_conversions import single

Unary = Callable[[Any], Any]
Binary = Callable[[Any, Any], Any]

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: Mapping[str, Binary] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_BITS: Mapping[str, Binary] = {"&": operator.and_, "|": operator.or_, "^": operator.xor}
_INT = BY_KEYWORD["int"]


# ---- integers -----------------------------------------------------------------------------------------------------


def _wrapped(type_: Integral, compute: Binary) -> Binary:
    minimum, maximum, make = type_.minimum, type_.maximum, type_.python

    def wrapped(left: int, right: int) -> int:
        value = compute(left, right)
        return make(value) if minimum <= value <= maximum else type_.wrap(value)

    return wrapped


# The integers of C# are most often ints: theirs are spelled out


def _add_ints(left: int, right: int) -> int:
    value = left + right
    return value if -(2**31) <= value < 2**31 else _INT.wrap(value)


def _subtract_ints(left: int, right: int) -> int:
    value = left - right
    return value if -(2**31) <= value < 2**31 else _INT.wrap(value)


def _multiply_ints(left: int, right: int) -> int:
    value = left * right
    return value if -(2**31) <= value < 2**31 else _INT.wrap(value)


def _quotient(left: int, right: int) -> int:
    """Towards zero, as C# (Python's // goes down)."""
    if right == 0:
        raise DivideByZeroException
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _division(type_: Integral) -> Binary:
    maximum = type_.maximum

    def divide(left: int, right: int) -> int:
        quotient = _quotient(left, right)
        if quotient > maximum:
            raise OverflowException
        return type_.python(quotient)

    return divide


def _remainder(type_: Integral) -> Binary:
    """It has the sign of the left operand. The smallest number has none by -1: the processor divides for it."""
    maximum = type_.maximum

    def remainder(left: int, right: int) -> int:
        quotient = _quotient(left, right)
        if quotient > maximum:
            raise OverflowException
        return type_.python(left - right * quotient)

    return remainder


# Neither needs a look at signs and limits where both are positive, as in the counters of policies


def _divide_ints(left: int, right: int) -> int:
    return left // right if left >= 0 < right else _INT_DIVISION(left, right)


def _remainder_of_ints(left: int, right: int) -> int:
    return left % right if left >= 0 < right else _INT_REMAINDER(left, right)


_INT_DIVISION, _INT_REMAINDER = _division(_INT), _remainder(_INT)


def _integral(type_: Integral) -> Mapping[str, Binary]:
    last_bit = type_.bits - 1
    return {
        **{symbol: _wrapped(type_, compute) for symbol, compute in _COMPUTE.items()},
        **(_BITS if type_.python is int else {s: _wrapped(type_, f) for s, f in _BITS.items()}),
        "/": _division(type_),
        "%": _remainder(type_),
        "<<": lambda left, right: type_.wrap(left << (right & last_bit)),
        ">>": lambda left, right: type_.python(left >> (right & last_bit)),
    }


# ---- floating point -----------------------------------------------------------------------------------------------


def divide_doubles(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _double_remainder(left: float, right: float) -> float:
    if right == 0 or math.isinf(left) or math.isnan(left):
        return math.nan
    return math.fmod(left, right)


def _rounded(compute: Binary) -> Binary:
    return lambda left, right: single(compute(left, right))


_DOUBLE: Mapping[str, Binary] = {**_COMPUTE, "/": divide_doubles, "%": _double_remainder}

# By the keyword of the type of both operands and of the result; that of a shift's right operand is int
ARITHMETIC: Mapping[str, Mapping[str, Binary]] = {
    **{keyword: _integral(BY_KEYWORD[keyword]) for keyword in ("uint", "long", "ulong")},
    "int": {
        **_integral(_INT),
        "+": _add_ints,
        "-": _subtract_ints,
        "*": _multiply_ints,
        "/": _divide_ints,
        "%": _remainder_of_ints,
    },
    "float": {symbol: _rounded(compute) for symbol, compute in _DOUBLE.items()},
    "double": _DOUBLE,
    "decimal": {
        "+": decimals.add,
        "-": decimals.subtract,
        "*": decimals.multiply,
        "/": decimals.divide,
        "%": decimals.remainder,
    },
    "bool": _BITS,
}


def _same(value: Any) -> Any:
    return value


def _minus(type_: Integral) -> Unary:
    return lambda value: type_.wrap(-value)


def _complement(type_: Integral) -> Unary:
    return lambda value: type_.wrap(~value)


# There is no minus of uint (it is that of long) nor of ulong
UNARY: Mapping[str, Mapping[str, Unary]] = {
    "int": {"+": _same, "-": _minus(_INT), "~": _complement(_INT)},
    "uint": {"+": _same, "~": _complement(BY_KEYWORD["uint"])},
    "long": {"+": _same, "-": _minus(BY_KEYWORD["long"]), "~": _complement(BY_KEYWORD["long"])},
    "ulong": {"+": _same, "~": _complement(BY_KEYWORD["ulong"])},
    "float": {"+": _same, "-": lambda value: single(-value)},
    "double": {"+": _same, "-": operator.neg},
    "decimal": {"+": _same, "-": Decimal.copy_negate},
    "bool": {"!": operator.not_},
}

"""The arithmetic of `decimal`: 96 bits and 0 to 28 decimals, each result rounded to the even neighbour.

A value is a decimal.Decimal whose exponent is the negated scale, so `1.50m` keeps its zero. Source: the C#
specification, "The decimal type", and what .NET Core 3.1 does where that leaves the number of decimals open.
"""

from collections.abc import Mapping
from contextlib import suppress
from decimal import ROUND_05UP, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, Rounded

from apim_lab.csharp.runtime.exceptions import DivideByZeroException, OverflowException

MAX_SCALE = 28
MAX_COEFFICIENT = 2**96 - 1
MAX_VALUE = Decimal(MAX_COEFFICIENT)
MIN_VALUE = MAX_VALUE.copy_negate()
TOO_LARGE = "Value was either too large or too small for a Decimal."
# Sums and products of 96 bits, and quotients of powers of ten, are exact in so many digits
_EXACT = Context(prec=300)
# Keeps the last digit from looking like a half or like nothing, if any was cut
_STICKY = Context(prec=300, rounding=ROUND_05UP)
_SAFE_DIGITS = 28
# .NET multiplies coefficients of one word in another way, in which the product of more decimals is 0
_SMALL = 2**32
_MAX_SMALL_SCALE = 47


def scale_of(value: Decimal) -> int:
    """How many decimals it has."""
    return -int(value.as_tuple().exponent)


def coefficient_of(value: Decimal) -> int:
    """Its digits as an integer without sign."""
    return int(_EXACT.scaleb(value.copy_abs(), scale_of(value)))


def compose(negative: bool, coefficient: int, scale: int) -> Decimal:
    """The decimal of this sign, of these digits, of which `scale` are decimals."""
    value = _EXACT.scaleb(Decimal(coefficient), -scale)
    return value.copy_negate() if negative else value


def fit(value: Decimal) -> Decimal:
    """The exact number as a decimal; raises OverflowException if it is too large."""
    exponent = int(value.as_tuple().exponent)
    if -MAX_SCALE <= exponent <= 0 and value.adjusted() - exponent < _SAFE_DIGITS:
        return value
    if value and value.adjusted() > MAX_SCALE:
        raise OverflowException(TOO_LARGE)
    if value.adjusted() < -MAX_SCALE - 1:
        return compose(value.is_signed(), 0, MAX_SCALE)
    whole = value.quantize(Decimal(1), context=_EXACT) if exponent > 0 else _STICKY.plus(value)
    return compose(value.is_signed(), *_fitted(coefficient_of(whole), 1, scale_of(whole)))


def _fitted(numerator: int, denominator: int, scale: int) -> tuple[int, int]:
    """The coefficient and the scale that come nearest to numerator / denominator / 10^scale."""
    excess = len(str(numerator // denominator)) - 30
    dropped = max(scale - MAX_SCALE, excess, 0)
    while True:
        rounded = _half_even(numerator, denominator * 10**dropped)
        if rounded <= MAX_COEFFICIENT and dropped <= scale:
            return rounded, scale - dropped
        dropped += 1
        if dropped > scale:
            raise OverflowException(TOO_LARGE)


def _half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    above = 2 * rest - denominator
    return quotient + (above > 0 or (above == 0 and quotient % 2 == 1))


# Of so few digits and decimals that every number fits; traps what would have to be rounded
_QUICK = Context(prec=28, Emin=-1, Emax=28, traps=[Rounded])


def add(left: Decimal, right: Decimal) -> Decimal:
    try:
        return _QUICK.add(left, right)
    except Rounded:
        return fit(_EXACT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    try:
        return _QUICK.subtract(left, right)
    except Rounded:
        return fit(_EXACT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """A product of nothing has no decimals if a factor is large, nor has one of very many decimals of small factors."""
    with suppress(Rounded):
        if product := _QUICK.multiply(left, right):
            return product
    product = _EXACT.multiply(left, right)
    if product and scale_of(product) <= MAX_SCALE:
        return fit(product)
    is_small = coefficient_of(left) < _SMALL and coefficient_of(right) < _SMALL
    if scale_of(product) > _MAX_SMALL_SCALE if is_small else not product:
        return Decimal(0)
    return fit(product)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """The decimals of the operands' difference if that is exact, else as many as fit, without zeros at the end."""
    if not right:
        raise DivideByZeroException
    numerator, denominator = coefficient_of(left), coefficient_of(right)
    scale = scale_of(left) - scale_of(right)
    if scale < 0:
        numerator, scale = numerator * 10**-scale, 0
    negative = left.is_signed() != right.is_signed()
    if numerator % denominator == 0:
        return compose(negative, *_fitted(numerator // denominator, 1, scale))
    more = MAX_SCALE - scale
    return compose(negative, *without_zeros(*_fitted(numerator * 10**more, denominator, MAX_SCALE)))


def without_zeros(coefficient: int, scale: int, limit: int = MAX_SCALE) -> tuple[int, int]:
    """Without the zeros, at most `limit`, at the end of the decimals."""
    kept = max(scale - limit, 0)
    while scale > kept and coefficient % 10 == 0:
        coefficient, scale = coefficient // 10, scale - 1
    return coefficient, scale


def remainder(left: Decimal, right: Decimal) -> Decimal:
    """`left % right`: the sign is that of the left operand; a smaller left operand is returned as it is."""
    if not right:
        raise DivideByZeroException
    if left.copy_abs() < right.copy_abs():
        return left
    return _EXACT.remainder(left, right)


def round_to(value: Decimal, decimals: int, mode: str = ROUND_HALF_EVEN) -> Decimal:
    """With so many decimals at most; `mode` is one of the decimal module's."""
    if scale_of(value) <= decimals:
        return value
    return value.quantize(Decimal(1).scaleb(-decimals), mode, _EXACT)


def floor(value: Decimal) -> Decimal:
    return round_to(value, 0, ROUND_FLOOR)


def ceiling(value: Decimal) -> Decimal:
    return round_to(value, 0, ROUND_CEILING)


def truncate(value: Decimal) -> Decimal:
    return round_to(value, 0, ROUND_DOWN)


def decimal_text(value: Decimal) -> str:
    """`-1.50`: all its decimals; zero has no sign."""
    return f"{value:f}" if value else f"{value.copy_abs():f}"


# ---- conversions from and to floating point --------------------------------------------------------------------

_POWERS: Mapping[int, float] = {power: float(f"1e{power}") for power in range(81)}
# log10(2) * 2^16
_LOG = 19728


def from_double(value: float) -> Decimal:
    """Of 15 significant digits, as .NET rounds it; raises OverflowException."""
    return _from_binary(value, 15)


def from_single(value: float) -> Decimal:
    """Of 7 significant digits."""
    return _from_binary(value, 7)


def _from_binary(value: float, digits: int) -> Decimal:
    exponent = _binary_exponent(value)
    if exponent < -94:
        return Decimal(0)
    if exponent > 96:
        raise OverflowException(TOO_LARGE)
    mantissa, power = _scaled(abs(value), digits, digits - 1 - (exponent * _LOG >> 16))
    if mantissa == 0:
        return Decimal(0)
    if power < 0:
        return fit(compose(value < 0, mantissa * 10**-power, 0))
    return compose(value < 0, *without_zeros(mantissa, power, digits - 1))


def _scaled(value: float, digits: int, power: int) -> tuple[int, int]:
    """The value as an integer of so many digits, and the power of ten it was multiplied by."""
    if power >= 0:
        power = min(power, MAX_SCALE)
        value *= _POWERS[power]
    elif power != -1 or value >= _POWERS[digits]:
        value /= _POWERS[-power]
    else:
        power = 0
    if value < _POWERS[digits - 1] and power < MAX_SCALE:
        value, power = value * 10, power + 1
    return round(value), power


def _binary_exponent(value: float) -> int:
    """x of 0.1b * 2^x; that of infinity and NaN is too large for any decimal."""
    if value == 0:
        return -1022
    mantissa = value.hex().lstrip("-")
    return 1025 if mantissa in {"inf", "nan"} else int(mantissa.partition("p")[2]) + 1


def to_double(value: Decimal) -> float:
    """By the two words of the coefficient, as .NET does: the last bit may differ from the nearest double."""
    high, low = divmod(coefficient_of(value), 2**64)
    found = (float(low) + float(high) * 2.0**64) / _POWERS[scale_of(value)]
    return -found if value.is_signed() else found

"""A number as the digits that formats write: which there are, and where the point stands among them."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from math import inf, isfinite, nextafter

from apim_lab.csharp.runtime.decimals import coefficient_of, scale_of
from apim_lab.csharp.runtime.singles import to_single


@dataclass(frozen=True)
class Digits:
    """`digits` without leading zeros, the first `scale` of them before the point: 12.5 is ("125", 2), 0 is ("", 0).

    `exact` digits were rounded when they were made of a binary number, which also keeps the sign of its zero.
    """

    negative: bool
    digits: str
    scale: int
    exact: bool = False
    binary: bool = False

    def rounded(self, count: int) -> "Digits":
        """Of so many digits, a half rounded away from zero; exact ones are cut."""
        kept = self.digits[: max(count, 0)]
        scale = self.scale
        if 0 <= count < len(self.digits) and self.digits[count] >= "5" and not self.exact:
            kept = str(int(kept or "0") + 1)
            scale += len(kept) - max(count, 0)
        kept = kept.rstrip("0")
        if not kept:
            return replace(self, digits="", scale=0, negative=self.negative and self.binary)
        return replace(self, digits=kept, scale=scale)

    def digit(self, index: int) -> str:
        """The digit of this index, "0" behind the last one."""
        return self.digits[index] if index < len(self.digits) else "0"


def of_integer(value: int) -> Digits:
    digits = str(abs(value)) if value else ""
    return Digits(value < 0, digits, len(digits))


def of_decimal(value: Decimal) -> Digits:
    """With the zeros at its end."""
    coefficient = coefficient_of(value)
    digits = str(coefficient) if coefficient else ""
    return Digits(value.is_signed(), digits, len(digits) - scale_of(value))


def of_text(text: str) -> Digits:
    """Of Python's `-1.25e+07`."""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    scale = len(whole) - leading + int(exponent or "0") if digits.strip("0") else 0
    return Digits(text.startswith("-"), digits.rstrip("0"), scale, exact=True, binary=True)


def of_binary(value: float, count: int) -> Digits:
    """So many significant digits of the exact value."""
    return of_text(f"{value:.{count - 1}e}")


def of_decimals(value: float, count: int) -> Digits:
    """All digits of the exact value up to so many decimals."""
    return of_text(f"{value:.{count}f}")


def shortest_double(value: float) -> Digits:
    """The fewest digits that are nearer to this double than to any other."""
    digits = of_text(repr(value))
    count = len(digits.digits)
    while abs(value) >= _WIDE and _is_in_the_middle(value, digits):
        count += 1
        digits = of_binary(value, count)
    return digits


# From here on doubles are so far apart that a short number can stand in the middle of two
_WIDE = 2.0**53


def _is_in_the_middle(value: float, digits: Digits) -> bool:
    found = int(digits.digits.ljust(digits.scale, "0"))
    distance = found - int(abs(value))
    neighbour = nextafter(abs(value), inf if distance > 0 else 0)
    return isfinite(neighbour) and 2 * distance == int(neighbour) - int(abs(value))


def shortest_single(value: float) -> Digits:
    """The fewest digits that are nearer to this float than to any other."""
    texts = (format(rounding.create_decimal(value), "e") for rounding in _ROUNDINGS)
    return of_text(next((text for text in texts if _is_nearest_to(float(text), value)), f"{value:.8e}"))


# A power of two lies nearer to the next float below than to that above: a number further above may do
_ROUNDINGS = [
    Context(prec=digits, rounding=rounding) for digits in range(1, 9) for rounding in (ROUND_HALF_EVEN, ROUND_UP)
]


def _is_nearest_to(found: float, value: float) -> bool:
    return to_single(nextafter(found, inf)) == value == to_single(nextafter(found, -inf))

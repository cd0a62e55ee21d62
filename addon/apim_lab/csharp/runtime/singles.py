"""The numbers that 32 bits can hold: those of `float`."""

from decimal import Decimal
from math import inf, isfinite, nextafter
from struct import Struct

_SINGLE = Struct("f")


def to_single(value: float) -> float:
    """The nearest such number; an infinity for what is too large."""
    try:
        found: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    except OverflowError:
        return inf if value > 0 else -inf
    return found


def read_single(text: str) -> float:
    """The number nearest to a text like `1.5e3`, rounded once: not to a double first."""
    value = float(text)
    below, above = to_single(nextafter(value, -inf)), to_single(nextafter(value, inf))
    if below == above or not isfinite(value):
        return to_single(value)
    exact = Decimal(text)
    return to_single(value) if exact == Decimal(value) else above if exact > Decimal(value) else below

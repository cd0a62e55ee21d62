"""Conversions between the numeric types, as they run unchecked, C#'s default.

Source: the C# specification, "Implicit numeric conversions" and "Explicit numeric conversions". Where it leaves the
result open (a double that no int can hold), .NET on x64 is followed.
"""

import math
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

from apim_lab.csharp import decimals
from apim_lab.csharp.exceptions import OverflowException
from apim_lab.csharp.numbers import BY_KEYWORD, Integral, Single
from apim_lab.csharp.types import Type
from apim_lab.csharp.values import Char

Convert = Callable[[Any], Any]

_HALF_OF_ULONG = 2.0**63

_REAL = ("float", "double", "decimal")
# From which types to which a number gets without a loss of magnitude
_IMPLICIT: Mapping[str, tuple[str, ...]] = {
    "sbyte": ("short", "int", "long", *_REAL),
    "byte": ("short", "ushort", "int", "uint", "long", "ulong", *_REAL),
    "short": ("int", "long", *_REAL),
    "ushort": ("int", "uint", "long", "ulong", *_REAL),
    "int": ("long", *_REAL),
    "uint": ("long", "ulong", *_REAL),
    "long": _REAL,
    "ulong": _REAL,
    "char": ("ushort", "int", "uint", "long", "ulong", *_REAL),
    "float": ("double",),
}
_NUMERIC = (*BY_KEYWORD, "char", *_REAL)


def to_single(value: float) -> Single:
    """The nearest value of 32 bits; an infinity where there is none."""
    try:
        return Single(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return Single(math.copysign(math.inf, value))


def _whole(value: float, bits: int) -> int:
    """What the processor makes of a number for an integer of so many bits: its smallest where there is none."""
    smallest = -(1 << bits - 1)
    return int(value) if math.isfinite(value) and smallest <= int(value) < -smallest else smallest


def _from_real(target: Integral) -> Convert:
    """Small integers are cut from one of 32 bits, `uint` from one of 64."""
    if target.keyword == "ulong":
        return _real_to_ulong
    bits = 64 if target.keyword in {"long", "uint"} else 32
    return lambda value: target.wrap(_whole(value, bits))


def _real_to_ulong(value: float) -> int:
    """The upper half is converted less 2**63, and NaN with it."""
    upper = 0 if value < _HALF_OF_ULONG else 1 << 63
    return BY_KEYWORD["ulong"].wrap(_whole(value - upper, 64) + upper)


def _from_decimal(target: Integral) -> Convert:
    def convert(value: Decimal) -> int:
        whole = decimals.to_integer(value)
        if not target.minimum <= whole <= target.maximum:
            raise OverflowException(f"Value was either too large or too small for {_in_words(target)}.")
        return target.python(whole)

    return convert


def _in_words(target: Integral) -> str:
    """What .NET's message calls the type."""
    words = {"Byte": "an unsigned byte", "SByte": "a signed byte"}
    return words.get(target.name) or f"{'an' if target.signed else 'a'} {target.name}"


def _decimal_to_char(value: Decimal) -> Char:
    whole = decimals.to_integer(value)
    if not 0 <= whole < 1 << 16:
        raise OverflowException("Value was either too large or too small for a character.")
    return Char(chr(whole))


_TO_REAL: Mapping[str, Convert] = {
    "float": to_single,
    "double": float,
    "decimal": lambda value: Decimal(int(value)),
}
_FROM_DECIMAL: Mapping[str, Convert] = {
    "float": lambda value: to_single(decimals.to_double(value)),
    "double": decimals.to_double,
}
_TO_DECIMAL: Mapping[str, Convert] = {"float": decimals.from_single, "double": decimals.from_double}


def _conversion(source: str, target: str) -> Convert:
    if source == "char":
        from_code = _conversion_of_code(target)
        return lambda value: from_code(ord(value))
    if target == "char":
        return _to_char(source)
    if target in BY_KEYWORD:
        return _to_integer(source, BY_KEYWORD[target])
    if source == "decimal":
        return _FROM_DECIMAL[target]
    return _TO_DECIMAL.get(source, _TO_REAL[target]) if target == "decimal" else _TO_REAL[target]


def _to_char(source: str) -> Convert:
    if source == "decimal":
        return _decimal_to_char
    to_code = _to_integer(source, BY_KEYWORD["ushort"])
    return lambda value: Char(chr(to_code(value)))


def _conversion_of_code(target: str) -> Convert:
    """What becomes of a character's code."""
    return BY_KEYWORD[target].wrap if target in BY_KEYWORD else _TO_REAL[target]


def _to_integer(source: str, target: Integral) -> Convert:
    if source == "decimal":
        return _from_decimal(target)
    return _from_real(target) if source in _REAL else target.wrap


_CONVERSIONS: Mapping[tuple[str, str], Convert] = {
    (source, target): _conversion(source, target) for source, target in product(_NUMERIC, _NUMERIC) if source != target
}


def implicit_numeric(source: Type, target: Type) -> Convert | None:
    """None if there is no implicit numeric conversion."""
    widens = target.name in _IMPLICIT.get(source.name, ())
    return _CONVERSIONS[source.name, target.name] if widens else None


def explicit_numeric(source: Type, target: Type) -> Convert | None:
    """A cast between any two numeric types; None if these are not two."""
    return _CONVERSIONS.get((source.name, target.name))


def fits(value: object, target: Type) -> bool:
    """Whether an integral constant is one of the target type's values ("Implicit constant expression conversions")."""
    integral = BY_KEYWORD.get(target.name)
    return integral is not None and isinstance(value, int) and integral.minimum <= value <= integral.maximum

"""The conversions between the numeric types, by themselves and by casts.

Source: the C# specification, "Implicit numeric conversions" and "Explicit numeric conversions". Casts are unchecked;
where the specification leaves the value open (a double that no int can hold), it is what .NET Core 3.1 gives on x64.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

from apim_lab.csharp.runtime.decimals import from_double, from_single, to_double
from apim_lab.csharp.runtime.exceptions import OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Integral, Single
from apim_lab.csharp.runtime.singles import to_single
from apim_lab.csharp.runtime.values import Char
from apim_lab.csharp.types import Type

Convert = Callable[[Any], Any]

_WIDER: Mapping[str, str] = {
    "sbyte": "short int long float double decimal",
    "byte": "short ushort int uint long ulong float double decimal",
    "short": "int long float double decimal",
    "ushort": "int uint long ulong float double decimal",
    "int": "long float double decimal",
    "uint": "long ulong float double decimal",
    "long": "float double decimal",
    "ulong": "float double decimal",
    "char": "ushort int uint long ulong float double decimal",
    "float": "double",
    "double": "",
    "decimal": "",
}
NUMERIC = tuple(_WIDER)


# ---- into an integral type ----------------------------------------------------------------------------------------

_INT = BY_KEYWORD["int"]
_LONG = BY_KEYWORD["long"]
_TWO_63 = 2.0**63


def _cut(value: float, type_: Integral) -> int:
    """Towards zero; the smallest number of the type for what is out of its range, as the processor does it."""
    whole = int(value) if isfinite(value) else type_.minimum
    return whole if type_.minimum <= whole <= type_.maximum else type_.minimum


def _from_float(type_: Integral) -> Convert:
    if type_.keyword == "ulong":
        return _float_to_ulong
    through = _LONG if type_.bits == 64 or type_.keyword == "uint" else _INT
    return lambda value: type_.wrap(_cut(value, through))


def _float_to_ulong(value: float) -> int:
    """In two halves: what lies in the upper one is moved into the range of a long and back."""
    if value < _TWO_63:
        return BY_KEYWORD["ulong"].wrap(_cut(value, _LONG))
    return BY_KEYWORD["ulong"].wrap(_cut(value - _TWO_63, _LONG) + 2**63)


# What messages call a type, with its article
NOUNS: Mapping[str, str] = {
    "sbyte": "a signed byte",
    "byte": "an unsigned byte",
    "short": "an Int16",
    "ushort": "a UInt16",
    "int": "an Int32",
    "uint": "a UInt32",
    "long": "an Int64",
    "ulong": "a UInt64",
    "char": "a character",
}


def checked(value: int, keyword: str) -> Any:
    """The integer as a value of the type; raises OverflowException."""
    type_ = BY_KEYWORD["ushort" if keyword == "char" else keyword]
    if not type_.minimum <= value <= type_.maximum:
        raise OverflowException(f"Value was either too large or too small for {NOUNS[keyword]}.")
    return Char(chr(value)) if keyword == "char" else type_.python(value)


def _into_integral(source: str, keyword: str) -> Convert:
    type_ = BY_KEYWORD["ushort" if keyword == "char" else keyword]
    if source == "decimal":
        return lambda value: checked(int(value), keyword)
    convert = _from_float(type_) if source in {"float", "double"} else type_.wrap
    if keyword in _WIDER[source].split():
        convert = type_.python
    return (lambda value: Char(chr(convert(value)))) if keyword == "char" else convert


# ---- into the others ----------------------------------------------------------------------------------------------


def single(value: float) -> Single:
    """The nearest float."""
    return Single(to_single(value))


def _long_to_single(value: int) -> Single:
    """Rounded once: a last bit that is set keeps the way over double from rounding a half that is none."""
    excess = max(abs(value).bit_length() - 53, 0)
    sticky = abs(value) >> excess << excess
    odd = sticky | (1 << excess if sticky != abs(value) else 0)
    return single(float(odd if value >= 0 else -odd))


def _into_single(source: str) -> Convert:
    if source == "decimal":
        return lambda value: single(to_double(value))
    return _long_to_single if source == "long" else lambda value: single(float(value))


def _into_decimal(source: str) -> Convert:
    return {"double": from_double, "float": from_single}.get(source, lambda value: Decimal(int(value)))


def _conversion(source: str, target: str) -> Convert:
    if source == "char":
        after_code = _conversion("ushort", target) if target != "ushort" else BY_KEYWORD["ushort"].python
        return ord if target == "int" else lambda value: after_code(ord(value))
    if target == "float":
        return _into_single(source)
    if target == "double":
        return to_double if source == "decimal" else float
    return _into_decimal(source) if target == "decimal" else _into_integral(source, target)


_Pairs = Mapping[tuple[Type, Type], Convert]
ALL: _Pairs = {
    (Type(source), Type(target)): _conversion(source, target)
    for source in NUMERIC
    for target in NUMERIC
    if source != target
}
IMPLICIT: _Pairs = {pair: convert for pair, convert in ALL.items() if pair[1].name in _WIDER[pair[0].name].split()}
EXPLICIT: _Pairs = {pair: convert for pair, convert in ALL.items() if pair not in IMPLICIT}


def implicit_numeric(source: Type, target: Type) -> Convert | None:
    """None if there is no implicit numeric conversion."""
    return IMPLICIT.get((source, target))


def explicit_numeric(source: Type, target: Type) -> Convert | None:
    """A cast between any two numeric types; None if these are not two."""
    return ALL.get((source, target))


def fits(value: object, target: Type) -> bool:
    """Whether an integral constant is one of the target type's values ("Implicit constant expression conversions")."""
    integral = BY_KEYWORD.get(target.name)
    return integral is not None and isinstance(value, int) and integral.minimum <= value <= integral.maximum

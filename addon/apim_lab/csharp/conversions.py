"""Which conversions C# has between two static types, and what they do at run time.

Source: the C# specification, chapter "Conversions". A cast from `object` to a value type unboxes: the value must be of
exactly that type ("Specified cast is not valid." otherwise); one to a reference type looks at the value's class
("Unable to cast object of type 'System.Int32' to type 'System.String'.").
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apim_lab.csharp.exceptions import InvalidCastException, InvalidOperationException, NullReferenceException
from apim_lab.csharp.signatures import Signature
from apim_lab.csharp.types import (
    BYTE,
    CHAR,
    DECIMAL,
    DOUBLE,
    INT,
    INVALID,
    LONG,
    NULL,
    OBJECT,
    STRING,
    VOID,
    Type,
    underlying,
)
from apim_lab.csharp.values import Byte, Char, Int64
from apim_lab.dotnet import library
from apim_lab.dotnet.numbers import (
    decimal_to_int,
    decimal_to_long,
    double_to_decimal,
    double_to_int,
    double_to_long,
    wrap_int,
)

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Conversion:
    """`convert` is None where the value stays as it is; overload resolution takes the lowest `cost`."""

    cost: int
    convert: Convert | None = None

    def then(self, convert: Convert) -> Convert:
        first = self.convert
        return convert if first is None else lambda value: convert(first(value))


IDENTITY = Conversion(0)
_TO_NULLABLE, _TO_OBJECT, _USER_DEFINED = 5, 20, 30

# (source, target) -> (cost, function): "Implicit numeric conversions"
_WIDENING: dict[tuple[Type, Type], Conversion] = {
    (CHAR, INT): Conversion(1, ord),
    (CHAR, LONG): Conversion(2, lambda value: Int64(ord(value))),
    (CHAR, DOUBLE): Conversion(4, lambda value: float(ord(value))),
    (BYTE, INT): Conversion(1, int),
    (BYTE, LONG): Conversion(2, Int64),
    (BYTE, DOUBLE): Conversion(4, float),
    (INT, LONG): Conversion(2, Int64),
    (INT, DOUBLE): Conversion(4, float),
    (INT, DECIMAL): Conversion(3, Decimal),
    (LONG, DOUBLE): Conversion(4, float),
    (LONG, DECIMAL): Conversion(3, lambda value: Decimal(int(value))),
}
# "Explicit numeric conversions", unchecked
_NARROWING: dict[tuple[Type, Type], Convert] = {
    (INT, BYTE): lambda value: Byte(value & 0xFF),
    (INT, CHAR): lambda value: Char(chr(value & 0xFFFF)),
    (LONG, INT): lambda value: wrap_int(int(value)),
    (DOUBLE, INT): double_to_int,
    (DOUBLE, LONG): double_to_long,
    (DOUBLE, DECIMAL): double_to_decimal,
    (DECIMAL, INT): decimal_to_int,
    (DECIMAL, LONG): decimal_to_long,
    (DECIMAL, DOUBLE): float,
}


def implicit(source: Type, target: Type) -> Conversion | None:
    """The conversion C# does by itself; None if there is none."""
    if source == target or INVALID in {source, target}:
        return IDENTITY
    if VOID in {source, target}:
        return None
    if source == NULL:
        return Conversion(1 if target != OBJECT else 2) if library.can_be_null(target) else None
    return (
        _WIDENING.get((source, target)) or _upcast(source, target) or _lifted(source, target) or _user(source, target)
    )


def _upcast(source: Type, target: Type) -> Conversion | None:
    if target == OBJECT:
        return Conversion(_TO_OBJECT)
    ancestors = library.lineage(source)
    return Conversion(ancestors.index(target)) if target in ancestors else None


def _lifted(source: Type, target: Type) -> Conversion | None:
    """`T` or `T?` to `U?`, null staying null."""
    if target.name != "?":
        return None
    inner = implicit(underlying(source), underlying(target))
    return None if inner is None else Conversion(inner.cost + _TO_NULLABLE, _unless_null(inner.convert))


def _unless_null(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _user(source: Type, target: Type) -> Conversion | None:
    convert = _user_defined(target, "implicit", source, target)
    return Conversion(_USER_DEFINED, convert) if convert else None


def _user_defined(owner: Type, name: str, source: Type, target: Type) -> Convert | None:
    """The conversion that the owner declares between exactly these types."""
    found = library.definition(owner)
    rows = found.conversions if found else ()
    return next((row.implementation for row in rows if _converts(row.signature, name, source, target)), None)


def _converts(row: Signature, name: str, source: Type, target: Type) -> bool:
    return (row.name, row.parameters[0].type, row.result) == (name, source, target)


def explicit(source: Type, target: Type) -> Conversion | None:
    """What `(target)value` does; None if C# has no such cast."""
    found = implicit(source, target)
    if found is not None:
        return found
    if narrowing := _NARROWING.get((source, target)):
        return Conversion(0, narrowing)
    if user := _user_cast(source, target):
        return Conversion(0, user)
    if target in library.lineage(source) or library.derives(target, source) or _may_implement(source, target):
        return Conversion(0, cast_to(target))
    return _nullable_cast(source, target)


def _user_cast(source: Type, target: Type) -> Convert | None:
    for ancestor in library.lineage(source):
        found = _user_defined(ancestor, "explicit", ancestor, target)
        if found is not None:
            return found
    return None


def _may_implement(source: Type, target: Type) -> bool:
    """`int?` may be in an `object`."""
    return source == OBJECT and target.name == "?"


def _nullable_cast(source: Type, target: Type) -> Conversion | None:
    if "?" not in {source.name, target.name}:
        return None
    inner = explicit(underlying(source), underlying(target))
    if inner is None:
        return None
    if target.name == "?":
        return Conversion(0, _unless_null(inner.convert))
    return Conversion(0, Conversion(0, _value_of_nullable).then(inner.convert or _value_of_nullable))


def _value_of_nullable(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


def cast_to(target: Type) -> Convert:
    """Unboxing or the downcast of a reference, for values that come as `object` or as a base class."""
    if library.is_value(target):
        return _unboxing(target)
    if target.name == "?":
        return _unless_null(_unboxing(underlying(target))) or _value_of_nullable
    return _string_cast if target == STRING else _downcast(target)


def _unboxing(target: Type) -> Convert:
    found = library.definition(target)
    class_ = found.python if found else None

    def unbox(value: Any) -> Any:
        if value.__class__ is class_ or (value is not None and library.type_of(value) == target):
            return value
        raise NullReferenceException if value is None else InvalidCastException

    return unbox


def _string_cast(value: Any) -> Any:
    if value is None or value.__class__ is str:
        return value
    raise InvalidCastException.between(library.full_name(library.type_of(value)), "System.String")


def _downcast(target: Type) -> Convert:
    def downcast(value: Any) -> Any:
        if value is None or is_instance(value, target):
            return value
        raise InvalidCastException.between(library.full_name(library.type_of(value)), library.full_name(target))

    return downcast


def is_instance(value: object, target: Type) -> bool:
    """`value is target`: null is of no type."""
    if value is None:
        return False
    return library.derives(library.type_of(value), underlying(target))

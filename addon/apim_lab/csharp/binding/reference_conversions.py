"""Conversions between reference types, boxing and unboxing: the value stays, its run-time type is looked at.

Source: the C# specification, "Implicit reference conversions", "Explicit reference conversions", "Boxing conversions",
"Unboxing conversions" and, for `IEnumerable<out T>`, "Variance conversion". A cast from `object` to a value type
unboxes: the value must be of exactly that type ("Specified cast is not valid." otherwise); one to a reference type
looks at the value's class ("Unable to cast object of type 'System.Int32' to type 'System.String'.").
"""

from collections.abc import Callable
from enum import Enum
from typing import Any

from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.exceptions import InvalidCastException, InvalidOperationException, NullReferenceException
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import OBJECT, Type, underlying

Convert = Callable[[Any], Any]


def is_reference(library: Library, type_: Type) -> bool:
    return type_.name != "?" and library.can_be_null(type_)


def converts_by_reference(library: Library, source: Type, target: Type) -> bool:
    """Whether every value of `source` is one of `target`: identity, an implicit reference conversion or boxing."""
    if source.name == "[]" and (target.name == "[]" or is_array_interface(target)):
        return _elements_convert(library, source.arguments[0], target.arguments[0])
    return any(_is_variant(library, ancestor, target) for ancestor in library.lineage(source))


_ARRAY_INTERFACES = {"ICollection", "IEnumerable", "IList", "IReadOnlyCollection", "IReadOnlyList"}


def is_array_interface(type_: Type) -> bool:
    """Whether it is a generic interface of every array, which is covariant there."""
    return type_.name in _ARRAY_INTERFACES and len(type_.arguments) == 1


def _elements_convert(library: Library, source: Type, target: Type) -> bool:
    """Arrays of reference types are covariant."""
    return source == target or _reference_converts(library, source, target)


def _reference_converts(library: Library, source: Type, target: Type) -> bool:
    """An implicit reference conversion, which no value type has."""
    both = is_reference(library, source) and is_reference(library, target)
    return both and converts_by_reference(library, source, target)


def _is_variant(library: Library, source: Type, target: Type) -> bool:
    """Whether they are the same type, up to the variance of its type parameters."""
    if source == target:
        return True
    definition = library.definition(target)
    if source.name != target.name or len(source.arguments) != len(target.arguments) or definition is None:
        return False
    triples = zip(definition.variance, source.arguments, target.arguments, strict=True)
    return all(_argument_fits(library, *triple) for triple in triples)


def _argument_fits(library: Library, mark: str, source: Type, target: Type) -> bool:
    if source == target:
        return True
    narrow, wide = (target, source) if mark == "in" else (source, target)
    return bool(mark) and _reference_converts(library, narrow, wide)


def may_hold(library: Library, source: Type, target: Type) -> bool:
    """Whether a value of the reference type `source` may be one of `target`, so that C# has a cast."""
    if not is_reference(library, source):
        return False
    if source == OBJECT or converts_by_reference(library, target, source):
        return True
    if source.name == target.name == "[]":
        return may_hold(library, source.arguments[0], target.arguments[0])
    return _may_implement(library, source, target) or _may_implement(library, target, source)


def _may_implement(library: Library, class_: Type, interface: Type) -> bool:
    """A class that is not sealed may have a derived class with the interface; no array has one."""
    is_open = class_.name != "[]" and not library.is_sealed(class_)
    return library.is_interface(interface) and is_reference(library, class_) and is_open


def is_instance(library: Library, value: object, target: Type) -> bool:
    """`value is target`: null is of no type."""
    return value is not None and converts_by_reference(library, library.type_of(value), underlying(target))


def cast_to(library: Library, target: Type) -> Convert:
    """Unboxing or the downcast of a reference, for values that come as `object` or as a base class."""
    return _unboxing(library, target) if library.is_value(target) else _downcast(library, target)


def _unboxing(library: Library, target: Type) -> Convert:
    found = library.definition(target)
    class_ = found.python if found else None

    def unbox(value: Any) -> Any:
        if value.__class__ is class_ or (value is not None and library.type_of(value) == target):
            return value
        if value is None:
            raise NullReferenceException
        return _as_number(value, class_)

    return unbox


def _as_number(value: Any, class_: type | None) -> Any:
    """What is boxed as an `int` may be unboxed as an enumeration, and the other way round."""
    number = value.value if isinstance(value, Enum) else value
    if number.__class__ is int and class_ is int:
        return number
    if number.__class__ is int and class_ is not None and issubclass(class_, Enum):
        return member(class_, number)
    raise InvalidCastException


def _downcast(library: Library, target: Type) -> Convert:
    found = library.definition(target)
    class_ = found.python if found else None

    def downcast(value: Any) -> Any:
        if value is None or value.__class__ is class_ or is_instance(library, value, target):
            return value
        raise InvalidCastException.between(library.runtime_name(library.type_of(value)), library.runtime_name(target))

    return downcast


def value_of_nullable(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value

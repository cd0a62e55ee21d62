"""Which conversions C# has from an expression to a type, and what they do at run time.

Source: the C# specification, chapter "Conversions". They are asked of expressions, not only of types: the constant 3
converts to `byte`, `null` to `string`, `default` to any type.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Any

from apim_lab.csharp.binding.reference_conversions import (
    cast_to,
    converts_by_reference,
    is_reference,
    may_hold,
    value_of_nullable,
)
from apim_lab.csharp.binding.tuples import elementwise
from apim_lab.csharp.binding.user_conversions import user_defined
from apim_lab.csharp.code import Code, Conversion, Convert, constant
from apim_lab.csharp.code import ConversionKind as Kind
from apim_lab.csharp.runtime.enumerations import member
from apim_lab.csharp.runtime.exceptions import DotNetError
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.runtime.numeric_conversions import explicit_numeric, fits, implicit_numeric
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import (
    DEFAULT,
    INT,
    INVALID,
    LONG,
    NULL,
    THROW,
    VOID,
    Type,
    is_tuple,
    underlying,
)

IDENTITY = Conversion(Kind.IDENTITY)


type _Convert[Source] = Callable[[Library, Source, Type], Conversion | None]


def implicit(library: Library, code: Code, target: Type) -> Conversion | None:
    """The conversion of the expression that C# does by itself; None if there is none."""
    source = code.type
    if INVALID in {source, target}:
        return IDENTITY
    if source in _OF_CONTEXT:
        return _of_typeless(library, source, target)
    if code.function is not None:
        delegate = library.delegate(target)
        return None if delegate is None else code.function.conversion(delegate, target)
    if code.items is not None and source != target and (found := _of_items(library, code.items, target, implicit)):
        return found
    return _of_constant(library, code, target) or implicit_between(library, source, target)


# Expressions whose type is that of the place they stand in
_OF_CONTEXT = {DEFAULT, NULL, THROW}


def _of_typeless(library: Library, source: Type, target: Type) -> Conversion | None:
    if target == VOID:
        return None
    if source == NULL:
        return Conversion(Kind.NULL) if library.can_be_null(target) else None
    value = library.default_of(target)
    return IDENTITY if source == THROW else Conversion(Kind.DEFAULT, lambda _: value)


def _of_items(library: Library, items: Sequence[Code], target: Type, convert: _Convert[Code]) -> Conversion | None:
    """`(1, null)` to a tuple type: each element as it would convert alone."""
    wanted = underlying(target)
    if not is_tuple(wanted) or len(items) != len(wanted.arguments):
        return None
    return elementwise([convert(library, *pair) for pair in zip(items, wanted.arguments, strict=True)], wanted)


def _of_tuple(library: Library, source: Type, target: Type, convert: _Convert[Type]) -> Conversion | None:
    """One tuple type to another."""
    if not is_tuple(source) or not is_tuple(target) or len(source.arguments) != len(target.arguments):
        return None
    pairs = zip(source.arguments, target.arguments, strict=True)
    return elementwise([convert(library, *pair) for pair in pairs], target)


def _of_constant(library: Library, code: Code, target: Type) -> Conversion | None:
    """`byte b = 3`: an `int` constant that the type can hold, or a `long` one that `ulong` can."""
    wanted = underlying(target)
    if code.is_constant and code.constant == 0 and code.type.name in _NUMBERS and library.is_enum(wanted):
        value = library.default_of(wanted)
        return Conversion(Kind.CONSTANT, lambda _: value)
    if not code.is_constant or not (code.type == INT or (code.type == LONG and wanted.name == "ulong")):
        return None
    if not fits(code.constant, wanted) or code.type == wanted or implicit_numeric(code.type, wanted):
        return None
    return Conversion(Kind.CONSTANT, explicit_numeric(code.type, wanted))


# Roslyn takes any zero for that of an enumeration, the specification only `0`
_NUMBERS = {*BY_KEYWORD, "decimal", "double", "float"}


def implicit_between(library: Library, source: Type, target: Type) -> Conversion | None:
    """The implicit conversion that every expression of the type `source` has."""
    return standard_implicit(library, source, target) or _user(library, source, target, explicit=False)


def standard_implicit(library: Library, source: Type, target: Type) -> Conversion | None:
    """One that no type declares itself."""
    if source == target:
        return IDENTITY
    if convert := implicit_numeric(source, target):
        return Conversion(Kind.NUMERIC, convert)
    if is_tuple(source) and is_tuple(target):
        return _of_tuple(library, source, target, standard_implicit)
    if target.name == "?":
        return _lifted(standard_implicit(library, underlying(source), underlying(target)), source)
    return _to_base(library, source, target)


def _to_base(library: Library, source: Type, target: Type) -> Conversion | None:
    if VOID in {source, target} or (source.name == "?" and not is_reference(library, target)):
        return None
    if not converts_by_reference(library, underlying(source), target):
        return None
    return Conversion(Kind.REFERENCE if is_reference(library, source) else Kind.BOXING)


def _lifted(inner: Conversion | None, source: Type) -> Conversion | None:
    """`T` or `T?` to `U?`, null staying null."""
    if inner is None or inner.kind not in {Kind.IDENTITY, Kind.NUMERIC, Kind.TUPLE}:
        return None
    convert = inner.convert
    return Conversion(Kind.NULLABLE, _unless_null(convert) if convert and source.name == "?" else convert)


def _unless_null(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _user(library: Library, source: Type, target: Type, *, explicit: bool) -> Conversion | None:
    def converts(narrow: Type, wide: Type) -> bool:
        return standard_implicit(library, narrow, wide) is not None

    operator = user_defined(library, source, target, converts, explicit=explicit)
    if operator is None:
        return None
    before = standard_explicit(library, source, operator.signature.parameters[0].type)
    after = standard_explicit(library, operator.signature.result, target)
    if before is None or after is None:
        return None
    return Conversion(Kind.USER_DEFINED, _chain(before.convert, operator.implementation, after.convert))


def _chain(*converts: Convert | None) -> Convert:
    """One after the other; None changes nothing."""
    steps = [convert for convert in converts if convert is not None]
    if len(steps) == 1:
        return steps[0]

    def chained(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    return chained


def explicit(library: Library, code: Code, target: Type) -> Conversion | None:
    """What `(target)expression` does; None if C# has no such cast."""
    if found := implicit(library, code, target):
        return found
    if code.items is not None and (found := _of_items(library, code.items, target, explicit)):
        return found
    return explicit_between(library, code.type, target)


def explicit_between(library: Library, source: Type, target: Type) -> Conversion | None:
    return standard_explicit(library, source, target) or _user(library, source, target, explicit=True)


def standard_explicit(library: Library, source: Type, target: Type) -> Conversion | None:
    """A cast that no type declares itself: the only ones that `is` and `as` look at are among these."""
    if found := standard_implicit(library, source, target):
        return found
    if convert := explicit_numeric(source, target):
        return Conversion(Kind.NUMERIC, convert)
    if convert := _of_enumeration(library, source, target):
        return Conversion(Kind.NUMERIC, convert)
    if is_tuple(source) and is_tuple(target):
        return _of_tuple(library, source, target, standard_explicit)
    if may_hold(library, source, underlying(target)):
        kind = Kind.REFERENCE if is_reference(library, target) else Kind.UNBOXING
        return Conversion(kind, cast_to(library, target))
    return _of_nullable(library, source, target)


def _of_enumeration(library: Library, source: Type, target: Type) -> Convert | None:
    """`(int)DayOfWeek.Monday`, `(DayOfWeek)1`, `(DayOfWeek)StringComparison.Ordinal`."""
    members, wanted = library.enum_class(source), library.enum_class(target)
    if members is None and wanted is None:
        return None
    number, result = INT if members else source, INT if wanted else target
    convert = explicit_numeric(number, result)
    if convert is None and number != result:
        return None
    steps = (_number_of if members else None, convert, _member_of(wanted) if wanted else None)
    return _chain(*steps)


def _number_of(value: Enum) -> int:
    return int(value.value)


def _member_of(members: type[Enum]) -> Convert:
    return lambda number: member(members, number)


def _of_nullable(library: Library, source: Type, target: Type) -> Conversion | None:
    if "?" not in {source.name, target.name} or NULL in {source, target}:
        return None
    inner = standard_explicit(library, underlying(source), underlying(target))
    if inner is None or inner.kind not in {Kind.IDENTITY, Kind.NUMERIC, Kind.TUPLE}:
        return None
    if target.name == "?":
        return Conversion(Kind.NULLABLE, _unless_null(inner.convert))
    return Conversion(Kind.NULLABLE, _chain(value_of_nullable, inner.convert))


def apply(conversion: Conversion, code: Code, target: Type) -> Code:
    """The code with a conversion behind it; a constant stays one where C# says so."""
    convert, run = conversion.choose() if conversion.choose else conversion.convert, code.run
    if convert is None:
        keeps = conversion.kind is Kind.IDENTITY or (code.constant is None and code.is_constant)
        return Code(target, run, code.constant) if keeps else Code(target, run)
    if code.is_constant and conversion.kind in _FOLDED:
        with suppress(DotNetError):
            return constant(target, convert(code.constant))
    return Code(target, lambda frame: convert(run(frame)))


_FOLDED = {Kind.NUMERIC, Kind.CONSTANT, Kind.DEFAULT}

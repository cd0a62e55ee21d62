"""Conversions that a type declares itself, as `static explicit operator int(JToken value)`.

Source: the C# specification, "User-defined implicit conversions" and "User-defined explicit conversions".
"""

from collections.abc import Callable, Sequence

from apim_lab.csharp.symbols.definitions import Method
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type, underlying

# Whether there is a standard implicit conversion between two types
type Encompasses = Callable[[Type, Type], bool]


def user_defined(
    library: Library, source: Type, target: Type, converts: Encompasses, *, explicit: bool
) -> Method | None:
    """The most specific operator that leads from `source` to `target`; None if none does, or two equally well."""
    operators = [
        row
        for row in _declared(library, source, target, explicit=explicit)
        if _applies(row, source, target, converts, explicit=explicit)
    ]
    if not operators:
        return None
    from_type = _most_specific_source([_source(row) for row in operators], source, converts)
    to_type = _most_specific_target([row.signature.result for row in operators], target, converts)
    found = [row for row in operators if (_source(row), row.signature.result) == (from_type, to_type)]
    return found[0] if len(found) == 1 else None


def _declared(library: Library, source: Type, target: Type, *, explicit: bool) -> list[Method]:
    owners = dict.fromkeys((underlying(source), underlying(target)))
    names = ("implicit", "explicit") if explicit else ("implicit",)
    rows = [row for owner in owners for name in names for row in library.conversions(owner, name)]
    return list({(row.signature.name, _source(row), row.signature.result): row for row in rows}.values())


def _source(operator: Method) -> Type:
    return operator.signature.parameters[0].type


def _applies(operator: Method, source: Type, target: Type, converts: Encompasses, *, explicit: bool) -> bool:
    takes, gives = _source(operator), operator.signature.result
    if explicit:
        return (converts(source, takes) or converts(takes, source)) and (
            converts(gives, target) or converts(target, gives)
        )
    return converts(source, takes) and converts(gives, target)


def _most_specific_source(takes: Sequence[Type], source: Type, converts: Encompasses) -> Type | None:
    if source in takes:
        return source
    encompassing = [type_ for type_ in takes if converts(source, type_)]
    return _innermost(encompassing, converts) if encompassing else _outermost(takes, converts)


def _most_specific_target(gives: Sequence[Type], target: Type, converts: Encompasses) -> Type | None:
    if target in gives:
        return target
    encompassed = [type_ for type_ in gives if converts(type_, target)]
    return _outermost(encompassed, converts) if encompassed else _innermost(gives, converts)


def _innermost(types: Sequence[Type], converts: Encompasses) -> Type | None:
    """The type that converts to all the others."""
    return next((type_ for type_ in types if all(converts(type_, other) for other in types)), None)


def _outermost(types: Sequence[Type], converts: Encompasses) -> Type | None:
    return next((type_ for type_ in types if all(converts(other, type_) for other in types)), None)

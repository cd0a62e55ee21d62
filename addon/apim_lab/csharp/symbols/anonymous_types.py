"""The members of anonymous types, which no table declares.

Source: the C# specification, "Anonymous object creation expressions".
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

from apim_lab.csharp.runtime.anonymous_objects import AnonymousObject
from apim_lab.csharp.symbols.definitions import Definition, Implementation, Method
from apim_lab.csharp.symbols.signatures import Declaration, Kind, Signature
from apim_lab.csharp.types import EMPTY_ANONYMOUS, Type, anonymous


def anonymous_definition(type_: Type) -> Definition | None:
    """The class of all anonymous types with these names, generic in the types; None if the type is not anonymous."""
    return _definition(type_.names) if type_.names or type_ == EMPTY_ANONYMOUS else None


@lru_cache(maxsize=1024)
def _definition(names: tuple[str, ...]) -> Definition:
    parameters = [Type(f"T{number}") for number in range(len(names))]
    return _AnonymousType(anonymous(names, parameters))


class _AnonymousType(Definition):
    """Its rows are made, not read from text: a property may have any name."""

    def __init__(self, type_: Type) -> None:
        super().__init__(type_.name, type_.full_name)
        self.__dict__["declared"] = Declaration("sealed class", type_, ())

    @cached_property
    def rows(self) -> Sequence[Method]:
        return [
            Method(Signature(result, name, kind=Kind.PROPERTY), _value(index), self.type)
            for index, (name, result) in enumerate(zip(self.type.names, self.type.arguments, strict=True))
        ]


def _value(index: int) -> Implementation:
    def value(owner: AnonymousObject) -> Any:
        return owner.values[index]

    return value

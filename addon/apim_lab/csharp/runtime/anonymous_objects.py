"""The values of `new { a = 1, b.Name }`. Source: the C# specification, "Anonymous object creation expressions"."""

from collections.abc import Iterator, Sequence
from typing import Any

from apim_lab.csharp.types import Type


class AnonymousObject:
    """An object of an anonymous type: the values of its properties, in the order of the type's `names`."""

    __slots__ = ("type", "values")

    def __init__(self, type_: Type, values: Sequence[Any]) -> None:
        self.type = type_
        self.values = values

    def items(self) -> Iterator[tuple[str, Any]]:
        """The properties: their names and values."""
        return zip(self.type.names, self.values, strict=True)

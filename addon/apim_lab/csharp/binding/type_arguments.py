"""The type arguments of a generic method or constructor, as its implementation in the library sees them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from apim_lab.csharp.binding.reference_conversions import cast_to, is_instance
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type


class UnsupportedType(ValueError):
    """A generic member does not do for a type argument; the message is for the author of the expression."""


@dataclass(frozen=True)
class TypeArgument:
    """What `T` stands for in a call of `T Value<T>(object key)`."""

    library: Library
    type: Type

    def __str__(self) -> str:
        return str(self.type)

    @property
    def default(self) -> Any:
        """`default(T)`."""
        return self.library.default_of(self.type)

    @property
    def cast(self) -> Callable[[Any], Any]:
        """`(T)value`, for a value that comes as `object`: raises InvalidCastException or NullReferenceException."""
        return cast_to(self.library, self.type)

    def items(self, enumerable: object) -> Iterable[Any]:
        """What an `IEnumerable<T>` yields."""
        return self.library.items(enumerable, self.type)

    def is_instance(self, value: object) -> bool:
        """`value is T`."""
        return is_instance(self.library, value, self.type)

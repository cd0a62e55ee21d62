"""Which keys and items .NET takes for the same: `EqualityComparer<T>.Default`.

A Python dict finds an item by its `key`, which is equal to another one exactly if .NET takes the items for equal.
"""

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.types import Type, underlying
from apim_lab.dotnet.identity import equal, hash_code


class EqualityComparer(Protocol):
    """An `IEqualityComparer<T>`."""

    type: Type

    def key(self, value: Any) -> Hashable: ...
    def equals(self, left: Any, right: Any) -> bool: ...
    def hash_code(self, value: Any) -> int: ...


class _Key:
    """A value that equals others as .NET has it: the int 1 is no long 1, and no true."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and equal(self.value, other.value)

    def __hash__(self) -> int:
        return hash_code(self.value)


def _itself(value: Any) -> Any:
    return value


def _of_any(value: Any) -> Hashable:
    return value if value is None or value.__class__ is str else _Key(value)


# Types whose values are of one Python class, which compares them as .NET does
_PLAIN = {*BY_KEYWORD, "bool", "char", "decimal", "string", "DateTime", "Guid", "TimeSpan"}


def is_plain(type_: Type) -> bool:
    """Whether Python takes the same values of the type, or null, for equal as .NET does."""
    return underlying(type_).name in _PLAIN


class DefaultEquality:
    """`EqualityComparer<T>.Default`."""

    __slots__ = ("key", "type")

    def __init__(self, element: Type) -> None:
        self.type = Type("GenericEqualityComparer", (element,), "System.Collections.Generic.GenericEqualityComparer")
        self.key: Callable[[Any], Any] = _itself if is_plain(element) else _of_any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultEquality) and self.type == other.type

    def __hash__(self) -> int:
        return hash(self.type)

    def equals(self, left: Any, right: Any) -> bool:
        return equal(left, right)

    def hash_code(self, value: Any) -> int:
        return 0 if value is None else hash_code(value)

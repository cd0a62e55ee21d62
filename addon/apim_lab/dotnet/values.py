"""The run-time values of the library that Python has no class of its own for. Guid is uuid.UUID."""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.values import object_text
from apim_lab.csharp.types import OBJECT, Type


class Convertible:
    """A .NET object that has a text of its own and may stand for a plain value, as Newtonsoft's tokens do."""

    __slots__ = ()
    is_value: ClassVar[bool] = False

    def text(self) -> str:
        """`ToString()`."""
        raise NotImplementedError

    def plain(self) -> Any:
        """The .NET value that it stands for, if `is_value`."""
        raise NotImplementedError

    def convert_to(self, keyword: str) -> Any:
        """What `Convert` makes of it, by the keyword of the type; raises InvalidCastException if it is no value."""
        raise InvalidCastException.between(object_text(self), "System.IConvertible")

    def same_as(self, other: object) -> bool:
        """`Equals(object)`: by reference, unless its class compares by value."""
        return self is other


Formatting = enum.Enum("Formatting", {"None": 0, "Indented": 1})


class KeyValuePair:
    """`KeyValuePair<TKey, TValue>`, what enumerating a dictionary or a JObject yields."""

    __slots__ = ("key", "type", "value")

    def __init__(self, key: Any, value: Any, type_: Type) -> None:
        self.key = key
        self.value = value
        self.type = type_


def pair_type(key: Type, value: Type) -> Type:
    return Type("KeyValuePair", (key, value), "System.Collections.Generic.KeyValuePair")


def pairs(key: Type, value: Type) -> Callable[[Mapping[Any, Any]], list[KeyValuePair]]:
    """How a dictionary with keys and values of these types is enumerated."""
    type_ = pair_type(key, value)
    return lambda values: [KeyValuePair(*item, type_) for item in values.items()]


class Enumerable[T]:
    """An `IEnumerable<T>`: `find` is called for each enumeration."""

    __slots__ = ("find", "type")

    def __init__(self, find: Callable[[], Iterable[T]], element: Type = OBJECT) -> None:
        self.find = find
        self.type = Type("IEnumerable", (element,), "System.Linq.Enumerable")

    def __iter__(self) -> Iterator[T]:
        return iter(self.find())

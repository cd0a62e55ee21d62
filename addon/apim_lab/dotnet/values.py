"""The run-time values that Python has no class of its own for: each C# type is exactly one Python class.

Int32 is int, Boolean bool, String str, Double float, Decimal decimal.Decimal, Guid uuid.UUID, DateTime datetime (UTC),
and TimeSpan timedelta. Strings count code points, where .NET counts UTF-16 units.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from apim_lab.csharp.types import BYTE, OBJECT, STRING, Type, array_of
from apim_lab.messages import Headers


def by_class[T](table: Mapping[type, T], value: object) -> T | None:
    """The entry for the value's class, or for the nearest class that it derives from."""
    found = table.get(value.__class__)
    if found is not None:
        return found
    return next((table[class_] for class_ in type(value).__mro__ if class_ in table), None)


class Int64(int):
    """`long`. Arithmetic on it gives a Python int: whoever computes wraps the result again."""

    __slots__ = ()


class Byte(int):
    """`byte`."""

    __slots__ = ()


class Char(str):
    """`char`, a string of one character that is no string."""

    __slots__ = ()


class Array(list[Any]):
    """`T[]`, with its exact type, so that `(string[])context.Variables["x"]` can be checked."""

    __slots__ = ("type",)

    def __init__(self, items: Iterable[Any], element: Type = STRING) -> None:
        super().__init__(items)
        self.type = array_of(element)


class Bytes(bytearray):
    """`byte[]`, at a byte per item."""

    type = array_of(BYTE)

    def __getitem__(self, index: Any) -> Any:
        return Byte(super().__getitem__(index))

    def __iter__(self) -> Iterator[Byte]:
        return map(Byte, super().__iter__())


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


TICKS_PER_MICROSECOND = 10


def span_text(value: timedelta) -> str:
    """`[-][d.]hh:mm:ss[.fffffff]`, TimeSpan's format "c"."""
    microseconds = abs(value) // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    hours, rest = divmod(seconds, 3600)
    days, hours = divmod(hours, 24)
    day = f"{days}." if days else ""
    decimals = f".{fraction * TICKS_PER_MICROSECOND:07}" if fraction else ""
    sign = "-" if value < timedelta() else ""
    return f"{sign}{day}{hours:02}:{rest // 60:02}:{rest % 60:02}{decimals}"


class StringComparison(enum.Enum):
    """The three cultures of .NET are one here: the gateway's is the invariant one."""

    CurrentCulture = 0
    CurrentCultureIgnoreCase = 1
    InvariantCulture = 2
    InvariantCultureIgnoreCase = 3
    Ordinal = 4
    OrdinalIgnoreCase = 5


# `None` is no name that a Python class may give a member
StringSplitOptions = enum.Enum("StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1})
KEEP_EMPTY_ENTRIES = StringSplitOptions["None"]


Formatting = enum.Enum("Formatting", {"None": 0, "Indented": 1})


class KeyValuePair:
    """`KeyValuePair<string, TValue>`, what enumerating a dictionary or a JObject yields."""

    __slots__ = ("key", "value")
    type = Type("KeyValuePair", (STRING, OBJECT))

    def __init__(self, key: str, value: object) -> None:
        self.key = key
        self.value = value


def pairs(values: Mapping[str, Any]) -> list[KeyValuePair]:
    return [KeyValuePair(key, value) for key, value in values.items()]


class HeaderValues(Mapping[str, Array]):
    """Header fields as `IReadOnlyDictionary<string, string[]>`; a name is found whatever its case."""

    __slots__ = ("headers",)

    def __init__(self, headers: Headers) -> None:
        self.headers = headers

    def __getitem__(self, name: str) -> Array:
        values = self.headers.get_all(name)
        if not values:
            raise KeyError(name)
        return Array(values)

    def joined(self, name: str) -> str | None:
        """All values in one text; None where the field is absent."""
        return self.headers.get(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.headers

    def __iter__(self) -> Iterator[str]:
        return iter({name.lower(): name for name, _ in self.headers.fields}.values())

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.headers.fields})

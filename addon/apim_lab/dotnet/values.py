"""The run-time values of the library that Python has no class of its own for. Guid is uuid.UUID."""

import enum
from collections.abc import Mapping
from typing import Any, ClassVar

from apim_lab.csharp.types import OBJECT, STRING, Type


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

    def __init__(self, key: str | None, value: object) -> None:
        self.key = key
        self.value = value


def pairs(values: Mapping[str, Any]) -> list[KeyValuePair]:
    return [KeyValuePair(key, value) for key, value in values.items()]

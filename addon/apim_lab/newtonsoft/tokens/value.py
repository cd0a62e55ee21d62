"""A value in a JSON tree. Source: Newtonsoft.Json 13.0.1, Linq/JValue.cs."""

from typing import Any, ClassVar

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.casts import CONVERSIONS
from apim_lab.newtonsoft.comparison import compare
from apim_lab.newtonsoft.text.writer import write_value
from apim_lab.newtonsoft.token_types import COMMENT, NULL, RAW, STRING, JTokenType, value_type
from apim_lab.newtonsoft.tokens.token import TOKEN_SIZE, JToken


class JValue(JToken):
    """A value: `value` has its exact .NET type. JSON's integers are Int64, and BigInteger where they are too large."""

    __slots__ = ("type", "value")
    is_value: ClassVar[bool] = True
    value: Any

    def __init__(self, value: object, type_: JTokenType | None = None) -> None:
        self.parent = None
        self.value = value
        self.type = value_type(value) if type_ is None else type_

    def clone(self) -> "JValue":
        allocate(TOKEN_SIZE)
        return JValue(self.value, self.type)

    def equals(self, other: JToken) -> bool:
        return self is other or (
            isinstance(other, JValue) and self.type is other.type and compare(self.type, self.value, other.value) == 0
        )

    def written(self, line: str) -> str:
        return write_value(self.type, self.value)

    def compare_to(self, other: "JValue") -> int:
        """Below 0, 0 or above 0: a text is compared as what the other one is."""
        return compare(other.type if self.type is STRING else self.type, self.value, other.value)

    def assign(self, value: object) -> None:
        """`Value = value`: the kind follows the value, unless its class stays."""
        if value.__class__ is not self.value.__class__:
            self.type = COMMENT if value.__class__ is str and self.type is COMMENT else value_type(value)
        self.value = value

    def plain(self) -> Any:
        return self.value

    def convert_to(self, keyword: str) -> Any:
        return CONVERSIONS[keyword].to_value(self.type, self.value)

    def same_as(self, other: object) -> bool:
        return isinstance(other, JValue) and self.equals(other)

    def text(self) -> str:
        return to_string(self.value)


def null() -> JValue:
    return JValue(None, NULL)


def is_unchanged(existing: JToken, item: JToken | None) -> bool:
    """Whether the item equals the value that it would replace; Newtonsoft then keeps the old one."""
    if not isinstance(existing, JValue):
        return False
    return existing.type is NULL if item is None else existing.equals(item)


class JRaw(JValue):
    """A text that is JSON, as whoever wrote it says."""

    __slots__ = ()

    def __init__(self, value: object) -> None:
        super().__init__(value, RAW)

    def clone(self) -> "JRaw":
        allocate(TOKEN_SIZE)
        return JRaw(self.value)

"""`JValue`. Source: newtonsoft.com/json/help, Newtonsoft.Json 13.0.1, Linq/JValue.cs."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.formatting import format_value
from apim_lab.newtonsoft.members.making import copied
from apim_lab.newtonsoft.members.tokens import string_value
from apim_lab.newtonsoft.token_types import COMMENT, NULL, STRING, UNDEFINED
from apim_lab.newtonsoft.tokens import JValue

# The types of which `new JValue(value)` makes one
_TYPES = (
    "long",
    "ulong",
    "decimal",
    "float",
    "double",
    "bool",
    "DateTime",
    "DateTimeOffset",
    "Guid",
    "TimeSpan",
    "object",
)
_CONSTRUCTORS: Mapping[str, Callable[..., Any]] = {
    "new(JValue other)": copied,
    "new(char value)": lambda value: JValue(value, STRING),
    "new(string value)": string_value,
    **{f"new({name} value)": JValue for name in _TYPES},
}

_VALUE = Definition(
    "class JValue : JToken",
    "Newtonsoft.Json.Linq.JValue",
    python=JValue,
    members={
        **_CONSTRUCTORS,
        "object Value": lambda token: token.value,
        "object Value { set; }": JValue.assign,
        "bool Equals(JValue other)": lambda token, other: other is not None and token.equals(other),
        "int CompareTo(JValue obj)": lambda token, other: 1 if other is None else token.compare_to(other),
        "string ToString(string format)": format_value,
        "static JValue CreateComment(string value)": lambda value: JValue(value, COMMENT),
        "static JValue CreateNull()": lambda: JValue(None, NULL),
        "static JValue CreateString(string value)": string_value,
        "static JValue CreateUndefined()": lambda: JValue(None, UNDEFINED),
    },
)

DEFINITIONS = (_VALUE,)

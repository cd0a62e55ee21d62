"""JSON as Newtonsoft writes it. Source: Newtonsoft.Json 13.0.1, JsonTextWriter.cs, JsonWriter.cs, JsonConvert.cs."""

import enum
from base64 import b64encode
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.text.dates import is_like_a_date, read_date, written_date
from apim_lab.newtonsoft.text.escapes import quoted
from apim_lab.newtonsoft.token_types import (
    BOOLEAN,
    BYTES,
    COMMENT,
    DATE,
    FLOAT,
    GUID,
    INTEGER,
    NULL,
    RAW,
    STRING,
    TIME_SPAN,
    UNDEFINED,
    JTokenType,
)

# .NET's on Windows
NEW_LINE = "\r\n"


def written(value: Any, line: str) -> str:
    """A token, or what the json module read; `line` is what begins a line at this depth, "" if there are none."""
    write = _WRITERS.get(value.__class__)
    return value.written(line) if write is None else write(value, line)


def write_object(members: Mapping[str, Any], line: str) -> str:
    if not members:
        return "{}"
    inner = line and line + "  "
    colon = ": " if line else ":"
    parts = [f"{inner}{quoted(name)}{colon}{written(value, inner)}" for name, value in members.items()]
    return f"{{{','.join(parts)}{line}}}"


def write_array(items: list[Any], line: str) -> str:
    if not items:
        return "[]"
    inner = line and line + "  "
    parts = [f"{inner}{written(item, inner)}" for item in items]
    return f"[{','.join(parts)}{line}]"


def write_constructor(name: str, items: list[Any], line: str) -> str:
    inner = line and line + "  "
    return f"new {name}({','.join([f'{inner}{written(item, inner)}' for item in items])}{line})"


def write_property(name: str, value: Any, line: str) -> str:
    return f"{quoted(name)}{': ' if line else ':'}{written(value, line)}"


def write_value(kind: JTokenType, value: object) -> str:
    return _VALUES[kind](value)


def _raw_text(text: str, line: str) -> str:
    """A text may be a date: then it is written anew."""
    date = read_date(text) if is_like_a_date(text) else None
    return quoted(text) if date is None else _date(date)


def _integer(value: Any) -> str:
    return str(int(value.value if isinstance(value, enum.Enum) else value))


def _float(value: Any) -> str:
    """A number has a point or an exponent; what is no number is a text."""
    text = to_string(value)
    if not isfinite(value):
        return f'"{text}"'
    return text if "." in text or "E" in text else f"{text}.0"


def _date(value: Any) -> str:
    return f'"{written_date(value)}"'


def _boolean(value: Any) -> str:
    return "true" if value else "false"


def _bytes(value: Any) -> str:
    return f'"{b64encode(value).decode()}"'


def _quoted_text(value: Any) -> str:
    return f'"{to_string(value)}"'


_VALUES: Mapping[JTokenType, Callable[[Any], str]] = {
    BOOLEAN: _boolean,
    BYTES: _bytes,
    COMMENT: lambda value: f"/*{value}*/",
    DATE: _date,
    FLOAT: _float,
    GUID: _quoted_text,
    INTEGER: _integer,
    NULL: lambda _: "null",
    RAW: to_string,
    STRING: lambda value: "null" if value is None else quoted(value),
    TIME_SPAN: _quoted_text,
    UNDEFINED: lambda _: "undefined",
}
# What the json module reads, by its class
_WRITERS: Mapping[type, Callable[[Any, str], str]] = {
    bool: lambda value, _: _boolean(value),
    dict: write_object,
    float: lambda value, _: _float(value),
    int: lambda value, _: str(value),
    list: write_array,
    str: _raw_text,
    type(None): lambda _value, _line: "null",
}

"""`object` and nullable values. Source: learn.microsoft.com/dotnet/api."""

from typing import Any

from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.identity import equal, hash_code, is_same

_OBJECT = Definition(
    "class object",
    "System.Object",
    python=object,
    members={
        "string ToString()": to_string,
        "bool Equals(object obj)": equal,
        "static bool Equals(object objA, object objB)": equal,
        "static bool ReferenceEquals(object objA, object objB)": is_same,
        "int GetHashCode()": hash_code,
        "new()": object,
    },
)


def _nullable_value(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


_NULLABLE = Definition(
    "struct Nullable<T>",
    "System.Nullable",
    members={
        "bool HasValue": lambda value: value is not None,
        "T Value": _nullable_value,
        "T GetValueOrDefault(T defaultValue)": lambda value, default: default if value is None else value,
    },
)


DEFINITIONS = (_OBJECT, _NULLABLE)

"""Nullable values, and the class that compares them. Source: learn.microsoft.com/dotnet/api/system.nullable."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument, UnsupportedType
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.runtime.runtime_types import RuntimeType, runtime_type
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.ordering import comparing
from apim_lab.dotnet.identity import equal


def _value(value: Any) -> Any:
    if value is None:
        raise InvalidOperationException("Nullable object must have a value.")
    return value


def _compare(type_: TypeArgument) -> Callable[[Any, Any], int]:
    """Null comes first."""
    _check(type_)
    order = comparing(type_.library)

    def compare(left: Any, right: Any) -> int:
        if left is None or right is None:
            return (left is not None) - (right is not None)
        return order(left, right)

    return compare


def _equal(type_: TypeArgument) -> Callable[[Any, Any], bool]:
    _check(type_)
    return equal


def _check(type_: TypeArgument) -> None:
    if not type_.library.is_value(type_.type):
        raise UnsupportedType(f"The type '{type_}' must be a non-nullable value type")


def _underlying(type_: RuntimeType | None) -> RuntimeType | None:
    described = given(type_, "nullableType").described
    return runtime_type(described.arguments[0]) if described.name == "?" else None


DEFINITIONS = (
    Definition(
        "struct Nullable<T>",
        "System.Nullable",
        members={
            "new()": lambda _type: lambda: None,
            "new(T value)": lambda _type: lambda value: value,
            "bool HasValue": lambda value: value is not None,
            "T Value": _value,
            "T GetValueOrDefault(T defaultValue)": lambda value, default: default if value is None else value,
        },
    ),
    Definition(
        "static class Nullable",
        "System.Nullable",
        members={
            "static int Compare<T>(T? n1, T? n2)": _compare,
            "static bool Equals<T>(T? n1, T? n2)": _equal,
            "static Type GetUnderlyingType(Type nullableType)": _underlying,
        },
    ),
)

"""`Convert.ChangeType`. Source: learn.microsoft.com/dotnet/api/system.convert.changetype, and .NET Core 3.1."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.runtime_types import RuntimeType
from apim_lab.csharp.symbols.library import Library
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.conversion.convert import NAMES, convert_to, to_date_time
from apim_lab.dotnet.conversion.type_codes import TypeCode, type_code
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Convertible

_KEYWORDS = {TypeCode[name]: keyword for keyword, name in NAMES.items()}


def change_type(value: Any, code: TypeCode, _provider: object = None) -> Any:
    """`Convert.ChangeType(value, typeCode)`."""
    if value is None and code in {TypeCode.Empty, TypeCode.String, TypeCode.Object}:
        return None
    if value is None or (type_code(value) is TypeCode.Object and not isinstance(value, Convertible)):
        raise InvalidCastException("Object must implement IConvertible.")
    if code in {TypeCode.Empty, TypeCode.DBNull}:
        raise InvalidCastException(f"Object cannot be cast to {code.name}.")
    if code is TypeCode.Object:
        return value
    if code is TypeCode.String:
        return to_string(value)
    if code is TypeCode.DateTime:
        return to_date_time(value)
    if code not in _KEYWORDS:  # a number that the enumeration has no name for
        raise ArgumentException("Unknown TypeCode value.")
    return convert_to(_KEYWORDS[code], value)


def change_to(library: Library) -> Callable[..., Any]:
    """`Convert.ChangeType(value, conversionType)`."""

    def changed(value: Any, type_: RuntimeType | None, _provider: object = None) -> Any:
        described = given(type_, "conversionType").described
        if value is None and (described.name == "?" or library.is_value(described)):
            raise InvalidCastException("Null object cannot be converted to a value type.")
        if value is None or library.type_of(value) == described:
            return value
        code = _CODES.get(described.full_name)
        if code is not None or (type_code(value) is TypeCode.Object and not isinstance(value, Convertible)):
            return change_type(value, code or TypeCode.Object)
        source = library.runtime_name(library.type_of(value))
        raise InvalidCastException(f"Invalid cast from '{source}' to '{described.runtime_name}'.")

    return changed


_CODES = {f"System.{code.name}": code for code in (*_KEYWORDS, TypeCode.DateTime, TypeCode.Object, TypeCode.String)}

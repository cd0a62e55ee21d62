"""`System.TypeCode`: which of the basic types a value has. Source: learn.microsoft.com/dotnet/api/system.typecode."""

import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.numbers import INTEGRAL, Single
from apim_lab.csharp.runtime.values import Char
from apim_lab.dotnet.convert import NAMES, convert_to, to_date_time
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.values import Convertible


class TypeCode(enum.Enum):
    """There is no 17."""

    Empty = 0
    Object = 1
    DBNull = 2
    Boolean = 3
    Char = 4
    SByte = 5
    Byte = 6
    Int16 = 7
    UInt16 = 8
    Int32 = 9
    UInt32 = 10
    Int64 = 11
    UInt64 = 12
    Single = 13
    Double = 14
    Decimal = 15
    DateTime = 16
    String = 18


_CODES: Mapping[type, TypeCode] = {
    bool: TypeCode.Boolean,
    str: TypeCode.String,
    Char: TypeCode.Char,
    Single: TypeCode.Single,
    float: TypeCode.Double,
    Decimal: TypeCode.Decimal,
    DateTime: TypeCode.DateTime,
    **{class_: TypeCode[type_.name] for class_, type_ in INTEGRAL.items()},
}
_KEYWORDS = {TypeCode[name]: keyword for keyword, name in NAMES.items()}


def type_code(value: object) -> TypeCode:
    """`Convert.GetTypeCode(value)`; an enumeration has that of its numbers."""
    if value is None:
        return TypeCode.Empty
    return TypeCode.Int32 if isinstance(value, enum.Enum) else _CODES.get(value.__class__, TypeCode.Object)


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

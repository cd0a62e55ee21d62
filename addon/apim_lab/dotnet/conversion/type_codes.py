"""`System.TypeCode`: which of the basic types a value has. Source: learn.microsoft.com/dotnet/api/system.typecode."""

import enum
from collections.abc import Mapping
from decimal import Decimal

from apim_lab.csharp.runtime.numbers import INTEGRAL, Single
from apim_lab.csharp.runtime.values import Char
from apim_lab.dotnet.dates.dates import DateTime


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


def type_code(value: object) -> TypeCode:
    """`Convert.GetTypeCode(value)`; an enumeration has that of its numbers."""
    if value is None:
        return TypeCode.Empty
    return TypeCode.Int32 if isinstance(value, enum.Enum) else _CODES.get(value.__class__, TypeCode.Object)


TYPE_CODE = {"TypeCode GetTypeCode()": type_code}
"""The row of a type that can be converted."""

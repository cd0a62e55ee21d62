"""The kinds of JSON values in Newtonsoft.Json.Linq. Source: Newtonsoft.Json 13.0.1, Linq/JTokenType.cs."""

import enum
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from apim_lab.csharp.runtime.values import Bytes, Char, Int64, object_text, type_of
from apim_lab.csharp.types import OBJECT as ANY_OBJECT
from apim_lab.csharp.types import Type
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.exceptions import ArgumentException

# `None` is no name that a Python class may give a member
JTokenType = enum.Enum(
    "JTokenType",
    "None Object Array Constructor Property Comment Integer Float String Boolean Null Undefined Date Raw Bytes Guid "
    "Uri TimeSpan",
    start=0,
)
OBJECT, ARRAY, CONSTRUCTOR, PROPERTY = (JTokenType[name] for name in ("Object", "Array", "Constructor", "Property"))
INTEGER, FLOAT, STRING, BOOLEAN = (JTokenType[name] for name in ("Integer", "Float", "String", "Boolean"))
NULL, UNDEFINED, COMMENT, DATE = (JTokenType[name] for name in ("Null", "Undefined", "Comment", "Date"))
BYTES, GUID, RAW, TIME_SPAN, URI = (JTokenType[name] for name in ("Bytes", "Guid", "Raw", "TimeSpan", "Uri"))


class BigInteger(int):
    """`System.Numerics.BigInteger`: an integer of JSON that no `long` can hold."""

    __slots__ = ()
    type = Type("BigInteger", full_name="System.Numerics.BigInteger")


VALUE_TYPES: Mapping[type, JTokenType] = {
    str: STRING,
    bool: BOOLEAN,
    int: INTEGER,
    Int64: INTEGER,
    BigInteger: INTEGER,
    float: FLOAT,
    Decimal: FLOAT,
    DateTime: DATE,
    DateTimeOffset: DATE,
    TimeSpan: TIME_SPAN,
    UUID: GUID,
    Bytes: BYTES,
    type(None): NULL,
}


def value_type(value: object) -> JTokenType:
    """The kind of a .NET value in a JValue; raises ArgumentException for what JSON has no value for, as a `char`."""
    found = VALUE_TYPES.get(value.__class__)
    if found is not None:
        return found
    if isinstance(value, enum.Enum):
        return INTEGER
    near = () if value.__class__ is Char else type(value).__mro__
    for class_ in near:
        if class_ in VALUE_TYPES:
            return VALUE_TYPES[class_]
    raise ArgumentException(f"Could not determine JSON object type for type {class_name(value)}.")


_NAMES: Mapping[type, str] = {
    DateTime: "System.DateTime",
    DateTimeOffset: "System.DateTimeOffset",
    TimeSpan: "System.TimeSpan",
    UUID: "System.Guid",
}


def class_name(value: object) -> str:
    """What .NET calls the class of a value that is not null."""
    own = type_of(value)
    named = _NAMES.get(value.__class__) or ("" if own == ANY_OBJECT else own.runtime_name)
    return named or object_text(value)

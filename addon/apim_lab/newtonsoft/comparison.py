"""How Newtonsoft compares the values of two JValues. Source: Newtonsoft.Json 13.0.1, Linq/JValue.cs, `Compare`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from math import isnan, trunc
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.exceptions import InvalidCastException
from apim_lab.csharp.runtime.values import Bytes
from apim_lab.dotnet.conversion.convert import to_boolean, to_date_time, to_decimal, to_double, to_int64
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.formatting import to_string
from apim_lab.newtonsoft.casts import to_date_offset
from apim_lab.newtonsoft.token_types import (
    BOOLEAN,
    BYTES,
    COMMENT,
    DATE,
    FLOAT,
    GUID,
    INTEGER,
    RAW,
    STRING,
    TIME_SPAN,
    BigInteger,
    JTokenType,
)

# Of the last place of a double near 1
_EPSILON = 2.2204460492503131e-16


def compare(kind: JTokenType, left: Any, right: Any) -> int:
    """Below 0, 0 or above 0; null comes first. Raises what `Convert` raises for values that are not of the kind."""
    if left is right or left is None or right is None:
        return (left is not None) - (right is not None)
    comparison = _COMPARISONS.get(kind)
    if comparison is None:
        raise ArgumentOutOfRangeException(f"Unexpected value type: {kind.name}")
    return comparison(left, right)


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _numbers(left: Any, right: Any, *, whole: bool) -> int:
    if isinstance(left, BigInteger):
        return _big_integer(left, right)
    if isinstance(right, BigInteger):
        return -_big_integer(right, left)
    left, right = (value.value if isinstance(value, Enum) else value for value in (left, right))
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _order(to_decimal(left), to_decimal(right))
    if whole and not isinstance(left, float) and not isinstance(right, float):
        return _order(to_int64(left), to_int64(right))
    return _floats(to_double(left), to_double(right))


def _big_integer(left: int, right: Any) -> int:
    if isinstance(right, Enum):
        raise InvalidCastException(f"Cannot convert System.{right.__class__.__name__} to BigInteger.")
    if isinstance(right, float | Decimal):
        return _order(left, trunc(right)) or -int(right != trunc(right))
    return _order(left, int(right))


def _floats(left: float, right: float) -> int:
    """Numbers that differ in their last place are equal; NaN comes first and equals itself."""
    if isnan(left) or isnan(right):
        return isnan(right) - isnan(left)
    tolerance = ((abs(left) + abs(right)) + 10.0) * _EPSILON
    return 0 if left == right or -tolerance < left - right < tolerance else _order(left, right)


def _texts(left: Any, right: Any) -> int:
    return _order(to_string(left), to_string(right))


def _booleans(left: Any, right: Any) -> int:
    return _order(to_boolean(left), to_boolean(right))


def _of_class(class_: type, name: str) -> Callable[[Any, Any], int]:
    def comparison(left: Any, right: Any) -> int:
        if not isinstance(right, class_):
            raise ArgumentException(f"Object must be of type {name}.")
        return _order(left, right)

    return comparison


def _dates(left: Any, right: Any) -> int:
    """As what the left one is."""
    if isinstance(left, DateTimeOffset):
        return _order(left.ticks, to_date_offset(right).ticks)
    return _order(left, to_date_time(right.clock_time if isinstance(right, DateTimeOffset) else right))


_COMPARISONS: Mapping[JTokenType, Callable[[Any, Any], int]] = {
    INTEGER: lambda left, right: _numbers(left, right, whole=True),
    FLOAT: lambda left, right: _numbers(left, right, whole=False),
    STRING: _texts,
    COMMENT: _texts,
    RAW: _texts,
    BOOLEAN: _booleans,
    DATE: _dates,
    BYTES: _of_class(Bytes, "byte[]"),
    GUID: _of_class(UUID, "Guid"),
    TIME_SPAN: _of_class(TimeSpan, "TimeSpan"),
}

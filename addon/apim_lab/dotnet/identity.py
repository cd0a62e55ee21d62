"""`Equals`, `ReferenceEquals` and `GetHashCode` of any object. Source: .NET Core 3.1.

Where .NET's hash codes differ from run to run, as those of strings, these do as well.
"""

import enum
import struct
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from apim_lab.csharp.runtime.anonymous_objects import AnonymousObject
from apim_lab.csharp.runtime.decimals import coefficient_of, scale_of, without_zeros
from apim_lab.csharp.runtime.memory import LOOK, allocate
from apim_lab.csharp.runtime.numbers import Single, UInt64
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.runtime.values import Char, Int64, by_class
from apim_lab.dotnet.dates.date_time_offsets import DateTimeOffset
from apim_lab.dotnet.dates.dates import DateTime
from apim_lab.dotnet.dates.time_spans import TimeSpan
from apim_lab.dotnet.values import Convertible, KeyValuePair

_VALUES = (
    Char,
    Decimal,
    DateTime,
    DateTimeOffset,
    KeyValuePair,
    TimeSpan,
    UUID,
    enum.Enum,
    float,
    int,
    Single,
    ValueTuple,
)


def equal(left: object, right: object) -> bool:
    """`Object.Equals`: an int is no long and 1 is not true, but NaN is NaN."""
    if left is None or right is None:
        return left is right
    if isinstance(left, Convertible):
        return left.same_as(right)
    if isinstance(left, KeyValuePair) and isinstance(right, KeyValuePair):
        allocate(LOOK)
        return left.type == right.type and equal(left.key, right.key) and equal(left.value, right.value)
    if left is right:
        return True
    if isinstance(left, AnonymousObject | ValueTuple) and isinstance(right, AnonymousObject | ValueTuple):
        allocate(LOOK)
        return left.type == right.type and all(map(equal, left.values, right.values))
    comparable = left.__class__ is right.__class__ and not isinstance(left, list | bytearray)
    return comparable and (left == right or (left != left and right != right))  # noqa: PLR0124  # NaN


def is_same(left: object, right: object) -> bool:
    """`ReferenceEquals`: a value is put into an object of its own each time."""
    return left is right and not isinstance(left, _VALUES)


def hash_code(value: object) -> int:
    if isinstance(value, Convertible) and value.is_value:
        value = value.plain()
    code = by_class(_HASH_CODES, value)
    if code is None:
        return _int32(hash(value) if isinstance(value, Hashable) else id(value))
    return _int32(code(value))


def _of_values(value: AnonymousObject | ValueTuple) -> int:
    """.NET begins with a hash of the names, that of a tuple with a number of this run."""
    allocate(LOOK)
    code = 0
    for item in value.values:
        code = code * -1521134295 + (0 if item is None else hash_code(item))
    return code


def _of_pair(value: KeyValuePair) -> int:
    allocate(LOOK)
    return hash((hash_code(value.key), hash_code(value.value)))


def _int32(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def _folded(bits: int) -> int:
    """64 bits to 32."""
    return (bits ^ (bits >> 32)) & 0xFFFFFFFF


def _of_double(value: float) -> int:
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    if value == 0 or value != value:  # noqa: PLR0124  # NaN
        bits &= 0x7FF0000000000000
    return _folded(bits)


def _of_single(value: float) -> int:
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    return int(bits & 0x7F800000 if value == 0 or value != value else bits)  # noqa: PLR0124  # NaN


def _of_decimal(value: Decimal) -> int:
    """Equal ones have the same, whatever their zeros at the end."""
    if not value:
        return 0
    coefficient, scale = without_zeros(coefficient_of(value), scale_of(value))
    low, middle, high = (coefficient >> shift & 0xFFFFFFFF for shift in (0, 32, 64))
    return (scale << 16 | value.is_signed() << 31) ^ high ^ low ^ middle


def _of_ticks(value: DateTime | DateTimeOffset | TimeSpan) -> int:
    return _folded(value.ticks % 2**64)


_HASH_CODES: Mapping[type, Callable[[Any], int]] = {
    AnonymousObject: _of_values,
    ValueTuple: _of_values,
    KeyValuePair: _of_pair,
    bool: int,
    int: int,
    type(None): lambda _: 0,
    **dict.fromkeys((Int64, UInt64), lambda value: _folded(value % 2**64)),
    Char: lambda value: ord(value) | ord(value) << 16,
    float: _of_double,
    Single: _of_single,
    Decimal: _of_decimal,
    **dict.fromkeys((DateTime, DateTimeOffset, TimeSpan), _of_ticks),
    UUID: lambda value: _xor(struct.unpack("<4I", value.bytes_le)),
    enum.Enum: lambda value: int(value.value),
}


def _xor(words: tuple[int, ...]) -> int:
    first, second, third, fourth = words
    return first ^ second ^ third ^ fourth

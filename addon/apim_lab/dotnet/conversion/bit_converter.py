"""`System.BitConverter` of a little-endian processor. Source: learn.microsoft.com/dotnet/api, and .NET Core 3.1."""

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.runtime.memory import afford
from apim_lab.csharp.runtime.numbers import Int16, Single, UInt16, UInt32, UInt64
from apim_lab.csharp.runtime.values import Bytes, Char, Int64
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import bad_index, given
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

# By keyword: the name in .NET, how `struct` packs a value, and what makes one of an unpacked number
_TYPES: Mapping[str, tuple[str, str, Callable[[Any], Any]]] = {
    "bool": ("Boolean", "B", bool),
    "char": ("Char", "H", lambda code: Char(chr(code))),
    "short": ("Int16", "h", Int16),
    "ushort": ("UInt16", "H", UInt16),
    "int": ("Int32", "i", int),
    "uint": ("UInt32", "I", UInt32),
    "long": ("Int64", "q", Int64),
    "ulong": ("UInt64", "Q", UInt64),
    "float": ("Single", "f", Single),
    "double": ("Double", "d", float),
}
_TOO_SHORT = (
    "Destination array is not long enough to copy all the items in the collection. Check array index and length."
)


def _packed(keyword: str, value: Any) -> bytes:
    if isinstance(value, float) and math.isnan(value):
        value = _with_sign(value)
    return struct.pack(f"<{_TYPES[keyword][1]}", ord(value) if keyword == "char" else value)


def _with_sign(nan: float) -> float:
    """The NaN of .NET has the sign, that of Python none; one with bits of its own keeps them."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", nan))
    return -nan if bits == 0x7FF8 << 48 else nan


def _bytes_of(keyword: str) -> Callable[[Any], Bytes]:
    return lambda value: Bytes(_packed(keyword, value))


def _value_at(keyword: str) -> Callable[[bytearray | None, int], Any]:
    """`ToInt32(value, startIndex)` and its like."""
    _, code, make = _TYPES[keyword]
    size = struct.calcsize(f"<{code}")

    def value_at(content: bytearray | None, start: int) -> Any:
        content = given(content)
        if not 0 <= start < len(content):
            raise bad_index()
        if start > len(content) - size:
            raise bad_index() if size == 1 else ArgumentException(_TOO_SHORT, "value")
        return make(*struct.unpack(f"<{code}", memoryview(content)[start : start + size]))

    return value_at


def _same_bits(source: str, target: str) -> Callable[[Any], Any]:
    """The value of another type with the same bits."""
    _, code, make = _TYPES[target]
    return lambda value: make(*struct.unpack(f"<{code}", _packed(source, value)))


def _text(content: bytearray | None, start: int = 0, length: int | None = None) -> str:
    """`0F-FF`."""
    content = given(content)
    if start < 0 or (start >= len(content) and start > 0):
        raise bad_index()
    length = len(content) - start if length is None else length
    if length < 0:
        raise ArgumentOutOfRangeException("Value must be positive.", "length")
    if start > len(content) - length:
        raise ArgumentException(_TOO_SHORT, "value")
    afford(length * 3)
    return memoryview(content)[start : start + length].hex("-").upper() if length else ""


DEFINITIONS = (
    Definition(
        "static class BitConverter",
        "System.BitConverter",
        members={
            "static bool IsLittleEndian": lambda: True,
            **{f"static byte[] GetBytes({keyword} value)": _bytes_of(keyword) for keyword in _TYPES},
            **{
                f"static {keyword} To{name}(byte[] value, int startIndex)": _value_at(keyword)
                for keyword, (name, *_) in _TYPES.items()
            },
            "static string ToString(byte[] value)": _text,
            "static string ToString(byte[] value, int startIndex)": _text,
            "static string ToString(byte[] value, int startIndex, int length)": _text,
            "static long DoubleToInt64Bits(double value)": _same_bits("double", "long"),
            "static double Int64BitsToDouble(long value)": _same_bits("long", "double"),
            "static int SingleToInt32Bits(float value)": _same_bits("float", "int"),
            "static float Int32BitsToSingle(int value)": _same_bits("int", "float"),
        },
    ),
)

"""The numeric types: the Python class of each one's values, and the ranges of the integers.

Source: the C# specification, "Integral types". A `long` is no `int` though both are integers, so each type has a class.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apim_lab.csharp.runtime.values import Byte, Int64
from apim_lab.csharp.types import FLOAT, SBYTE, SHORT, UINT, ULONG, USHORT


class SByte(int):
    """`sbyte`."""

    __slots__ = ()
    type = SBYTE


class Int16(int):
    """`short`."""

    __slots__ = ()
    type = SHORT


class UInt16(int):
    """`ushort`."""

    __slots__ = ()
    type = USHORT


class UInt32(int):
    """`uint`."""

    __slots__ = ()
    type = UINT


class UInt64(int):
    """`ulong`."""

    __slots__ = ()
    type = ULONG


class Single(float):
    """`float`: a double that 32 bits can hold."""

    __slots__ = ()
    type = FLOAT


@dataclass(frozen=True)
class Integral:
    """An integral type: its keyword, its .NET name, the class of its values, and how many bits they have."""

    keyword: str
    name: str
    python: type[int]
    bits: int
    signed: bool

    @property
    def minimum(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def maximum(self) -> int:
        return self.minimum + (1 << self.bits) - 1

    def wrap(self, value: int) -> int:
        """The low bits of any integer, as a value of this type."""
        return self.python((value - self.minimum) % (1 << self.bits) + self.minimum)


TYPES = (
    Integral("sbyte", "SByte", SByte, 8, True),
    Integral("byte", "Byte", Byte, 8, False),
    Integral("short", "Int16", Int16, 16, True),
    Integral("ushort", "UInt16", UInt16, 16, False),
    Integral("int", "Int32", int, 32, True),
    Integral("uint", "UInt32", UInt32, 32, False),
    Integral("long", "Int64", Int64, 64, True),
    Integral("ulong", "UInt64", UInt64, 64, False),
)
INTEGRAL: Mapping[type, Integral] = {type_.python: type_ for type_ in TYPES}
BY_KEYWORD: Mapping[str, Integral] = {type_.keyword: type_ for type_ in TYPES}

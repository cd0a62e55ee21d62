"""A text that grows: the value of `StringBuilder`. Source: dotnet/coreclr 3.1, StringBuilder.cs."""

from collections.abc import Sequence
from typing import Any

from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.values import Char
from apim_lab.dotnet.arguments import bad_index, given
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException
from apim_lab.dotnet.values import Convertible

INT_MAX = 2**31 - 1
_DEFAULT_CAPACITY = 16
# .NET grows by a block as long as the text, but by no longer one
_LONGEST_BLOCK = 8000
_SHRUNK = "capacity was less than the current size."


class StringBuilder(Convertible):
    """`StringBuilder`: the parts that were appended, put together where its text is read.

    Where single units are read or changed, each part is one unit. `capacity` is .NET's, which policies can read.
    """

    __slots__ = ("_is_split", "_parts", "capacity", "length", "max_capacity")

    def __init__(self, text: str = "", capacity: int = 0, max_capacity: int = INT_MAX) -> None:
        self._parts: list[str] = [text] if text else []
        self._is_split = False
        self.length = len(text)
        self.max_capacity = max_capacity
        self.capacity = max(capacity or min(_DEFAULT_CAPACITY, max_capacity), len(text))

    # ---- what it holds

    def text(self) -> str:
        if len(self._parts) != 1:
            allocate(self.length)
        text = "".join(self._parts)
        if not self._is_split:
            self._parts = [text]
        return text

    def _units(self) -> list[str]:
        if not self._is_split:
            text = self.text()
            allocate(REFERENCE * self.length)
            self._parts, self._is_split = list(text), True
        return self._parts

    def _set_text(self, text: str) -> None:
        self._grow(len(text) - self.length)
        self._parts, self._is_split = [text], False
        self.length = len(text)

    def _grow(self, count: int) -> None:
        """Room for so many more: .NET fills its last block first, and adds one for the rest."""
        rest = self.length + count - self.capacity
        if rest > 0:
            self.capacity = min(self.capacity + max(rest, min(self.capacity, _LONGEST_BLOCK)), self.max_capacity)

    def _fits(self, count: int, message: str, parameter: str) -> None:
        if self.length + count > self.max_capacity:
            raise ArgumentOutOfRangeException(message, parameter)

    # ---- what changes it

    def append(self, text: str, parameter: str = "valueCount") -> "StringBuilder":
        if text:
            self._fits(len(text), "The length cannot be greater than the capacity.", parameter)
            allocate(len(text) * (REFERENCE if self._is_split else 1) + REFERENCE)
            self._grow(len(text))
            if self._is_split:
                self._parts.extend(text)
            else:
                self._parts.append(text)
            self.length += len(text)
        return self

    def insert(self, index: int, text: str) -> "StringBuilder":
        if not 0 <= index <= self.length:
            raise bad_index("index")
        if text:
            self._fits(len(text), _SHRUNK, "requiredLength")
            allocate(REFERENCE * len(text))
            self._grow(len(text))
            self._units()[index:index] = text
            self.length += len(text)
        return self

    def remove(self, start: int, length: int) -> "StringBuilder":
        if length < 0:
            raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
        if start < 0:
            raise ArgumentOutOfRangeException("StartIndex cannot be less than zero.", "startIndex")
        if length > self.length - start:
            raise bad_index("length")
        if length == self.length:
            return self.clear()
        if length:
            del self._units()[start : start + length]
            self.length -= length
        return self

    def clear(self) -> "StringBuilder":
        self._parts, self._is_split, self.length = [], False, 0
        return self

    def replace(self, old: str | None, new: str | None, start: int = 0, count: int | None = None) -> "StringBuilder":
        count = self.length if count is None else count
        if not 0 <= start <= self.length:
            raise bad_index()
        if not 0 <= count <= self.length - start:
            raise bad_index("count")
        if not given(old, "oldValue"):
            raise ArgumentException("Empty name is not legal.", "oldValue")
        return self._replace(str(old), new or "", start, start + count)

    def _replace(self, old: str, new: str, start: int, end: int) -> "StringBuilder":
        text = self.text()
        times = text.count(old, start, end)
        growth = times * (len(new) - len(old))
        self._fits(growth, _SHRUNK, "requiredLength")
        allocate(self.length + max(growth, 0) + REFERENCE * times)
        self._set_text(text[:start] + text[start:end].replace(old, new) + text[end:])
        return self

    def set_length(self, length: int) -> None:
        if length < 0:
            raise ArgumentOutOfRangeException("Length cannot be less than zero.", "value")
        if length > self.max_capacity:
            raise ArgumentOutOfRangeException(_SHRUNK, "value")
        if length > self.length:
            allocate(length - self.length)
            self.append("\0" * (length - self.length))
        else:
            self.remove(length, self.length - length)

    def set_capacity(self, capacity: int, parameter: str = "value") -> None:
        if capacity < 0:
            raise ArgumentOutOfRangeException("Capacity must be positive.", parameter)
        if capacity > self.max_capacity:
            raise ArgumentOutOfRangeException("Capacity exceeds maximum capacity.", parameter)
        if capacity < self.length:
            raise ArgumentOutOfRangeException(_SHRUNK, parameter)
        self.capacity = capacity

    def ensure_capacity(self, capacity: int) -> int:
        if capacity < 0:
            raise ArgumentOutOfRangeException("Capacity must be positive.", "capacity")
        if capacity > self.capacity:
            self.set_capacity(capacity)
        return self.capacity

    # ---- its units

    def unit(self, index: int) -> Char:
        if not 0 <= index < self.length:
            raise IndexOutOfRangeException
        return Char(self._units()[index])

    def set_unit(self, index: int, value: str) -> None:
        if not 0 <= index < self.length:
            raise bad_index("index")
        self._units()[index] = str(value)

    def part(self, start: int, length: int) -> str:
        """`ToString(startIndex, length)`."""
        if start < 0:
            raise ArgumentOutOfRangeException("StartIndex cannot be less than zero.", "startIndex")
        if start > self.length:
            raise ArgumentOutOfRangeException("startIndex cannot be larger than length of string.", "startIndex")
        if length < 0:
            raise ArgumentOutOfRangeException("Length cannot be less than zero.", "length")
        if start > self.length - length:
            raise ArgumentOutOfRangeException("Index and length must refer to a location within the string.", "length")
        allocate(length)
        return "".join(self._parts[start : start + length]) if self._is_split else self.text()[start : start + length]

    def copy_to(self, source: int, target: list[Any] | None, place: int, count: int) -> None:
        target = given(target, "destination")
        if count < 0:
            raise ArgumentOutOfRangeException("Argument count must not be negative.", "count")
        if place < 0:
            raise ArgumentOutOfRangeException("'destinationIndex' must be non-negative.", "destinationIndex")
        if place > len(target) - count:
            raise ArgumentException(
                "Either offset did not refer to a position in the string, or there is an insufficient length of "
                "destination character array."
            )
        if not 0 <= source <= self.length:
            raise bad_index("sourceIndex")
        if source > self.length - count:
            raise ArgumentException("Source string was not long enough. Check sourceIndex and count.")
        units: Sequence[str] = self.part(source, count)
        target[place : place + count] = map(Char, units)

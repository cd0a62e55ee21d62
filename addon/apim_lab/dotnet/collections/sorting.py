"""How .NET sorts and searches arrays: not stable, so that equal items come out in the order that .NET leaves them in.

Source: .NET Core 3.1, ArraySortHelper.cs.
"""

from collections.abc import MutableSequence, Sequence
from typing import Any

from apim_lab.csharp.runtime.exceptions import (
    PYTHON_ERRORS,
    DotNetError,
    IndexOutOfRangeException,
    InvalidOperationException,
)
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.dotnet.collections.ordering import Compare
from apim_lab.dotnet.exceptions import ArgumentException

# Parts up to this length are sorted by insertion
_SHORT = 16

# What a comparison may throw
_FAILURES: tuple[type[Exception], ...] = (DotNetError, *PYTHON_ERRORS)
_FAILED = "Failed to compare two elements in the array."


def sort(items: MutableSequence[Any], start: int, length: int, compare: Compare) -> None:
    """Sort `length` items from `start` on.

    The time that a sort takes counts as memory. Raises InvalidOperationException if `compare` fails, and
    ArgumentException if what it says cannot be.
    """
    if length < 2:
        return
    allocate(length * length.bit_length() * REFERENCE)
    part = list(items[start : start + length])
    try:
        _Sorter(part, compare).between(0, length - 1, 2 * length.bit_length())
    except (IndexError, IndexOutOfRangeException):
        raise _inconsistent(compare) from None
    except _FAILURES:
        raise InvalidOperationException(_FAILED) from None
    items[start : start + length] = part


def _inconsistent(compare: Compare) -> ArgumentException:
    return ArgumentException(
        "Unable to sort because the IComparer.Compare() method returns inconsistent results. Either a value does not "
        "compare equal to itself, or one value repeatedly compared to another value yields different results. "
        f"IComparer: '{compare}'."
    )


class _Sorter:
    """An introspective sort: by pivots, of short parts by insertion, of parts that do not get shorter by a heap."""

    def __init__(self, items: list[Any], compare: Compare) -> None:
        self.items = items
        self.compare = compare

    def between(self, low: int, high: int, depth: int) -> None:
        while high > low:
            size = high - low + 1
            if size <= 3:
                self.sort_few(low, high)
                return
            if size <= _SHORT:
                self.insert(low, high)
                return
            if not depth:
                self.heap(low, high)
                return
            depth -= 1
            pivot = self.partition(low, high)
            self.between(pivot + 1, high, depth)
            high = pivot - 1

    def sort_few(self, low: int, high: int) -> None:
        """Two or three items."""
        if high - low == 1:
            self.order(low, high)
            return
        self.order(low, high - 1)
        self.order(low, high)
        self.order(high - 1, high)

    def order(self, left: int, right: int) -> None:
        items = self.items
        if left != right and self.compare(items[left], items[right]) > 0:
            items[left], items[right] = items[right], items[left]

    def insert(self, low: int, high: int) -> None:
        items, compare = self.items, self.compare
        for index in range(low, high):
            item, place = items[index + 1], index
            while place >= low and compare(item, items[place]) < 0:
                items[place + 1] = items[place]
                place -= 1
            items[place + 1] = item

    def partition(self, low: int, high: int) -> int:
        """Put what is less than the pivot, the median of three items, before it; the pivot's place."""
        items, compare = self.items, self.compare
        middle = low + (high - low) // 2
        self.order(low, middle)
        self.order(low, high)
        self.order(middle, high)
        pivot = items[middle]
        items[middle], items[high - 1] = items[high - 1], pivot
        left, right = low, high - 1
        while left < right:
            left += 1
            while compare(items[left], pivot) < 0:
                left += 1
            right -= 1
            while compare(pivot, items[_existing(right)]) < 0:
                right -= 1
            if left < right:
                items[left], items[right] = items[right], items[left]
        items[left], items[high - 1] = items[high - 1], items[left]
        return left

    def heap(self, low: int, high: int) -> None:
        items, size = self.items, high - low + 1
        for index in range(size // 2, 0, -1):
            self.sift(index, size, low)
        for index in range(size, 1, -1):
            items[low], items[low + index - 1] = items[low + index - 1], items[low]
            self.sift(1, index - 1, low)

    def sift(self, index: int, size: int, low: int) -> None:
        """Let the item at the index, counted from 1, sink to its place in the heap."""
        items, compare = self.items, self.compare
        item = items[low + index - 1]
        while index <= size // 2:
            child = 2 * index
            if child < size and compare(items[low + child - 1], items[low + child]) < 0:
                child += 1
            if compare(item, items[low + child - 1]) >= 0:
                break
            items[low + index - 1] = items[low + child - 1]
            index = child
        items[low + index - 1] = item


def _existing(index: int) -> int:
    """Python would count a negative index from the end."""
    if index < 0:
        raise IndexError
    return index


def binary_search(items: Sequence[Any], start: int, length: int, wanted: Any, compare: Compare) -> int:
    """Where the item is; if nowhere, the complement of where it would have to be.

    Raises InvalidOperationException if `compare` fails.
    """
    low, high = start, start + length - 1
    while low <= high:
        middle = low + (high - low) // 2
        try:
            order = compare(items[middle], wanted)
        except _FAILURES:
            raise InvalidOperationException(_FAILED) from None
        if order == 0:
            return middle
        low, high = (middle + 1, high) if order < 0 else (low, middle - 1)
    return ~low

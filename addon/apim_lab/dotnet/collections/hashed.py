"""What dictionaries and sets have in common: entries in the order of .NET, found by their keys.

An entry stays in its place. One that is removed leaves a gap, which the next one that is added fills: the gap that was
made last first. Source: .NET Core 3.1, Dictionary.cs and HashSet.cs.
"""

from collections.abc import Iterator, Set
from typing import Any, Final

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.dotnet.collections.equality import EqualityComparer

_ENTRY = 2 * OBJECT

_PRIMES = (
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1103, 1327,
    1597, 1931, 2333, 2801, 3371, 4049, 4861, 5839, 7013, 8419, 10103, 12143, 14591, 17519, 21023, 25229, 30293, 36353,
    43627, 52361, 62851, 75431, 90523, 108631, 130363, 156437, 187751, 225307, 270371, 324449, 389357, 467237, 560689,
    672827, 807403, 968897, 1162687, 1395263, 1674319, 2009191, 2411033, 2893249, 3471899, 4166287, 4999559, 5999471,
    7199369,
)  # fmt: skip


class _Missing:
    """What is in a gap, and found where there is no entry."""


MISSING: Final = _Missing()


def _capacity(length: int) -> int:
    """The size of .NET's table for so many entries: a prime."""
    return next((prime for prime in _PRIMES if prime >= length), length)


class Entries:
    """Entries by key. `capacity` is for how many there is room."""

    __slots__ = ("_gaps", "_places", "_slots", "capacity", "comparer")

    def __init__(self, comparer: EqualityComparer) -> None:
        self.comparer = comparer
        self.capacity = 0
        self._slots: list[Any] = []
        self._places: dict[Any, int] = {}
        self._gaps: list[int] = []

    def __len__(self) -> int:
        return len(self._places)

    @property
    def keys(self) -> Set[Any]:
        """What the entries are found by."""
        return self._places.keys()

    def reserve(self, length: int) -> None:
        if length > self.capacity:
            capacity = _capacity(length)
            allocate((capacity - self.capacity) * _ENTRY)
            self.capacity = capacity

    def trim(self) -> None:
        self.capacity = _capacity(len(self._slots))

    def find(self, key: Any) -> Any:
        """The entry with the key, or MISSING."""
        place = self._places.get(self.comparer.key(key))
        return MISSING if place is None else self._slots[place]

    def add(self, key: Any, entry: Any) -> bool:
        """Whether there was none with the key."""
        found = self.comparer.key(key)
        if found in self._places:
            return False
        if self._gaps:
            place = self._gaps.pop()
            self._slots[place] = entry
        else:
            place = len(self._slots)
            if place == self.capacity:
                self.reserve(2 * place or 1)
            self._slots.append(entry)
        self._places[found] = place
        return True

    def remove(self, key: Any) -> Any:
        """The entry that was there, or MISSING."""
        place = self._places.pop(self.comparer.key(key), None)
        if place is None:
            return MISSING
        entry, self._slots[place] = self._slots[place], MISSING
        self._gaps.append(place)
        return entry

    def forget_gaps(self) -> None:
        """Without entries the next one comes first."""
        if not self._places:
            self._slots.clear()
            self._gaps.clear()

    def clear(self) -> None:
        self._places.clear()
        self.forget_gaps()

    def __iter__(self) -> Iterator[Any]:
        """The entries, also those that are added meanwhile."""
        return (entry for entry in self._slots if entry is not MISSING)

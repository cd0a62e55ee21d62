"""`Dictionary<TKey, TValue>` as a value. Source: .NET Core 3.1, Dictionary.cs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.enumeration import enumerate_unchanged
from apim_lab.dotnet.collections.equality import DefaultEquality, EqualityComparer
from apim_lab.dotnet.collections.hashed import MISSING, Entries
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, KeyNotFoundException
from apim_lab.dotnet.formatting import to_string
from apim_lab.dotnet.identity import equal
from apim_lab.dotnet.values import KeyValuePair, pair_type


class _Entry:
    __slots__ = ("key", "value")

    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value


class Dictionary(Mapping[Any, Any]):
    """A `Dictionary<TKey, TValue>`, for Python a mapping. Removing does not end an enumeration, a new value does."""

    __slots__ = ("comparer", "entries", "pair_type", "type", "value_type", "version")

    def __init__(
        self, key_type: TypeArgument, value_type: TypeArgument, comparer: EqualityComparer | None = None
    ) -> None:
        self.value_type = value_type
        arguments = (key_type.type, value_type.type)
        self.type = Type("Dictionary", arguments, "System.Collections.Generic.Dictionary")
        self.pair_type = pair_type(*arguments)
        self.comparer = comparer or DefaultEquality(key_type.type)
        self.entries = Entries(self.comparer)
        self.version = 0

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    # ---- as a mapping --------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, key: Any) -> Any:
        """Raises KeyNotFoundException, and ArgumentNullException for null."""
        entry = self._find(key)
        if entry is MISSING:
            raise KeyNotFoundException(to_string(key))
        return entry.value

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not MISSING

    def __iter__(self) -> Iterator[Any]:
        return (pair.key for pair in self.pairs())

    def get(self, key: Any, default: Any = None) -> Any:
        entry = self._find(key)
        return default if entry is MISSING else entry.value

    def _find(self, key: Any) -> Any:
        return self.entries.find(given(key, "key"))

    # ---- as C# has it --------------------------------------------------------------------------------------------

    def pairs(self) -> Iterator[KeyValuePair]:
        return enumerate_unchanged(self, map(self._pair, self.entries))

    def _pair(self, entry: _Entry) -> KeyValuePair:
        return KeyValuePair(entry.key, entry.value, self.pair_type)

    def set_item(self, key: Any, value: Any) -> None:
        entry = self._find(key)
        if entry is MISSING:
            self.entries.add(key, _Entry(key, value))
        else:
            entry.value = value
        self.version += 1

    def try_add(self, key: Any, value: Any) -> bool:
        added = self.entries.add(given(key, "key"), _Entry(key, value))
        self.version += added
        return added

    def add(self, key: Any, value: Any) -> None:
        if not self.try_add(key, value):
            raise ArgumentException(f"An item with the same key has already been added. Key: {to_string(key)}")

    def add_all(self, pairs: Iterable[KeyValuePair]) -> None:
        for pair in pairs:
            self.add(pair.key, pair.value)

    def remove(self, key: Any) -> bool:
        return self.entries.remove(given(key, "key")) is not MISSING

    def take(self, key: Any) -> tuple[bool, Any]:
        """`Remove(key, out value)`."""
        return self._or_default(self.entries.remove(given(key, "key")))

    def try_get_value(self, key: Any) -> tuple[bool, Any]:
        return self._or_default(self._find(key))

    def _or_default(self, entry: Any) -> tuple[bool, Any]:
        return (False, self.value_type.default) if entry is MISSING else (True, entry.value)

    def contains_value(self, value: Any) -> bool:
        return any(equal(entry.value, value) for entry in self.entries)

    def clear(self) -> None:
        self.entries.clear()

    def ensure_capacity(self, capacity: int) -> int:
        if capacity < 0:
            raise ArgumentOutOfRangeException(parameter="capacity")
        self.entries.reserve(capacity)
        self.version += 1
        return self.entries.capacity

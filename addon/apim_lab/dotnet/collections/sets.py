"""`HashSet<T>`. Source: learn.microsoft.com/dotnet/api/system.collections.generic.hashset-1, .NET Core 3.1."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any, ClassVar

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import NOT_NEGATIVE, given
from apim_lab.dotnet.collections.copying import TOO_SMALL
from apim_lab.dotnet.collections.counted import count_of
from apim_lab.dotnet.collections.enumeration import MODIFIED_SINCE, enumerate_unchanged
from apim_lab.dotnet.collections.equality import DefaultEquality, EqualityComparer
from apim_lab.dotnet.collections.hashed import MISSING, Entries
from apim_lab.dotnet.collections.searching import (
    Match,
)
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

# What .NET says of sets, queues and stacks


class HashSet:
    """A `HashSet<T>`."""

    __slots__ = ("comparer", "element", "entries", "type", "version")
    is_read_only: ClassVar[bool] = False

    def __init__(self, element: TypeArgument, comparer: EqualityComparer | None = None) -> None:
        self.element = element
        self.type = Type("HashSet", (element.type,), "System.Collections.Generic.HashSet")
        self.comparer = comparer or DefaultEquality(element.type)
        self.entries = Entries(self.comparer)
        self.version = 0

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Any]:
        return enumerate_unchanged(self, self.entries, MODIFIED_SINCE)

    # ---- one item --------------------------------------------------------------------------------------------

    def add(self, item: Any) -> bool:
        added = self.entries.add(item, item)
        self.version += added
        return added

    def contains(self, item: Any) -> bool:
        return self.entries.find(item) is not MISSING

    def remove(self, item: Any) -> bool:
        if self.entries.remove(item) is MISSING:
            return False
        self.entries.forget_gaps()
        self.version += 1
        return True

    def try_get_value(self, item: Any) -> tuple[bool, Any]:
        """The item that is in the set for this one."""
        found = self.entries.find(item)
        return (False, self.element.default) if found is MISSING else (True, found)

    # ---- all items -------------------------------------------------------------------------------------------

    def clear(self) -> None:
        self.version += bool(self.entries)
        self.entries.clear()

    def remove_where(self, match: Match) -> int:
        matches = given(match, "match")
        return sum(self.remove(item) for item in list(self.entries) if matches(item))

    def copy_to(self, array: Any, index: int = 0, count: int | None = None) -> None:
        given(array, "array")
        count = len(self) if count is None else count
        for value, name in ((index, "arrayIndex"), (count, "count")):
            if value < 0:
                raise ArgumentOutOfRangeException.of(value, NOT_NEGATIVE, name)
        if index > len(array) or count > len(array) - index:
            raise ArgumentException(TOO_SMALL)
        items = list(self.entries)[:count]
        array[index : index + len(items)] = items

    def ensure_capacity(self, capacity: int) -> int:
        if capacity < 0:
            raise ArgumentOutOfRangeException(parameter="capacity")
        self.entries.reserve(capacity)
        return self.entries.capacity

    # ---- with other items ------------------------------------------------------------------------------------

    def items_of(self, other: Any) -> Iterable[Any]:
        return self.element.items(given(other, "other"))

    def keys_of(self, other: Any) -> Set[Any]:
        """What the items are found by, each once."""
        return self.copy_of(other).entries.keys

    def copy_of(self, other: Any) -> "HashSet":
        """A set of the items that compares as this one does."""
        copied = HashSet(self.element, self.comparer)
        for item in self.items_of(other):
            copied.add(item)
        return copied

    def union_with(self, other: Any) -> None:
        for item in self.items_of(other):
            self.add(item)

    def except_with(self, other: Any) -> None:
        if other is self:
            self.clear()
            return
        for item in self.items_of(other):
            self.remove(item)

    def intersect_with(self, other: Any) -> None:
        wanted = self.keys_of(other)
        for item in list(self.entries):
            if self.comparer.key(item) not in wanted:
                self.remove(item)

    def symmetric_except_with(self, other: Any) -> None:
        """What only one of them has."""
        if other is self:
            self.clear()
        elif isinstance(other, HashSet) and other.comparer == self.comparer:
            for item in other:
                if not self.remove(item):
                    self.add(item)
        else:
            self._exchange(self.copy_of(other))

    def _exchange(self, others: "HashSet") -> None:
        """Add first, then remove what both have."""
        common = [item for item in self.entries if others.contains(item)]
        for item in others:
            self.add(item)
        for item in common:
            self.remove(item)

    def is_subset_of(self, other: Any) -> bool:
        return self.entries.keys <= self.keys_of(other)

    def is_proper_subset_of(self, other: Any) -> bool:
        return self.entries.keys < self.keys_of(other)

    def is_superset_of(self, other: Any) -> bool:
        return self.entries.keys >= self.keys_of(other)

    def is_proper_superset_of(self, other: Any) -> bool:
        return self.entries.keys > self.keys_of(other)

    def overlaps(self, other: Any) -> bool:
        return any(self.contains(item) for item in self.items_of(other))

    def set_equals(self, other: Any) -> bool:
        return self.entries.keys == self.keys_of(other)


type _Create = Callable[..., HashSet]


def _empty(element: TypeArgument) -> _Create:
    return lambda comparer=None: HashSet(element, comparer)


def _with_capacity(element: TypeArgument) -> _Create:
    def create(capacity: int, comparer: EqualityComparer | None = None) -> HashSet:
        if capacity < 0:
            raise ArgumentOutOfRangeException(parameter="capacity")
        created = HashSet(element, comparer)
        created.entries.reserve(capacity)
        return created

    return create


def _of_items(element: TypeArgument) -> _Create:
    def create(collection: Any, comparer: EqualityComparer | None = None) -> HashSet:
        created = HashSet(element, comparer)
        created.entries.reserve(count_of(element.library, given(collection, "collection")) or 0)
        for item in element.items(collection):
            created.add(item)
        return created

    return create


_OTHERS = {
    "void ExceptWith": HashSet.except_with,
    "void IntersectWith": HashSet.intersect_with,
    "bool IsProperSubsetOf": HashSet.is_proper_subset_of,
    "bool IsProperSupersetOf": HashSet.is_proper_superset_of,
    "bool IsSubsetOf": HashSet.is_subset_of,
    "bool IsSupersetOf": HashSet.is_superset_of,
    "bool Overlaps": HashSet.overlaps,
    "bool SetEquals": HashSet.set_equals,
    "void SymmetricExceptWith": HashSet.symmetric_except_with,
    "void UnionWith": HashSet.union_with,
}

DEFINITIONS = (
    Definition(
        "class HashSet<T> : ISet<T>, IReadOnlyCollection<T>",
        "System.Collections.Generic.HashSet",
        members={
            "new()": _empty,
            "new(IEqualityComparer<T> comparer)": _empty,
            "new(int capacity)": _with_capacity,
            "new(int capacity, IEqualityComparer<T> comparer)": _with_capacity,
            "new(IEnumerable<T> collection)": _of_items,
            "new(IEnumerable<T> collection, IEqualityComparer<T> comparer)": _of_items,
            "IEqualityComparer<T> Comparer": lambda items: items.comparer,
            "int Count": len,
            "bool Add(T item)": HashSet.add,
            "void Clear()": HashSet.clear,
            "bool Contains(T item)": HashSet.contains,
            "void CopyTo(T[] array)": HashSet.copy_to,
            "void CopyTo(T[] array, int arrayIndex)": HashSet.copy_to,
            "void CopyTo(T[] array, int arrayIndex, int count)": HashSet.copy_to,
            "int EnsureCapacity(int capacity)": HashSet.ensure_capacity,
            "bool Remove(T item)": HashSet.remove,
            "int RemoveWhere(Predicate<T> match)": HashSet.remove_where,
            "void TrimExcess()": lambda items: items.entries.trim(),
            "bool TryGetValue(T equalValue, out T actualValue)": HashSet.try_get_value,
            **{f"{method}(IEnumerable<T> other)": function for method, function in _OTHERS.items()},
        },
    ),
)

"""The interfaces of collections. Source: learn.microsoft.com/dotnet/api/system.collections.generic.

A value whose class does not have their methods by itself, as an array, has them in an adapter (`as_collection`).
"""

from functools import singledispatch
from typing import Any

from apim_lab.csharp.symbols.definitions import Definition, Implementation, OfLibrary
from apim_lab.csharp.symbols.library import Library


@singledispatch
def as_collection(value: Any, _library: Library) -> Any:
    """The value as an `ICollection<T>`, or what derives from it: with `add`, `clear`, `contains`, `copy_to` …"""
    return value


def _calling(call: Implementation) -> OfLibrary:
    return OfLibrary(lambda library: lambda items, *rest: call(as_collection(items, library), *rest))


_COLLECTION = Definition(
    "interface ICollection<T> : IEnumerable<T>",
    "System.Collections.Generic.ICollection",
    members={
        "int Count": len,
        "bool IsReadOnly": _calling(lambda items: items.is_read_only),
        "void Add(T item)": _calling(lambda items, item: items.add(item)),
        "void Clear()": _calling(lambda items: items.clear()),
        "bool Contains(T item)": _calling(lambda items, item: items.contains(item)),
        "void CopyTo(T[] array, int arrayIndex)": _calling(lambda items, array, index: items.copy_to(array, index)),
        "bool Remove(T item)": _calling(lambda items, item: items.remove(item)),
    },
)
_LIST = Definition(
    "interface IList<T> : ICollection<T>",
    "System.Collections.Generic.IList",
    members={
        "T this[int index]": _calling(lambda items, index: items.item(index)),
        "T this[int index] { set; }": _calling(lambda items, index, item: items.set_item(index, item)),
        "int IndexOf(T item)": _calling(lambda items, item: items.index_of(item)),
        "void Insert(int index, T item)": _calling(lambda items, index, item: items.insert(index, item)),
        "void RemoveAt(int index)": _calling(lambda items, index: items.remove_at(index)),
    },
)
_READ_ONLY_COLLECTION = Definition(
    "interface IReadOnlyCollection<out T> : IEnumerable<T>",
    "System.Collections.Generic.IReadOnlyCollection",
    members={"int Count": len},
)

_SET = Definition(
    "interface ISet<T> : ICollection<T>",
    "System.Collections.Generic.ISet",
    members={
        "bool Add(T item)": lambda items, item: items.add(item),
        "void ExceptWith(IEnumerable<T> other)": lambda items, other: items.except_with(other),
        "void IntersectWith(IEnumerable<T> other)": lambda items, other: items.intersect_with(other),
        "bool IsProperSubsetOf(IEnumerable<T> other)": lambda items, other: items.is_proper_subset_of(other),
        "bool IsProperSupersetOf(IEnumerable<T> other)": lambda items, other: items.is_proper_superset_of(other),
        "bool IsSubsetOf(IEnumerable<T> other)": lambda items, other: items.is_subset_of(other),
        "bool IsSupersetOf(IEnumerable<T> other)": lambda items, other: items.is_superset_of(other),
        "bool Overlaps(IEnumerable<T> other)": lambda items, other: items.overlaps(other),
        "bool SetEquals(IEnumerable<T> other)": lambda items, other: items.set_equals(other),
        "void SymmetricExceptWith(IEnumerable<T> other)": lambda items, other: items.symmetric_except_with(other),
        "void UnionWith(IEnumerable<T> other)": lambda items, other: items.union_with(other),
    },
)

DEFINITIONS = (_COLLECTION, _LIST, _READ_ONLY_COLLECTION, _SET)

"""`Keys` and `Values` of a dictionary, and the dictionary as a collection of pairs: all show what becomes of it."""

from collections.abc import Iterator
from typing import Any, ClassVar

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type
from apim_lab.dotnet.collections.copying import copy_items
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.collections.dictionary_interface import keys_of, values_of
from apim_lab.dotnet.collections.interfaces import as_collection
from apim_lab.dotnet.collections.read_only import ReadOnly
from apim_lab.dotnet.identity import equal
from apim_lab.dotnet.values import KeyValuePair

_NAMESPACE = "System.Collections.Generic.Dictionary`2+"


class KeyCollection(ReadOnly):
    """`Dictionary<TKey, TValue>.KeyCollection`."""

    __slots__ = ("owner", "type")
    refusal: ClassVar[str] = "Mutating a key collection derived from a dictionary is not allowed."

    def __init__(self, owner: Dictionary) -> None:
        self.owner = owner
        self.type = Type("Dictionary.KeyCollection", owner.type.arguments, f"{_NAMESPACE}KeyCollection")

    def __len__(self) -> int:
        return len(self.owner)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.owner)

    def contains(self, key: Any) -> bool:
        return key in self.owner

    def copy_to(self, array: Any, index: int) -> None:
        copy_items(list(self), array, index)


class ValueCollection(ReadOnly):
    """`Dictionary<TKey, TValue>.ValueCollection`."""

    __slots__ = ("owner", "type")
    refusal: ClassVar[str] = "Mutating a value collection derived from a dictionary is not allowed."

    def __init__(self, owner: Dictionary) -> None:
        self.owner = owner
        self.type = Type("Dictionary.ValueCollection", owner.type.arguments, f"{_NAMESPACE}ValueCollection")

    def __len__(self) -> int:
        return len(self.owner)

    def __iter__(self) -> Iterator[Any]:
        return (pair.value for pair in self.owner.pairs())

    def contains(self, value: Any) -> bool:
        return self.owner.contains_value(value)

    def copy_to(self, array: Any, index: int) -> None:
        copy_items(list(self), array, index)


class _Pairs:
    """A dictionary as an `ICollection<KeyValuePair<TKey, TValue>>`."""

    is_read_only: ClassVar[bool] = False

    def __init__(self, owner: Dictionary, _library: Library) -> None:
        self.owner = owner

    def add(self, pair: KeyValuePair) -> None:
        self.owner.add(pair.key, pair.value)

    def clear(self) -> None:
        self.owner.clear()

    def contains(self, pair: KeyValuePair) -> bool:
        found, value = self.owner.try_get_value(pair.key)
        return found and equal(value, pair.value)

    def copy_to(self, array: Any, index: int) -> None:
        copy_items(list(self.owner.pairs()), array, index)

    def remove(self, pair: KeyValuePair) -> bool:
        return self.contains(pair) and self.owner.remove(pair.key)


as_collection.register(Dictionary, _Pairs)
keys_of.register(Dictionary, KeyCollection)
values_of.register(Dictionary, ValueCollection)

DEFINITIONS = (
    Definition(
        "sealed class Dictionary.KeyCollection<TKey, TValue> : ICollection<TKey>, IReadOnlyCollection<TKey>",
        f"{_NAMESPACE}KeyCollection",
        is_allowed=False,
        members={"int Count": len, "void CopyTo(TKey[] array, int index)": KeyCollection.copy_to},
    ),
    Definition(
        "sealed class Dictionary.ValueCollection<TKey, TValue> : ICollection<TValue>, IReadOnlyCollection<TValue>",
        f"{_NAMESPACE}ValueCollection",
        is_allowed=False,
        members={"int Count": len, "void CopyTo(TValue[] array, int index)": ValueCollection.copy_to},
    ),
)

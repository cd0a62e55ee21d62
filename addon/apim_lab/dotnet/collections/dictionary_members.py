"""The members of `Dictionary<TKey, TValue>`."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.collections.dictionary_views import KeyCollection, ValueCollection
from apim_lab.dotnet.collections.equality import EqualityComparer
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.values import pair_type

type _Create = Callable[..., Dictionary]


def _empty(key_type: TypeArgument, value_type: TypeArgument) -> _Create:
    return lambda comparer=None: Dictionary(key_type, value_type, comparer)


def _with_capacity(key_type: TypeArgument, value_type: TypeArgument) -> _Create:
    def create(capacity: int, comparer: EqualityComparer | None = None) -> Dictionary:
        if capacity < 0:
            raise ArgumentOutOfRangeException(parameter="capacity")
        created = Dictionary(key_type, value_type, comparer)
        created.entries.reserve(capacity)
        return created

    return create


def _of_pairs(parameter: str) -> Callable[[TypeArgument, TypeArgument], _Create]:
    """Of all pairs in the argument of that name."""

    def constructor(key_type: TypeArgument, value_type: TypeArgument) -> _Create:
        pairs = TypeArgument(key_type.library, pair_type(key_type.type, value_type.type))

        def create(source: Any, comparer: EqualityComparer | None = None) -> Dictionary:
            created = Dictionary(key_type, value_type, comparer)
            created.add_all(pairs.items(given(source, parameter)))
            return created

        return create

    return constructor


_DICTIONARY = Definition(
    "class Dictionary<TKey, TValue> : IDictionary<TKey, TValue>, IReadOnlyDictionary<TKey, TValue>, "
    "IEnumerable<KeyValuePair<TKey, TValue>>",
    "System.Collections.Generic.Dictionary",
    iterate=lambda *_: Dictionary.pairs,
    members={
        "new()": _empty,
        "new(IEqualityComparer<TKey> comparer)": _empty,
        "new(int capacity)": _with_capacity,
        "new(int capacity, IEqualityComparer<TKey> comparer)": _with_capacity,
        "new(IDictionary<TKey, TValue> dictionary)": _of_pairs("dictionary"),
        "new(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)": _of_pairs("dictionary"),
        "new(IEnumerable<KeyValuePair<TKey, TValue>> collection)": _of_pairs("collection"),
        "new(IEnumerable<KeyValuePair<TKey, TValue>> collection, IEqualityComparer<TKey> comparer)": _of_pairs(
            "collection"
        ),
        "IEqualityComparer<TKey> Comparer": lambda pairs: pairs.comparer,
        "int Count": len,
        "TValue this[TKey key]": Dictionary.__getitem__,
        "TValue this[TKey key] { set; }": Dictionary.set_item,
        "Dictionary.KeyCollection<TKey, TValue> Keys": KeyCollection,
        "Dictionary.ValueCollection<TKey, TValue> Values": ValueCollection,
        "void Add(TKey key, TValue value)": Dictionary.add,
        "void Clear()": Dictionary.clear,
        "bool ContainsKey(TKey key)": Dictionary.__contains__,
        "bool ContainsValue(TValue value)": Dictionary.contains_value,
        "int EnsureCapacity(int capacity)": Dictionary.ensure_capacity,
        "bool Remove(TKey key)": Dictionary.remove,
        "bool Remove(TKey key, out TValue value)": Dictionary.take,
        "void TrimExcess()": lambda pairs: pairs.entries.trim(),
        "bool TryAdd(TKey key, TValue value)": Dictionary.try_add,
        "bool TryGetValue(TKey key, out TValue value)": Dictionary.try_get_value,
    },
)

DEFINITIONS = (_DICTIONARY,)

"""What makes a collection of a sequence: `ToArray`, `ToList`, `ToDictionary`, `ToHashSet`."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.values import Array, Bytes, holding
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.collections.dictionaries import Dictionary
from apim_lab.dotnet.collections.equality import EqualityComparer
from apim_lab.dotnet.collections.lists import List
from apim_lab.dotnet.collections.sets import HashSet
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _Select = Callable[[Any], Any]


def _to_array(element: TypeArgument) -> Implementation:
    def to_array(source: Source) -> Array | Bytes:
        return holding(list(source), element.type)

    return to_array


def _to_list(element: TypeArgument) -> Implementation:
    return lambda source: List(element, source)


def _to_hash_set(element: TypeArgument) -> Implementation:
    def to_hash_set(source: Source, comparer: EqualityComparer | None = None) -> HashSet:
        found = HashSet(element, comparer)
        for item in source:
            found.add(item)
        return found

    return to_hash_set


def _to_dictionary(source_type: TypeArgument, key: TypeArgument) -> Implementation:
    to_dictionary_of = _to_dictionary_of(source_type, key, source_type)

    def to_dictionary(source: Source, key_of: _Select, comparer: EqualityComparer | None = None) -> Dictionary:
        found: Dictionary = to_dictionary_of(source, key_of, _itself, comparer)
        return found

    return to_dictionary


def _itself(item: Any) -> Any:
    return item


def _to_dictionary_of(_source: TypeArgument, key: TypeArgument, element: TypeArgument) -> Implementation:
    def to_dictionary(
        source: Source, key_of: _Select, element_of: _Select, comparer: EqualityComparer | None = None
    ) -> Dictionary:
        found = Dictionary(key, element, comparer)
        for item in source:
            found.add(given(key_of(item), "key"), element_of(item))
        return found

    return to_dictionary


_KEY = "(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector"
_ELEMENT = ", Func<TSource, TElement> elementSelector"
_COMPARERS = ("", ", IEqualityComparer<TKey> comparer")
MEMBERS: Mapping[str, Implementation] = rows(
    {
        "static TSource[] ToArray<TSource>(this IEnumerable<TSource> source)": Typed(_to_array),
        "static List<TSource> ToList<TSource>(this IEnumerable<TSource> source)": Typed(_to_list),
        **{
            f"static HashSet<TSource> ToHashSet<TSource>(this IEnumerable<TSource> source{comparer})": (
                Typed(_to_hash_set)
            )
            for comparer in ("", ", IEqualityComparer<TSource> comparer")
        },
        **{
            f"static Dictionary<TKey, TSource> ToDictionary<TSource, TKey>{_KEY}{comparer})": Typed(_to_dictionary)
            for comparer in _COMPARERS
        },
        **{
            f"static Dictionary<TKey, TElement> ToDictionary<TSource, TKey, TElement>{_KEY}{_ELEMENT}{comparer})": (
                Typed(_to_dictionary_of)
            )
            for comparer in _COMPARERS
        },
    }
)

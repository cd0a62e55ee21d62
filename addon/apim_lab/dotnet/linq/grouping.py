"""`GroupBy` and `ToLookup`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.collections.equality import EqualityComparer
from apim_lab.dotnet.linq.lookups import Lookup
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _Select = Callable[[Any], Any]


def _lookup(element: TypeArgument, key: TypeArgument) -> Implementation:
    def lookup(source: Source, key_of: _Select, comparer: EqualityComparer | None = None) -> Lookup:
        return Lookup(key.type, element.type, comparer).filled(source, key_of)

    return lookup


def _lookup_of_elements(_source: TypeArgument, key: TypeArgument, element: TypeArgument) -> Implementation:
    def lookup(
        source: Source, key_of: _Select, element_of: _Select, comparer: EqualityComparer | None = None
    ) -> Lookup:
        return Lookup(key.type, element.type, comparer).filled(source, key_of, element_of)

    return lookup


def _results(source: TypeArgument, key: TypeArgument, _result: TypeArgument) -> Callable[..., Iterable[Any]]:
    def results(
        items: Source, key_of: _Select, result_of: Callable[[Any, Any], Any], comparer: EqualityComparer | None = None
    ) -> Iterable[Any]:
        groupings = Lookup(key.type, source.type, comparer).filled(items, key_of)
        return (result_of(grouping.key, grouping) for grouping in groupings)

    return results


def _results_of_elements(
    _source: TypeArgument, key: TypeArgument, element: TypeArgument, _result: TypeArgument
) -> Callable[..., Iterable[Any]]:
    def results(
        items: Source,
        key_of: _Select,
        element_of: _Select,
        result_of: Callable[[Any, Any], Any],
        comparer: EqualityComparer | None = None,
    ) -> Iterable[Any]:
        groupings = Lookup(key.type, element.type, comparer).filled(items, key_of, element_of)
        return (result_of(grouping.key, grouping) for grouping in groupings)

    return results


_KEY = "(this IEnumerable<TSource> source, Func<TSource, TKey> keySelector"
_ELEMENT = "Func<TSource, TElement> elementSelector"
_COMPARERS = ("", ", IEqualityComparer<TKey> comparer")


def _with_comparers(row: str, make: Callable[..., Implementation]) -> Mapping[str, Typed]:
    """The row without and with a comparer behind its parameters."""
    return {f"static {row}{comparer})": Typed(make) for comparer in _COMPARERS}


MEMBERS: Mapping[str, Implementation] = rows(
    {
        **_with_comparers(f"IEnumerable<IGrouping<TKey, TSource>> GroupBy<TSource, TKey>{_KEY}", _lookup),
        **_with_comparers(
            f"IEnumerable<IGrouping<TKey, TElement>> GroupBy<TSource, TKey, TElement>{_KEY}, {_ELEMENT}",
            _lookup_of_elements,
        ),
        **_with_comparers(
            f"IEnumerable<TResult> GroupBy<TSource, TKey, TResult>{_KEY}, "
            "Func<TKey, IEnumerable<TSource>, TResult> resultSelector",
            _results,
        ),
        **_with_comparers(
            f"IEnumerable<TResult> GroupBy<TSource, TKey, TElement, TResult>{_KEY}, {_ELEMENT}, "
            "Func<TKey, IEnumerable<TElement>, TResult> resultSelector",
            _results_of_elements,
        ),
        **_with_comparers(f"ILookup<TKey, TSource> ToLookup<TSource, TKey>{_KEY}", _lookup),
        **_with_comparers(
            f"ILookup<TKey, TElement> ToLookup<TSource, TKey, TElement>{_KEY}, {_ELEMENT}", _lookup_of_elements
        ),
    }
)

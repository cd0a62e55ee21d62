"""`Join` and `GroupJoin`: items of two sequences that have the same key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.collections.equality import EqualityComparer
from apim_lab.dotnet.linq.lookups import Lookup
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _Select = Callable[[Any], Any]
type _Pair = Callable[[Any, Any], Any]
type _Results = Callable[[Lookup, Any, _Select], Iterable[Any]]


def _joined(results: _Results) -> Callable[..., Implementation]:
    def make(_outer: TypeArgument, inner: TypeArgument, key: TypeArgument, _result: TypeArgument) -> Implementation:
        def join(  # noqa: PLR0913, PLR0917  # the parameters are .NET's
            items: Source,
            others: Source,
            key_of: _Select,
            key_of_other: _Select,
            result_of: _Pair,
            comparer: EqualityComparer | None = None,
        ) -> Iterator[Any]:
            lookup = Lookup(key.type, inner.type, comparer).filled_for_join(others, key_of_other)
            for item in items:
                yield from results(lookup, key_of(item), partial(result_of, item))

        return join

    return make


def _of_each(lookup: Lookup, key: object, result_of: _Select) -> Iterable[Any]:
    """`Join`: a result for each item with the key."""
    return map(result_of, lookup.items_of(key))


def _of_group(lookup: Lookup, key: object, result_of: _Select) -> Iterable[Any]:
    """`GroupJoin`: one result for all of them."""
    return (result_of(lookup.item(key)),)


def _rows(name: str, second: str, make: Callable[..., Implementation]) -> Mapping[str, Typed]:
    return {
        f"static IEnumerable<TResult> {name}<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        f"Func<TOuter, {second}, TResult> resultSelector{comparer})": Typed(make)
        for comparer in ("", ", IEqualityComparer<TKey> comparer")
    }


MEMBERS: Mapping[str, Implementation] = rows(
    {**_rows("GroupJoin", "IEnumerable<TInner>", _joined(_of_group)), **_rows("Join", "TInner", _joined(_of_each))}
)

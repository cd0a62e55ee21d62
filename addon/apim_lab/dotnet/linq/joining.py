"""`Join` and `GroupJoin`: items of two sequences that have the same key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.collections.equality import EqualityComparer
from apim_lab.dotnet.linq.lookups import Lookup
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _Select = Callable[[Any], Any]
type _Pair = Callable[[Any, Any], Any]


def _join(_outer: TypeArgument, inner: TypeArgument, key: TypeArgument, _result: TypeArgument) -> Implementation:
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
            for other in lookup.items_of(key_of(item)):
                yield result_of(item, other)

    return join


def _group_join(_outer: TypeArgument, inner: TypeArgument, key: TypeArgument, _result: TypeArgument) -> Implementation:
    def group_join(  # noqa: PLR0913, PLR0917  # the parameters are .NET's
        items: Source,
        others: Source,
        key_of: _Select,
        key_of_other: _Select,
        result_of: _Pair,
        comparer: EqualityComparer | None = None,
    ) -> Iterator[Any]:
        lookup = Lookup(key.type, inner.type, comparer).filled_for_join(others, key_of_other)
        for item in items:
            yield result_of(item, lookup.item(key_of(item)))

    return group_join


def _rows(name: str, second: str, make: Callable[..., Implementation]) -> Mapping[str, Typed]:
    return {
        f"static IEnumerable<TResult> {name}<TOuter, TInner, TKey, TResult>(this IEnumerable<TOuter> outer, "
        "IEnumerable<TInner> inner, Func<TOuter, TKey> outerKeySelector, Func<TInner, TKey> innerKeySelector, "
        f"Func<TOuter, {second}, TResult> resultSelector{comparer})": Typed(make)
        for comparer in ("", ", IEqualityComparer<TKey> comparer")
    }


MEMBERS: Mapping[str, Implementation] = rows(
    {**_rows("GroupJoin", "IEnumerable<TInner>", _group_join), **_rows("Join", "TInner", _join)}
)

"""Which items there are at all: `Distinct`, `Union`, `Intersect`, `Except`, `Contains`, `SequenceEqual`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, zip_longest
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.collections.equality import DefaultEquality, EqualityComparer
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _KeyOf = Callable[[Any], Any]


def _new_ones(items: Iterable[Any], key_of: _KeyOf, known: set[Any]) -> Iterator[Any]:
    """The items whose key is not among the known ones, each once."""
    for item in items:
        key = key_of(item)
        if key not in known:
            allocate(OBJECT)
            known.add(key)
            yield item


def _distinct(source: Source, key_of: _KeyOf) -> Iterator[Any]:
    return _new_ones(source, key_of, set())


def _union(first: Source, second: Source, key_of: _KeyOf) -> Iterator[Any]:
    return _new_ones(chain(first, second), key_of, set())


def _except(first: Source, second: Source, key_of: _KeyOf) -> Iterator[Any]:
    yield from _new_ones(first, key_of, _keys(second, key_of))


def _intersect(first: Source, second: Source, key_of: _KeyOf) -> Iterator[Any]:
    common = _keys(second, key_of)
    for item in first:
        key = key_of(item)
        if key in common:
            common.remove(key)
            yield item


def _keys(items: Iterable[Any], key_of: _KeyOf) -> set[Any]:
    keys = set(map(key_of, items))
    allocate(len(keys) * OBJECT)
    return keys


def _of_one(function: Callable[..., Any]) -> Typed:
    def make(element: TypeArgument) -> Implementation:
        def of_one(source: Source, comparer: EqualityComparer | None = None) -> Any:
            return function(source, (comparer or DefaultEquality(element.type)).key)

        return of_one

    return Typed(make)


def _of_two(function: Callable[..., Any]) -> Typed:
    def make(element: TypeArgument) -> Implementation:
        def of_two(first: Source, second: Any, comparer: EqualityComparer | None = None) -> Any:
            return function(first, second, (comparer or DefaultEquality(element.type)).key)

        return of_two

    return Typed(make)


def _contains(source: Source, value: Any, key_of: _KeyOf) -> bool:
    wanted = key_of(value)
    return any(key_of(item) == wanted for item in source)


def _sequence_equal(first: Source, second: Source, key_of: _KeyOf) -> bool:
    keys = (map(key_of, items) for items in (first, second))
    return all(left == right for left, right in zip_longest(*keys, fillvalue=_NOTHING))


# Behind the end of the shorter sequence
_NOTHING = object()


def _rows(result: str, name: str, second: str, function: Typed) -> Mapping[str, Typed]:
    first = "first" if "second" in second else "source"
    return {
        f"static {result} {name}<TSource>(this IEnumerable<TSource> {first}{second}{comparer})": function
        for comparer in ("", ", IEqualityComparer<TSource> comparer")
    }


_SECOND = ", IEnumerable<TSource> second"
MEMBERS: Mapping[str, Implementation] = rows(
    {
        **_rows("bool", "Contains", ", TSource value", _of_two(_contains)),
        **_rows("IEnumerable<TSource>", "Distinct", "", _of_one(_distinct)),
        **_rows("IEnumerable<TSource>", "Except", _SECOND, _of_two(_except)),
        **_rows("IEnumerable<TSource>", "Intersect", _SECOND, _of_two(_intersect)),
        **_rows("bool", "SequenceEqual", _SECOND, _of_two(_sequence_equal)),
        **_rows("IEnumerable<TSource>", "Union", _SECOND, _of_two(_union)),
    }
)

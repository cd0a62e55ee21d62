"""`Select`, `SelectMany`, `Zip`, `Cast`: what is made of each item."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from apim_lab.csharp.binding.reference_conversions import is_instance
from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import NullReferenceException
from apim_lab.csharp.runtime.value_tuples import ValueTuple
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.types import OBJECT, Type, tuple_of
from apim_lab.dotnet.arguments import given
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source
from apim_lab.dotnet.values import Enumerable


def _select(source: Source, selector: Callable[[Any], Any]) -> Iterator[Any]:
    # As a generator it asks its source only when it is asked: long chains need little of Python's stack
    yield from map(selector, source)


def _select_with_index(source: Source, selector: Callable[[Any, int], Any]) -> Iterator[Any]:
    return map(selector, source, count())


def _select_many(_source: TypeArgument, result: TypeArgument) -> Implementation:
    def select_many(source: Source, selector: Callable[[Any], Any]) -> Iterator[Any]:
        for item in source:
            yield from Source(result.items, _sequence(selector(item)))

    return select_many


def _select_many_with_index(_source: TypeArgument, result: TypeArgument) -> Implementation:
    def select_many(source: Source, selector: Callable[[Any, int], Any]) -> Iterator[Any]:
        for index, item in enumerate(source):
            yield from Source(result.items, _sequence(selector(item, index)))

    return select_many


def _select_pairs(_source: TypeArgument, collection: TypeArgument, _result: TypeArgument) -> Implementation:
    def select_pairs(
        source: Source, selector: Callable[[Any], Any], result_selector: Callable[[Any, Any], Any]
    ) -> Iterator[Any]:
        for item in source:
            for inner in Source(collection.items, _sequence(selector(item))):
                yield result_selector(item, inner)

    return select_pairs


def _select_pairs_with_index(_source: TypeArgument, collection: TypeArgument, _result: TypeArgument) -> Implementation:
    def select_pairs(
        source: Source, selector: Callable[[Any, int], Any], result_selector: Callable[[Any, Any], Any]
    ) -> Iterator[Any]:
        for index, item in enumerate(source):
            for inner in Source(collection.items, _sequence(selector(item, index))):
                yield result_selector(item, inner)

    return select_pairs


def _sequence(value: Any) -> Any:
    """Raises what .NET does where a selector returns null instead of a sequence."""
    if value is None:
        raise NullReferenceException
    return value


def _zip(first: Source, second: Source, result_selector: Callable[[Any, Any], Any]) -> Iterator[Any]:
    return map(result_selector, first, second)


def _zip_to_tuples(first: TypeArgument, second: TypeArgument) -> Implementation:
    pair = tuple_of([first.type, second.type], ["First", "Second"])
    return lambda items, others: (ValueTuple(pair, values) for values in zip(items, others, strict=False))


def _cast(result: TypeArgument) -> Implementation:
    """What is an `IEnumerable<TResult>` already stays as it is."""
    sequence = Type("IEnumerable", (result.type,))

    def cast(source: Any) -> Any:
        if is_instance(result.library, given(source, "source"), sequence):
            return source
        items = Source(TypeArgument(result.library, OBJECT).items, source)
        return Enumerable(lambda: map(result.cast, items), result.type)

    return cast


def _of_type(result: TypeArgument) -> Implementation:
    def of_type(source: Source) -> Iterator[Any]:
        return filter(result.is_instance, source)

    return of_type


def _as_enumerable(_source: TypeArgument) -> Implementation:
    return lambda source: source


_PAIRS = "IEnumerable<TResult> SelectMany<TSource, TCollection, TResult>(this IEnumerable<TSource> source, "
MEMBERS: Mapping[str, Implementation] = {
    "static IEnumerable<TSource> AsEnumerable<TSource>(this IEnumerable<TSource> source)": _as_enumerable,
    "static IEnumerable<TResult> Cast<TResult>(this System.Collections.IEnumerable source)": _cast,
    **rows(
        {
            "static IEnumerable<TResult> OfType<TResult>(this System.Collections.IEnumerable source)": Typed(_of_type),
            "static IEnumerable<TResult> Select<TSource, TResult>"
            "(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": _select,
            "static IEnumerable<TResult> Select<TSource, TResult>"
            "(this IEnumerable<TSource> source, Func<TSource, int, TResult> selector)": _select_with_index,
            "static IEnumerable<TResult> SelectMany<TSource, TResult>"
            "(this IEnumerable<TSource> source, Func<TSource, IEnumerable<TResult>> selector)": Typed(_select_many),
            "static IEnumerable<TResult> SelectMany<TSource, TResult>(this IEnumerable<TSource> source, "
            "Func<TSource, int, IEnumerable<TResult>> selector)": Typed(_select_many_with_index),
            f"static {_PAIRS}Func<TSource, IEnumerable<TCollection>> collectionSelector, "
            "Func<TSource, TCollection, TResult> resultSelector)": Typed(_select_pairs),
            f"static {_PAIRS}Func<TSource, int, IEnumerable<TCollection>> collectionSelector, "
            "Func<TSource, TCollection, TResult> resultSelector)": Typed(_select_pairs_with_index),
            "static IEnumerable<(TFirst First, TSecond Second)> Zip<TFirst, TSecond>"
            "(this IEnumerable<TFirst> first, IEnumerable<TSecond> second)": Typed(_zip_to_tuples),
            "static IEnumerable<TResult> Zip<TFirst, TSecond, TResult>(this IEnumerable<TFirst> first, "
            "IEnumerable<TSecond> second, Func<TFirst, TSecond, TResult> resultSelector)": _zip,
        }
    ),
}

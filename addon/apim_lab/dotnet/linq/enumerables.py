"""`IEnumerable<T>` and the methods of LINQ over it. Source: learn.microsoft.com/dotnet/api/system.linq.enumerable."""

from collections.abc import Callable, Iterable
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.exceptions import ArgumentNullException
from apim_lab.dotnet.values import Enumerable


def _given(source: Any, function: Any, name: str) -> None:
    if source is None:
        raise ArgumentNullException("source")
    if function is None:
        raise ArgumentNullException(name)


def _select(source_type: TypeArgument, result_type: TypeArgument) -> Callable[[Any, Any], Enumerable[Any]]:
    def select(source: Any, selector: Any) -> Enumerable[Any]:
        _given(source, selector, "selector")
        return Enumerable(lambda: map(selector, source_type.items(source)), result_type.type)

    return select


def _where(source_type: TypeArgument) -> Callable[[Any, Any], Enumerable[Any]]:
    def where(source: Any, predicate: Any) -> Enumerable[Any]:
        _given(source, predicate, "predicate")
        return Enumerable(lambda: filter(predicate, source_type.items(source)), source_type.type)

    return where


def _any(source_type: TypeArgument) -> Callable[..., bool]:
    def any_(source: Any, predicate: Any = _always) -> bool:
        _given(source, predicate, "predicate")
        items: Iterable[Any] = source_type.items(source)
        return any(predicate(item) for item in items)

    return any_


def _always(_item: object) -> bool:
    return True


_ENUMERABLE = Definition(
    "interface IEnumerable<out T> : System.Collections.IEnumerable",
    "System.Collections.Generic.IEnumerable",
    members={
        "static bool Any<TSource>(this IEnumerable<TSource> source)": _any,
        "static bool Any<TSource>(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": _any,
        "static IEnumerable<TResult> Select<TSource, TResult>"
        "(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": _select,
        "static IEnumerable<TSource> Where<TSource>"
        "(this IEnumerable<TSource> source, Func<TSource, bool> predicate)": _where,
    },
)

# Without type parameter it has no short name in expressions
_OF_OBJECTS = Definition("interface System.Collections.IEnumerable", "System.Collections.IEnumerable")

DEFINITIONS = (_ENUMERABLE, _OF_OBJECTS)

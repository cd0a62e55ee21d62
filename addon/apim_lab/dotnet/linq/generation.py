"""Sequences from nothing, and longer ones from shorter: `Range`, `Repeat`, `Empty`, `Append`, `Concat`, `Reverse`."""

from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.budget import in_force
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.csharp.types import INT
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.linq.methods import rows
from apim_lab.dotnet.linq.sequences import Source, counted
from apim_lab.dotnet.values import Enumerable


def _range(start: int, count: int) -> Enumerable[int]:
    if count < 0 or start + count - 1 > INT_MAX:
        raise ArgumentOutOfRangeException(parameter="count")
    return Enumerable(lambda: _counted(iter(range(start, start + count)), count), INT)


INT_MAX = 2**31 - 1


def _repeat(result: TypeArgument) -> Implementation:
    def repeated(element: Any, count: int) -> Enumerable[Any]:
        if count < 0:
            raise ArgumentOutOfRangeException(parameter="count")
        return Enumerable(lambda: _counted(repeat(element, count), count), result.type)

    return repeated


def _counted(items: Iterator[Any], length: int) -> Iterator[Any]:
    budget = in_force()
    return items if budget is None else counted(items, length, budget)


def _empty(result: TypeArgument) -> Implementation:
    return lambda: Enumerable(lambda: (), result.type)


def _append(source: Source, element: Any) -> Iterator[Any]:
    yield from source
    yield element


def _prepend(source: Source, element: Any) -> Iterator[Any]:
    yield element
    yield from source


def _concat(first: Source, second: Source) -> Iterator[Any]:
    return chain(first, second)


def _reverse(source: Source) -> Iterator[Any]:
    items = list(source)
    allocate(len(items) * REFERENCE)
    yield from reversed(items)


_SOURCE = "this IEnumerable<TSource> source"
MEMBERS: Mapping[str, Implementation] = {
    "static IEnumerable<TResult> Empty<TResult>()": _empty,
    "static IEnumerable<int> Range(int start, int count)": _range,
    "static IEnumerable<TResult> Repeat<TResult>(TResult element, int count)": _repeat,
    **rows(
        {
            f"static IEnumerable<TSource> Append<TSource>({_SOURCE}, TSource element)": _append,
            "static IEnumerable<TSource> Concat<TSource>"
            "(this IEnumerable<TSource> first, IEnumerable<TSource> second)": _concat,
            f"static IEnumerable<TSource> Prepend<TSource>({_SOURCE}, TSource element)": _prepend,
            f"static IEnumerable<TSource> Reverse<TSource>({_SOURCE})": _reverse,
        }
    ),
}

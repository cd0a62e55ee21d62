"""`Where`, and the parts of a sequence: `Take`, `Skip` and their kin."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import dropwhile, islice, takewhile
from typing import Any

from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.linq.methods import rows
from apim_lab.dotnet.linq.sequences import Source

type _Test = Callable[[Any], bool]
type _TestWithIndex = Callable[[Any, int], bool]


def _where(source: Source, predicate: _Test) -> Iterator[Any]:
    # As a generator it asks its source only when it is asked: long chains need little of Python's stack
    yield from filter(predicate, source)


def _where_with_index(source: Source, predicate: _TestWithIndex) -> Iterator[Any]:
    return (item for index, item in enumerate(source) if predicate(item, index))


def _take(source: Source, count: int) -> Iterator[Any]:
    """Nothing is asked of the source for none."""
    return islice(source, count) if count > 0 else iter(())


def _skip(source: Source, count: int) -> Iterator[Any]:
    return islice(source, max(count, 0), None)


def _take_while(source: Source, predicate: _Test) -> Iterator[Any]:
    return takewhile(predicate, source)


def _take_while_with_index(source: Source, predicate: _TestWithIndex) -> Iterator[Any]:
    for index, item in enumerate(source):
        if not predicate(item, index):
            return
        yield item


def _skip_while(source: Source, predicate: _Test) -> Iterator[Any]:
    return dropwhile(predicate, source)


def _skip_while_with_index(source: Source, predicate: _TestWithIndex) -> Iterator[Any]:
    items = enumerate(source)
    for index, item in items:
        if not predicate(item, index):
            yield item
            break
    yield from (item for _, item in items)


def _take_last(source: Source, count: int) -> Iterator[Any]:
    return iter(deque(source, count)) if count > 0 else iter(())


def _skip_last(source: Source, count: int) -> Iterator[Any]:
    """Yields an item as soon as `count` others have followed it."""
    held: deque[Any] = deque()
    for item in source:
        held.append(item)
        if len(held) > max(count, 0):
            yield held.popleft()


def _of_count(name: str) -> str:
    return f"static IEnumerable<TSource> {name}<TSource>(this IEnumerable<TSource> source, int count)"


def _of_test(name: str, index: str = "") -> str:
    return (
        f"static IEnumerable<TSource> {name}<TSource>"
        f"(this IEnumerable<TSource> source, Func<TSource{index}, bool> predicate)"
    )


MEMBERS: Mapping[str, Implementation] = rows(
    {
        _of_count("Skip"): _skip,
        _of_count("SkipLast"): _skip_last,
        _of_test("SkipWhile"): _skip_while,
        _of_test("SkipWhile", ", int"): _skip_while_with_index,
        _of_count("Take"): _take,
        _of_count("TakeLast"): _take_last,
        _of_test("TakeWhile"): _take_while,
        _of_test("TakeWhile", ", int"): _take_while_with_index,
        _of_test("Where"): _where,
        _of_test("Where", ", int"): _where_with_index,
    }
)

"""What is true of a whole sequence, and how long it is: `All`, `Any`, `Count`."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from apim_lab.csharp.runtime.values import Int64
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.linq.methods import rows
from apim_lab.dotnet.linq.ordering import Ordered
from apim_lab.dotnet.linq.sequences import Source

type _Test = Callable[[Any], bool]


def _all(source: Source, predicate: _Test) -> bool:
    return all(map(predicate, source))


def _any(source: Source) -> bool:
    return bool(list(islice(source, 1)))


def _any_match(source: Source, predicate: _Test) -> bool:
    return any(map(predicate, source))


def _count(source: Source) -> int:
    if isinstance(source.value, Ordered):  # they need not be sorted
        return _count(source.value.source)
    length = source.length
    return sum(1 for _ in source) if length is None else length


def _count_matches(source: Source, predicate: _Test) -> int:
    return sum(map(predicate, source))


_SOURCE, _TEST = "this IEnumerable<TSource> source", "Func<TSource, bool> predicate"
MEMBERS: Mapping[str, Implementation] = rows(
    {
        f"static bool All<TSource>({_SOURCE}, {_TEST})": _all,
        f"static bool Any<TSource>({_SOURCE})": _any,
        f"static bool Any<TSource>({_SOURCE}, {_TEST})": _any_match,
        f"static int Count<TSource>({_SOURCE})": _count,
        f"static int Count<TSource>({_SOURCE}, {_TEST})": _count_matches,
        f"static long LongCount<TSource>({_SOURCE})": lambda source: Int64(_count(source)),
        f"static long LongCount<TSource>({_SOURCE}, {_TEST})": lambda source, test: Int64(_count_matches(source, test)),
    }
)

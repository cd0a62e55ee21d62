"""One item of a sequence: `First`, `Last`, `Single`, `ElementAt` and what they give where there is none."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.arguments import BAD_INDEX
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.ordering import Ordered
from apim_lab.dotnet.linq.sequences import Source

type _Test = Callable[[Any], bool]
# Which item is meant, as a list: empty if there is none
type _Choose = Callable[[Iterable[Any]], list[Any]]

NO_ELEMENTS, NO_MATCH = "Sequence contains no elements", "Sequence contains no matching element"
_SEVERAL, _SEVERAL_MATCHES = (
    "Sequence contains more than one element",
    "Sequence contains more than one matching element",
)


def _first(items: Iterable[Any]) -> list[Any]:
    return list(islice(_as_they_come(items), 1))


def _last(items: Iterable[Any]) -> list[Any]:
    return list(deque(_as_they_come(items), 1))


def _as_they_come(items: Iterable[Any]) -> Iterable[Any]:
    """.NET does not sort to find one item, so an exception of a comparison is not wrapped."""
    if isinstance(items, Source) and isinstance(items.value, Ordered):
        return items.value.sorted()
    return items


def _single(several: str) -> _Choose:
    def single(items: Iterable[Any]) -> list[Any]:
        found = list(islice(items, 2))
        if len(found) > 1:
            raise InvalidOperationException(several)
        return found

    return single


def _single_match(items: Iterable[Any]) -> list[Any]:
    return _single(_SEVERAL_MATCHES)(items)


def _chosen(choose: _Choose) -> Implementation:
    def chosen(source: Source) -> Any:
        found = choose(source)
        if not found:
            raise InvalidOperationException(NO_ELEMENTS)
        return found[0]

    return chosen


def _chosen_match(choose: _Choose) -> Implementation:
    def chosen(source: Source, predicate: _Test) -> Any:
        found = choose(filter(predicate, source))
        if not found:
            raise InvalidOperationException(NO_MATCH)
        return found[0]

    return chosen


def _or_default(choose: _Choose) -> Typed:
    def make(source_type: TypeArgument) -> Implementation:
        default = source_type.default
        return lambda source: next(iter(choose(source)), default)

    return Typed(make)


def _match_or_default(choose: _Choose) -> Typed:
    def make(source_type: TypeArgument) -> Implementation:
        default = source_type.default
        return lambda source, predicate: next(iter(choose(filter(predicate, source))), default)

    return Typed(make)


def _element_at(source: Source, index: int) -> Any:
    found = list(islice(source, index, index + 1)) if index >= 0 else []
    if not found:
        is_list = source.length is not None and not isinstance(source.value, str | Mapping)
        raise ArgumentOutOfRangeException(BAD_INDEX if is_list else "", "index")
    return found[0]


def _element_at_or_default(source_type: TypeArgument) -> Implementation:
    default = source_type.default
    return lambda source, index: next(islice(source, index, None), default) if index >= 0 else default


def _default_if_empty(source_type: TypeArgument) -> Implementation:
    default = source_type.default
    return lambda source: _or_one(source, default)


def _or_one(source: Source, default_value: Any) -> Iterator[Any]:
    is_empty = True
    for item in source:
        is_empty = False
        yield item
    if is_empty:
        yield default_value


def _row(result: str, name: str, *parameters: str) -> str:
    return f"static {result} {name}<TSource>({', '.join(('this IEnumerable<TSource> source', *parameters))})"


_TEST = "Func<TSource, bool> predicate"
_CHOICES = {"First": (_first, _first), "Last": (_last, _last), "Single": (_single(_SEVERAL), _single_match)}
MEMBERS: Mapping[str, Implementation] = rows(
    {
        **{_row("TSource", name): _chosen(choose) for name, (choose, _) in _CHOICES.items()},
        **{_row("TSource", name, _TEST): _chosen_match(choose) for name, (_, choose) in _CHOICES.items()},
        **{_row("TSource", f"{name}OrDefault"): _or_default(choose) for name, (choose, _) in _CHOICES.items()},
        **{
            _row("TSource", f"{name}OrDefault", _TEST): _match_or_default(choose)
            for name, (_, choose) in _CHOICES.items()
        },
        _row("TSource", "ElementAt", "int index"): _element_at,
        _row("TSource", "ElementAtOrDefault", "int index"): Typed(_element_at_or_default),
        _row("IEnumerable<TSource>", "DefaultIfEmpty"): Typed(_default_if_empty),
        _row("IEnumerable<TSource>", "DefaultIfEmpty", "TSource defaultValue"): _or_one,
    }
)

"""`OrderBy`, `ThenBy` and their kin: a stable sort, done when the sequence is enumerated."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.budget import in_force
from apim_lab.csharp.runtime.exceptions import PYTHON_ERRORS, DotNetError, InvalidOperationException
from apim_lab.csharp.runtime.memory import REFERENCE, allocate
from apim_lab.csharp.runtime.numbers import BY_KEYWORD
from apim_lab.csharp.symbols.definitions import Definition, Implementation
from apim_lab.csharp.types import Type
from apim_lab.dotnet.collections.ordering import Compare, IComparer, comparing
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source
from apim_lab.dotnet.values import Enumerable

# Rounds of loops that so many comparisons in Python's C count for
_PLAIN_COMPARISONS = 16


@dataclass(frozen=True)
class _Key:
    """What items are sorted by. `compare` is None where Python compares the keys as .NET does."""

    selector: Callable[[Any], Any]
    compare: Compare | None
    descending: bool

    def sort(self, indices: list[int], keys: Sequence[Any], failure: Exception | None) -> None:
        """Put the indices of the keys in order; equal ones stay as they are. See `_counting` for the `failure`."""
        if self.compare is None:
            _count(len(keys) * len(keys).bit_length() // _PLAIN_COMPARISONS)
            indices.sort(key=keys.__getitem__, reverse=self.descending)
            return
        by = cmp_to_key(_counting(self.compare, failure))
        indices.sort(key=lambda index: by(keys[index]), reverse=self.descending)


def _count(rounds: int) -> None:
    budget = in_force()
    if budget is not None:
        budget.count(rounds)


def _counting(compare: Compare, failure: Exception | None) -> Compare:
    """Each comparison is a round of a loop. Raises the `failure`, if there is one, instead of what it throws."""

    def counting(left: Any, right: Any) -> int:
        _count(1)
        try:
            return compare(left, right)
        except _FAILURES as error:
            raise (error if failure is None else failure) from None

    return counting


_FAILURES: tuple[type[Exception], ...] = (DotNetError, *PYTHON_ERRORS)
_FAILED = "Failed to compare two elements in the array."


class Ordered(Enumerable[Any]):
    """An `IOrderedEnumerable<TElement>`: a source and what it is sorted by, the most important first."""

    __slots__ = ("keys", "source")

    def __init__(self, source: Source, keys: Sequence[_Key], element: Type) -> None:
        super().__init__(lambda: self.sorted(InvalidOperationException(_FAILED)), element)
        self.type = Type("IOrderedEnumerable", (element,), "System.Linq.OrderedEnumerable")
        self.source = source
        self.keys = keys

    def sorted(self, failure: Exception | None = None) -> Iterator[Any]:
        items = list(self.source)
        allocate(len(items) * REFERENCE * (1 + len(self.keys)))
        keys = [list(map(key.selector, items)) for key in self.keys]
        indices = list(range(len(items)))
        for key, values in zip(reversed(self.keys), reversed(keys), strict=True):
            key.sort(indices, values, failure)
        yield from (items[index] for index in indices)

    def then(self, key: _Key) -> "Ordered":
        return Ordered(self.source, (*self.keys, key), self.type.arguments[0])


# Their values are ordered by Python as by .NET, and are never NaN or null
_PLAIN = {*BY_KEYWORD, "bool", "decimal"}


def _key(type_: TypeArgument, selector: Any, comparer: IComparer | None, *, descending: bool) -> _Key:
    is_plain = comparer is None and type_.type.name in _PLAIN
    return _Key(selector, None if is_plain else comparing(type_.library, comparer), descending)


def _order_by(*, descending: bool) -> Typed:
    def make(element: TypeArgument, key_type: TypeArgument) -> Implementation:
        def order_by(source: Source, selector: Any, comparer: IComparer | None = None) -> Ordered:
            return Ordered(source, (_key(key_type, selector, comparer, descending=descending),), element.type)

        return order_by

    return Typed(make)


def _then_by(*, descending: bool) -> Typed:
    def make(_element: TypeArgument, key_type: TypeArgument) -> Implementation:
        def then_by(source: Source, selector: Any, comparer: IComparer | None = None) -> Ordered:
            ordered: Ordered = source.value
            return ordered.then(_key(key_type, selector, comparer, descending=descending))

        return then_by

    return Typed(make)


def _both(name: str, source: str, make: Callable[..., Typed]) -> Mapping[str, Typed]:
    return {
        f"static IOrderedEnumerable<TSource> {name}{direction}<TSource, TKey>"
        f"(this {source}<TSource> source, Func<TSource, TKey> keySelector{comparer})": make(descending=bool(direction))
        for direction in ("", "Descending")
        for comparer in ("", ", IComparer<TKey> comparer")
    }


DEFINITION = Definition(
    "interface IOrderedEnumerable<TElement> : IEnumerable<TElement>", "System.Linq.IOrderedEnumerable"
)
MEMBERS: Mapping[str, Implementation] = rows(
    {**_both("OrderBy", "IEnumerable", _order_by), **_both("ThenBy", "IOrderedEnumerable", _then_by)}
)

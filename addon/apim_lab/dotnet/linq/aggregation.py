"""`Sum`, `Average` and `Aggregate`. Sums are checked. Source: .NET Core 3.1, Sum.cs and Average.cs."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

from apim_lab.csharp.runtime.arithmetic import ARITHMETIC, divide_doubles
from apim_lab.csharp.runtime.exceptions import InvalidOperationException, OverflowException
from apim_lab.csharp.runtime.numbers import BY_KEYWORD, Single
from apim_lab.csharp.runtime.singles import to_single
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.linq.elements import NO_ELEMENTS
from apim_lab.dotnet.linq.methods import rows
from apim_lab.dotnet.linq.sequences import Source

type _Total = Callable[[Iterable[Any]], Any]
type _Mean = Callable[[Any, int], Any]


def _integers(keyword: str) -> _Total:
    type_ = BY_KEYWORD[keyword]
    smallest, largest = type_.minimum, type_.maximum

    def total(values: Iterable[int]) -> int:
        found = 0
        for value in values:
            found += value
            if not smallest <= found <= largest:
                raise OverflowException
        return type_.python(found)

    return total


def _doubles(values: Iterable[float]) -> float:
    found = 0.0
    for value in values:
        found += value
    return found


def _singles(values: Iterable[float]) -> float:
    """As doubles, and rounded in the end."""
    return Single(to_single(_doubles(values)))


def _decimals(values: Iterable[Decimal]) -> Decimal:
    return reduce(ARITHMETIC["decimal"]["+"], values, Decimal(0))


_TOTALS: Mapping[str, _Total] = {
    "int": _integers("int"),
    "long": _integers("long"),
    "float": _singles,
    "double": _doubles,
    "decimal": _decimals,
}


def _mean_of_decimals(total: Decimal, count: int) -> Any:
    return ARITHMETIC["decimal"]["/"](total, Decimal(count))


def _mean_of_singles(total: float, count: int) -> float:
    return Single(to_single(divide_doubles(total, count)))


# By the keyword: the type of the average, how values are added up for it, and how the sum is divided
_MEANS: Mapping[str, tuple[str, _Total, _Mean]] = {
    "int": ("double", _integers("long"), divide_doubles),
    "long": ("double", _integers("long"), divide_doubles),
    "float": ("float", _doubles, _mean_of_singles),
    "double": ("double", _doubles, divide_doubles),
    "decimal": ("decimal", _decimals, _mean_of_decimals),
}


def present(values: Iterable[Any]) -> Iterable[Any]:
    """Those that are not null."""
    return (value for value in values if value is not None)


def _average(add: _Total, divide: _Mean, *, may_be_null: bool = False) -> _Total:
    def average(values: Iterable[Any]) -> Any:
        found = list(present(values) if may_be_null else values)
        if found:
            return divide(add(found), len(found))
        if may_be_null:
            return None
        raise InvalidOperationException(NO_ELEMENTS)

    return average


def of_numbers(result: str, name: str, keyword: str, total: _Total) -> Mapping[str, Implementation]:
    """The rows of a method over numbers of this type, and over what a selector makes of items."""
    return {
        f"static {result} {name}(this IEnumerable<{keyword}> source)": total,
        f"static {result} {name}<TSource>(this IEnumerable<TSource> source, Func<TSource, {keyword}> selector)": (
            lambda source, selector: total(map(selector, source))
        ),
    }


def _sums(keyword: str, total: _Total) -> Mapping[str, Implementation]:
    return {
        **of_numbers(keyword, "Sum", keyword, total),
        **of_numbers(f"{keyword}?", "Sum", f"{keyword}?", lambda values: total(present(values))),
    }


def _averages(keyword: str, result: str, add: _Total, divide: _Mean) -> Mapping[str, Implementation]:
    return {
        **of_numbers(result, "Average", keyword, _average(add, divide)),
        **of_numbers(f"{result}?", "Average", f"{keyword}?", _average(add, divide, may_be_null=True)),
    }


def _aggregate(source: Source, func: Callable[[Any, Any], Any]) -> Any:
    items = iter(source)
    for first in items:
        return reduce(func, items, first)
    raise InvalidOperationException(NO_ELEMENTS)


def _aggregate_from(source: Source, seed: Any, func: Callable[[Any, Any], Any]) -> Any:
    return reduce(func, source, seed)


def _aggregate_to(source: Source, seed: Any, func: Callable[[Any, Any], Any], selector: Callable[[Any], Any]) -> Any:
    return selector(reduce(func, source, seed))


_FROM = "this IEnumerable<TSource> source, TAccumulate seed, Func<TAccumulate, TSource, TAccumulate> func"
MEMBERS: Mapping[str, Implementation] = rows(
    {
        "static TSource Aggregate<TSource>"
        "(this IEnumerable<TSource> source, Func<TSource, TSource, TSource> func)": _aggregate,
        f"static TAccumulate Aggregate<TSource, TAccumulate>({_FROM})": _aggregate_from,
        f"static TResult Aggregate<TSource, TAccumulate, TResult>"
        f"({_FROM}, Func<TAccumulate, TResult> resultSelector)": _aggregate_to,
        **{row: f for keyword, total in _TOTALS.items() for row, f in _sums(keyword, total).items()},
        **{row: f for keyword, mean in _MEANS.items() for row, f in _averages(keyword, *mean).items()},
    }
)

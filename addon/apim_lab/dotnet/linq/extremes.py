"""`Max` and `Min`. Source: .NET Core 3.1, Max.cs and Min.cs."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import InvalidOperationException
from apim_lab.csharp.symbols.definitions import Implementation
from apim_lab.dotnet.collections.ordering import comparing
from apim_lab.dotnet.linq.aggregation import of_numbers, present
from apim_lab.dotnet.linq.elements import NO_ELEMENTS
from apim_lab.dotnet.linq.methods import Typed, rows
from apim_lab.dotnet.linq.sequences import Source

type _Choose = Callable[[Iterable[Any]], Any]


def _greatest_float(values: Iterable[float]) -> float:
    """NaN is less than everything."""
    found = list(values)
    return max((value for value in found if not math.isnan(value)), default=found[0])


def _least_float(values: Iterable[float]) -> float:
    found = list(values)
    return next((value for value in found if math.isnan(value)), None) or min(found)


_CHOICES: Mapping[str, tuple[_Choose, _Choose]] = {
    "Max": (max, _greatest_float),
    "Min": (min, _least_float),
}


def _of_values(choose: _Choose) -> _Choose:
    def chosen(values: Iterable[Any]) -> Any:
        found = list(values)
        if not found:
            raise InvalidOperationException(NO_ELEMENTS)
        return choose(found)

    return chosen


def _of_nullables(choose: _Choose) -> _Choose:
    def chosen(values: Iterable[Any]) -> Any:
        found = list(present(values))
        return choose(found) if found else None

    return chosen


def _of_type(type_: TypeArgument, sign: int) -> _Choose:
    """By the default comparer; of types that can be null, null is passed over."""
    can_be_null, compare = type_.library.can_be_null(type_.type), comparing(type_.library)

    def chosen(values: Iterable[Any]) -> Any:
        found, is_empty = None, True
        for value in present(values) if can_be_null else values:
            if is_empty or compare(value, found) * sign > 0:
                found, is_empty = value, False
        if is_empty and not can_be_null:
            raise InvalidOperationException(NO_ELEMENTS)
        return found

    return chosen


def _of_items(sign: int) -> Typed:
    return Typed(lambda source_type: _of_type(source_type, sign))


def _of_results(sign: int) -> Typed:
    def make(_source: TypeArgument, result: TypeArgument) -> Implementation:
        choose = _of_type(result, sign)

        def of_results(source: Source, selector: Callable[[Any], Any]) -> Any:
            return choose(map(selector, source))

        return of_results

    return Typed(make)


def _rows(name: str) -> Mapping[str, Implementation | Typed]:
    plain, floating = _CHOICES[name]
    sign = 1 if name == "Max" else -1
    table: dict[str, Implementation | Typed] = {
        f"static TSource {name}<TSource>(this IEnumerable<TSource> source)": _of_items(sign),
        f"static TResult {name}<TSource, TResult>"
        "(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": _of_results(sign),
    }
    for keyword in ("int", "long", "float", "double", "decimal"):
        choose = floating if keyword in {"float", "double"} else plain
        table |= of_numbers(keyword, name, keyword, _of_values(choose))
        table |= of_numbers(f"{keyword}?", name, f"{keyword}?", _of_nullables(choose))
    return table


MEMBERS: Mapping[str, Implementation] = rows({**_rows("Max"), **_rows("Min")})

"""What `Array` finds: `IndexOf`, `Find`, `Exists`, `BinarySearch` and their kin. Source: .NET Core 3.1, Array.cs."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.values import holding
from apim_lab.csharp.symbols.definitions import Implementation, OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, bad_count, bad_index, given, negative
from apim_lab.dotnet.collections.arrays import element_of
from apim_lab.dotnet.collections.ordering import IComparer, comparing
from apim_lab.dotnet.collections.searching import (
    Match,
    find_index,
    find_last_index,
    last_index_of,
)
from apim_lab.dotnet.collections.sorting import binary_search
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.dotnet.identity import equal


def of_any_type(function: Implementation) -> Implementation:
    """The implementation of a generic method that does the same for all types."""
    return lambda *_types: function


def check_part(array: Any, index: int, length: int) -> None:
    """Raises what a method throws whose part of the array is not in it."""
    given(array, "array")
    if index < 0:
        raise negative("index")
    if length < 0:
        raise negative("length")
    if len(array) - index < length:
        raise ArgumentException(OUT_OF_BOUNDS)


def _index_of(array: Any, value: Any, start: int = 0, count: int | None = None) -> int:
    given(array, "array")
    if not 0 <= start <= len(array):
        raise bad_index()
    count = len(array) - start if count is None else count
    if not 0 <= count <= len(array) - start:
        raise bad_count()
    return find_index(list(array), lambda item: equal(item, value), start, start + count)


def _last_index_of(array: Any, value: Any, start: int | None = None, count: int | None = None) -> int:
    given(array, "array")
    if start is None:
        return last_index_of(list(array), value, 0, len(array))
    count = (start + 1 if array else 0) if count is None else count
    if not array:
        return _nothing_before(start, count)
    if not 0 <= start < len(array):
        raise bad_index()
    if not 0 <= count <= start + 1:
        raise bad_count()
    return last_index_of(list(array), value, start - count + 1, start + 1)


def _nothing_before(start: int, count: int) -> int:
    """Of an empty array, the index may be before it."""
    if start not in {-1, 0}:
        raise bad_index()
    if count:
        raise bad_count()
    return -1


def _find(element: TypeArgument) -> Callable[[Any, Match], Any]:
    return lambda array, match: _first(list(given(array, "array")), match, element)


def _find_last(element: TypeArgument) -> Callable[[Any, Match], Any]:
    return lambda array, match: _first(list(given(array, "array"))[::-1], match, element)


def _first(items: list[Any], match: Match, element: TypeArgument) -> Any:
    matches = given(match, "match")
    return next((item for item in items if matches(item)), element.default)


def _find_all(array: Any, match: Match) -> Any:
    given(array, "array")
    matches = given(match, "match")
    return holding([item for item in list(array) if matches(item)], element_of(array))


def _find_index(array: Any, *place_and_match: Any) -> int:
    """`FindIndex(array, startIndex, count, match)`, the place left out from behind."""
    *place, match = place_and_match
    given(array, "array")
    start = place[0] if place else 0
    count = place[1] if len(place) > 1 else len(array) - start
    if not 0 <= start <= len(array):
        raise bad_index()
    if not 0 <= count <= len(array) - start:
        raise bad_count()
    return find_index(list(array), match, start, start + count)


def _find_last_index(array: Any, *place_and_match: Any) -> int:
    *place, match = place_and_match
    given(array, "array")
    given(match, "match")
    start = place[0] if place else len(array) - 1
    count = place[1] if len(place) > 1 else start + 1
    if not (0 <= start < len(array) or (start == -1 and not array)):
        raise bad_index()
    if not 0 <= count <= start + 1:
        raise bad_count()
    return find_last_index(list(array), match, start - count + 1, start + 1)


def _exists(array: Any, match: Match) -> bool:
    return _find_index(array, match) >= 0


def _true_for_all(array: Any, match: Match) -> bool:
    given(array, "array")
    matches = given(match, "match")
    return all(matches(item) for item in list(array))


def _for_each(array: Any, action: Callable[[Any], object] | None) -> None:
    given(array, "array")
    act = given(action, "action")
    for item in list(array):
        act(item)


def _binary_search(library: Library) -> Callable[..., int]:
    def search(array: Any, value: Any, comparer: IComparer | None = None) -> int:
        given(array, "array")
        return binary_search(list(array), 0, len(array), value, comparing(library, comparer))

    return search


def _binary_search_in(library: Library) -> Callable[..., int]:
    def search(array: Any, index: int, length: int, value: Any, comparer: IComparer | None = None) -> int:
        check_part(array, index, length)
        return binary_search(list(array), index, length, value, comparing(library, comparer))

    return search


def _of_type(make: Callable[[Library], Implementation]) -> Implementation:
    return lambda element: make(element.library)


SEARCHES: Mapping[str, Any] = {
    "static int BinarySearch(Array array, object value)": OfLibrary(_binary_search),
    "static int BinarySearch(Array array, int index, int length, object value)": OfLibrary(_binary_search_in),
    "static int BinarySearch<T>(T[] array, T value)": _of_type(_binary_search),
    "static int BinarySearch<T>(T[] array, T value, IComparer<T> comparer)": _of_type(_binary_search),
    "static int BinarySearch<T>(T[] array, int index, int length, T value)": _of_type(_binary_search_in),
    "static int BinarySearch<T>(T[] array, int index, int length, T value, IComparer<T> comparer)": _of_type(
        _binary_search_in
    ),
    "static bool Exists<T>(T[] array, Predicate<T> match)": of_any_type(_exists),
    "static T Find<T>(T[] array, Predicate<T> match)": _find,
    "static T[] FindAll<T>(T[] array, Predicate<T> match)": of_any_type(_find_all),
    "static int FindIndex<T>(T[] array, Predicate<T> match)": of_any_type(_find_index),
    "static int FindIndex<T>(T[] array, int startIndex, Predicate<T> match)": of_any_type(_find_index),
    "static int FindIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)": of_any_type(_find_index),
    "static T FindLast<T>(T[] array, Predicate<T> match)": _find_last,
    "static int FindLastIndex<T>(T[] array, Predicate<T> match)": of_any_type(_find_last_index),
    "static int FindLastIndex<T>(T[] array, int startIndex, Predicate<T> match)": of_any_type(_find_last_index),
    "static int FindLastIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)": of_any_type(
        _find_last_index
    ),
    "static void ForEach<T>(T[] array, Action<T> action)": of_any_type(_for_each),
    **{
        f"static int {name}{parameters}{place})": function if parameters[0] == "(" else of_any_type(function)
        for name, function in (("IndexOf", _index_of), ("LastIndexOf", _last_index_of))
        for parameters in ("(Array array, object value", "<T>(T[] array, T value")
        for place in ("", ", int startIndex", ", int startIndex, int count")
    },
    "static bool TrueForAll<T>(T[] array, Predicate<T> match)": of_any_type(_true_for_all),
}

"""`Array.Sort`, `Reverse` and `Fill`. Source: learn.microsoft.com/dotnet/api/system.array.sort, and .NET Core 3.1."""

from collections.abc import Callable, Mapping
from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, bad_count, bad_index, given
from apim_lab.dotnet.collections.array_searches import check_part, of_any_type
from apim_lab.dotnet.collections.ordering import Compare, IComparer, comparing
from apim_lab.dotnet.collections.sorting import sort
from apim_lab.dotnet.exceptions import ArgumentException


def _sort(library: Library) -> Callable[[Any], None]:
    return lambda array: sort(given(array, "array"), 0, len(array), comparing(library))


def _sort_part(library: Library) -> Callable[[Any, int, int], None]:
    def sort_part(array: Any, index: int, length: int) -> None:
        check_part(array, index, length)
        sort(array, index, length, comparing(library))

    return sort_part


def _sort_items(element: TypeArgument) -> Callable[..., None]:
    def sort_items(array: Any, comparer: IComparer | None = None) -> None:
        sort(given(array, "array"), 0, len(array), comparing(element.library, comparer))

    return sort_items


def _sort_items_in(element: TypeArgument) -> Callable[..., None]:
    def sort_items_in(array: Any, index: int, length: int, comparer: IComparer | None = None) -> None:
        check_part(array, index, length)
        sort(array, index, length, comparing(element.library, comparer))

    return sort_items_in


def _sort_by(array: Any, comparison: Compare | None) -> None:
    given(array, "array")
    sort(array, 0, len(array), given(comparison, "comparison"))


def _sort_by_keys(key: TypeArgument, _value: TypeArgument) -> Callable[..., None]:
    """`Sort(keys, items)`: the items go with their keys."""

    def sort_by_keys(keys: Any, items: Any, comparer: IComparer | None = None) -> None:
        given(keys, "keys")
        if items is None:
            sort(keys, 0, len(keys), comparing(key.library, comparer))
            return
        if len(items) < len(keys):
            raise ArgumentException(OUT_OF_BOUNDS)
        compare = comparing(key.library, comparer)
        pairs = list(zip(list(keys), list(items), strict=False))
        sort(pairs, 0, len(pairs), lambda left, right: compare(left[0], right[0]))
        keys[:] = [pair[0] for pair in pairs]
        items[: len(pairs)] = [pair[1] for pair in pairs]

    return sort_by_keys


def _reverse(array: Any) -> None:
    given(array, "array")
    array[:] = list(array)[::-1]


def _reverse_part(array: Any, index: int, length: int) -> None:
    check_part(array, index, length)
    array[index : index + length] = list(array)[index : index + length][::-1]


def _fill(array: Any, value: Any) -> None:
    array[:] = [value] * len(given(array, "array"))


def _fill_part(array: Any, value: Any, start: int, count: int) -> None:
    given(array, "array")
    if not 0 <= start <= len(array):
        raise bad_index()
    if not 0 <= count <= len(array) - start:
        raise bad_count()
    array[start : start + count] = [value] * count


SORTS: Mapping[str, Any] = {
    "static void Fill<T>(T[] array, T value)": of_any_type(_fill),
    "static void Fill<T>(T[] array, T value, int startIndex, int count)": of_any_type(_fill_part),
    "static void Reverse(Array array)": _reverse,
    "static void Reverse(Array array, int index, int length)": _reverse_part,
    "static void Reverse<T>(T[] array)": of_any_type(_reverse),
    "static void Reverse<T>(T[] array, int index, int length)": of_any_type(_reverse_part),
    "static void Sort(Array array)": OfLibrary(_sort),
    "static void Sort(Array array, int index, int length)": OfLibrary(_sort_part),
    "static void Sort<T>(T[] array)": _sort_items,
    "static void Sort<T>(T[] array, IComparer<T> comparer)": _sort_items,
    "static void Sort<T>(T[] array, Comparison<T> comparison)": of_any_type(_sort_by),
    "static void Sort<T>(T[] array, int index, int length)": _sort_items_in,
    "static void Sort<T>(T[] array, int index, int length, IComparer<T> comparer)": _sort_items_in,
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items)": _sort_by_keys,
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, IComparer<TKey> comparer)": _sort_by_keys,
}

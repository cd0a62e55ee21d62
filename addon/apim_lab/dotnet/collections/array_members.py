"""The members of arrays and of `Array`. Source: learn.microsoft.com/dotnet/api/system.array, and .NET Core 3.1."""

from collections.abc import Callable
from typing import Any

from apim_lab.csharp.binding.reference_conversions import is_instance, is_reference
from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import IndexOutOfRangeException, InvalidCastException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.numeric_conversions import implicit_numeric
from apim_lab.csharp.runtime.values import Array, Bytes, Int64, holding
from apim_lab.csharp.symbols.definitions import Definition, OfLibrary
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import DECIMAL, Type
from apim_lab.dotnet.arguments import given, negative
from apim_lab.dotnet.collections.array_copy import Part, copy
from apim_lab.dotnet.collections.array_searches import SEARCHES
from apim_lab.dotnet.collections.array_sorts import SORTS
from apim_lab.dotnet.collections.arrays import ArrayAsList, element_of, item, set_item
from apim_lab.dotnet.collections.read_only import ReadOnlyCollection
from apim_lab.dotnet.exceptions import ArgumentException

type _AnyArray = Array | Bytes


def _length(array: _AnyArray, dimension: int) -> int:
    if dimension != 0:
        raise IndexOutOfRangeException
    return len(array)


def _lower_bound(_array: _AnyArray, dimension: int) -> int:
    if dimension != 0:
        raise IndexOutOfRangeException("Array does not have that many dimensions.")
    return 0


def _upper_bound(array: _AnyArray, dimension: int) -> int:
    return len(array) - 1 - _lower_bound(array, dimension)


def _clone(array: _AnyArray) -> _AnyArray:
    allocate(len(array) * OBJECT)
    return holding(list(array), element_of(array))


def _set_value(library: Library) -> Callable[[_AnyArray, Any, int], None]:
    def set_value(array: _AnyArray, value: Any, index: int) -> None:
        set_item(array, index, _stored(library, value, element_of(array)))

    return set_value


def _stored(library: Library, value: Any, element: Type) -> Any:
    """What the array holds for it; raises InvalidCastException, or ArgumentException for a number that is too wide."""
    if value is None:
        return library.default_of(element)
    if is_instance(library, value, element):
        return value
    source = library.type_of(value)
    if is_reference(library, element) or is_reference(library, source):
        raise InvalidCastException("Object cannot be stored in an array of this type.")
    widen = implicit_numeric(source, element)
    if widen is None or element == DECIMAL:
        raise ArgumentException(
            "Cannot widen from source type to target type either because the source type is a not a primitive type or "
            "the conversion cannot be accomplished."
        )
    return widen(value)


def _copy(library: Library) -> Callable[[Any, Any, int], None]:
    return lambda source, target, length: copy(library, Part(source, 0), Part(target, 0), length)


def _copy_part(library: Library) -> Callable[[Any, int, Any, int, int], None]:
    return lambda source, start, target, index, length: copy(library, Part(source, start), Part(target, index), length)


def _copy_to(library: Library) -> Callable[[_AnyArray, Any, int], None]:
    return lambda array, target, index: copy(library, Part(array, 0), Part(target, index), len(array))


def _clear(library: Library) -> Callable[[Any, int, int], None]:
    def clear(array: Any, index: int, length: int) -> None:
        given(array, "array")
        if index < 0 or length < 0 or index + length > len(array):
            raise IndexOutOfRangeException
        array[index : index + length] = [library.default_of(element_of(array))] * length

    return clear


def _empty(element: TypeArgument) -> Callable[[], _AnyArray]:
    return lambda: holding([], element.type)


def _resize(element: TypeArgument) -> Callable[[Any, int], tuple[None, _AnyArray]]:
    def resize(array: Any, size: int) -> tuple[None, _AnyArray]:
        """A new array, unless it has that size."""
        if size < 0:
            raise negative("newSize")
        if array is not None and len(array) == size:
            return None, array
        allocate(size * OBJECT)
        kept = list(array or ())[:size]
        return None, holding([*kept, *[element.default] * (size - len(kept))], element.type)

    return resize


def _as_read_only(element: TypeArgument) -> Callable[[Any], ReadOnlyCollection]:
    return lambda array: ReadOnlyCollection(ArrayAsList(given(array, "array"), element.library))


def _convert_all(_source: TypeArgument, result: TypeArgument) -> Callable[[Any, Any], _AnyArray]:
    def convert_all(array: Any, converter: Callable[[Any], Any] | None) -> _AnyArray:
        given(array, "array")
        return holding(list(map(given(converter, "converter"), list(array))), result.type)

    return convert_all


_ARRAY = Definition(
    "class Array",
    "System.Array",
    members={
        "int Length": len,
        "long LongLength": lambda array: Int64(len(array)),
        "int Rank": lambda _: 1,
        "bool IsFixedSize": lambda _: True,
        "bool IsReadOnly": lambda _: False,
        "bool IsSynchronized": lambda _: False,
        "object SyncRoot": lambda array: array,
        "object Clone()": _clone,
        "void CopyTo(Array array, int index)": OfLibrary(_copy_to),
        "void CopyTo(Array array, long index)": OfLibrary(_copy_to),
        "int GetLength(int dimension)": _length,
        "int GetLowerBound(int dimension)": _lower_bound,
        "int GetUpperBound(int dimension)": _upper_bound,
        "object GetValue(int index)": item,
        "object GetValue(long index)": item,
        "void Initialize()": lambda _: None,
        "void SetValue(object value, int index)": OfLibrary(_set_value),
        "void SetValue(object value, long index)": OfLibrary(_set_value),
        "static ReadOnlyCollection<T> AsReadOnly<T>(T[] array)": _as_read_only,
        "static void Clear(Array array, int index, int length)": OfLibrary(_clear),
        "static TOutput[] ConvertAll<TInput, TOutput>(TInput[] array, Converter<TInput, TOutput> converter)": (
            _convert_all
        ),
        "static void Copy(Array sourceArray, Array destinationArray, int length)": OfLibrary(_copy),
        "static void Copy(Array sourceArray, Array destinationArray, long length)": OfLibrary(_copy),
        "static void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, "
        "int length)": OfLibrary(_copy_part),
        "static void Copy(Array sourceArray, long sourceIndex, Array destinationArray, long destinationIndex, "
        "long length)": OfLibrary(_copy_part),
        "static T[] Empty<T>()": _empty,
        "static void Resize<T>(ref T[] array, int newSize)": _resize,
        **SEARCHES,
        **SORTS,
    },
)
_OF_ITEMS = Definition(
    "class Array<T> : Array, IList<T>, IReadOnlyCollection<T>",
    "System.Array",
    members={
        "T this[int index]": item,
        "T this[long index]": item,
        "T this[int index] { set; }": set_item,
        "T this[long index] { set; }": set_item,
    },
)

DEFINITIONS = (_ARRAY, _OF_ITEMS)

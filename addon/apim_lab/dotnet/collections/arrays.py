"""Arrays as lists: the interfaces that every `T[]` has, and how its items are taken and replaced."""

from collections.abc import Iterator
from typing import Any, ClassVar, Never

from apim_lab.csharp.binding.reference_conversions import is_instance, is_reference
from apim_lab.csharp.runtime.exceptions import ArrayTypeMismatchException, IndexOutOfRangeException
from apim_lab.csharp.runtime.values import Array, Bytes
from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import bad_index
from apim_lab.dotnet.collections.array_copy import Part, copy
from apim_lab.dotnet.collections.interfaces import as_collection
from apim_lab.dotnet.collections.read_only import ReadOnly
from apim_lab.dotnet.collections.searching import index_of
from apim_lab.dotnet.exceptions import NotSupportedException


def element_of(array: Array | Bytes) -> Type:
    return array.type.arguments[0]


def item(array: Any, index: int) -> Any:
    if not 0 <= index < len(array):
        raise IndexOutOfRangeException
    return array[index]


def set_item(array: Any, index: int, value: Any) -> None:
    item(array, index)
    array[index] = value


class ArrayAsList:
    """An array as an `IList<T>`: its items can be replaced, and nothing else."""

    __slots__ = ("array", "library", "type")
    is_read_only: ClassVar[bool] = True

    def __init__(self, array: Array | Bytes, library: Library) -> None:
        self.array = array
        self.library = library
        self.type = array.type

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.array)

    def item(self, index: int) -> Any:
        return self.array[self._checked(index)]

    def set_item(self, index: int, value: Any) -> None:
        """Raises ArrayTypeMismatchException for what an `object[]` that is a `string[]` cannot hold."""
        element = element_of(self.array)
        index = self._checked(index)
        if value is not None and is_reference(self.library, element) and not is_instance(self.library, value, element):
            raise ArrayTypeMismatchException
        self.array[index] = value

    def _checked(self, index: int) -> int:
        if not 0 <= index < len(self.array):
            raise bad_index("index")
        return index

    def _refuse(self, *_arguments: Any) -> Never:
        raise NotSupportedException("Collection was of a fixed size.")

    add = insert = remove = remove_at = _refuse

    def clear(self) -> None:
        raise NotSupportedException(ReadOnly.refusal)

    def contains(self, value: Any) -> bool:
        return self.index_of(value) >= 0

    def index_of(self, value: Any) -> int:
        return index_of(self.array, element_of(self.array), value, 0, len(self.array))

    def copy_to(self, array: Any, index: int) -> None:
        copy(self.library, Part(self.array, 0), Part(array, index), len(self.array))


as_collection.register(Array, ArrayAsList)
as_collection.register(Bytes, ArrayAsList)

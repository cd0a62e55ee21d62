"""`List<T>` as a value. Source: learn.microsoft.com/dotnet/api/system.collections.generic.list-1, .NET Core 3.1."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.runtime.exceptions import OutOfMemoryException
from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.runtime.values import Array, Bytes, holding
from apim_lab.csharp.types import Type
from apim_lab.dotnet.arguments import OUT_OF_BOUNDS, bad_count, bad_index, given, negative
from apim_lab.dotnet.collections.array_copy import Part, copy
from apim_lab.dotnet.collections.counted import count_of
from apim_lab.dotnet.collections.enumeration import enumerate_unchanged
from apim_lab.dotnet.collections.ordering import Compare, IComparer, comparing
from apim_lab.dotnet.collections.searching import (
    Match,
    find_index,
    find_last_index,
    index_of,
    last_index_of,
)
from apim_lab.dotnet.collections.sorting import binary_search, sort
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException

_LONGEST = 0x7FEFFFFF
_FIRST_CAPACITY = 4


class List:
    """A `List<T>`. A change that ends an enumeration makes the `version` greater."""

    __slots__ = ("capacity", "element", "items", "type", "version")
    is_read_only: ClassVar[bool] = False

    def __init__(self, element: TypeArgument, items: Iterable[Any] = ()) -> None:
        self.element = element
        self.type = Type("List", (element.type,), "System.Collections.Generic.List")
        self.items = list(items)
        self.capacity = 0
        self.version = 0
        self.reserve_exactly(len(self.items))

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return enumerate_unchanged(self, self.items)

    # ---- room ------------------------------------------------------------------------------------------------

    def set_capacity(self, capacity: int) -> None:
        if capacity < len(self.items):
            raise ArgumentOutOfRangeException("capacity was less than the current size.", "value")
        self.reserve_exactly(capacity)

    def reserve_exactly(self, capacity: int) -> None:
        if capacity > _LONGEST:
            raise OutOfMemoryException("Array dimensions exceeded supported range.")
        allocate(max(capacity - self.capacity, 0) * OBJECT)
        self.capacity = capacity

    def reserve(self, length: int) -> None:
        """Room for so many items: at least twice what there was."""
        if length > self.capacity:
            self.reserve_exactly(max(2 * self.capacity or _FIRST_CAPACITY, length))

    def trim_excess(self) -> None:
        if len(self.items) < int(self.capacity * 0.9):
            self.capacity = len(self.items)

    # ---- one item --------------------------------------------------------------------------------------------

    def checked(self, index: int) -> int:
        if not 0 <= index < len(self.items):
            raise bad_index("index")
        return index

    def item(self, index: int) -> Any:
        return self.items[self.checked(index)]

    def set_item(self, index: int, item: Any) -> None:
        self.items[self.checked(index)] = item
        self.version += 1

    def add(self, item: Any) -> None:
        self.version += 1
        if len(self.items) == self.capacity:
            self.reserve(self.capacity + 1)
        self.items.append(item)

    def insert(self, index: int, item: Any) -> None:
        if not 0 <= index <= len(self.items):
            raise ArgumentOutOfRangeException("Index must be within the bounds of the List.", "index")
        self.reserve(len(self.items) + 1)
        self.items.insert(index, item)
        self.version += 1

    def remove(self, item: Any) -> bool:
        index = self.index_of(item)
        if index >= 0:
            self.remove_at(index)
        return index >= 0

    def remove_at(self, index: int) -> None:
        del self.items[self.checked(index)]
        self.version += 1

    # ---- several items ---------------------------------------------------------------------------------------

    def part(self, index: int, count: int) -> slice:
        """The items [index:index + count]; raises ArgumentOutOfRangeException and ArgumentException."""
        if index < 0:
            raise negative("index")
        if count < 0:
            raise negative("count")
        if count > len(self.items) - index:
            raise ArgumentException(OUT_OF_BOUNDS)
        return slice(index, index + count)

    def add_range(self, collection: Any) -> None:
        self.insert_range(len(self.items), collection)

    def insert_range(self, index: int, collection: Any) -> None:
        given(collection, "collection")
        if not 0 <= index <= len(self.items):
            raise bad_index("index")
        count = count_of(self.element.library, collection)
        if count is None:
            self._insert_each(index, collection)
        elif count:
            self.reserve(len(self.items) + count)
            self.items[index:index] = list(self.element.items(collection))
        self.version += 1

    def _insert_each(self, index: int, collection: Any) -> None:
        for place, item in enumerate(self.element.items(collection), index):
            self.insert(place, item)

    def remove_range(self, index: int, count: int) -> None:
        part = self.part(index, count)
        if count:
            del self.items[part]
            self.version += 1

    def remove_all(self, match: Match) -> int:
        """How many items were removed."""
        matches = given(match, "match")
        kept = [item for item in list(self.items) if not matches(item)]
        removed = len(self.items) - len(kept)
        if removed:
            self.items[:] = kept
            self.version += 1
        return removed

    def clear(self) -> None:
        self.items.clear()
        self.version += 1

    def get_range(self, index: int, count: int) -> "List":
        return List(self.element, self.items[self.part(index, count)])

    def to_array(self) -> Array | Bytes:
        return holding(self.items, self.element.type)

    def copy_to(self, array: Any, index: int = 0) -> None:
        copy(self.element.library, Part(self.to_array(), 0), Part(array, index), len(self.items))

    def copy_part_to(self, index: int, array: Any, array_index: int, count: int) -> None:
        if len(self.items) - index < count:
            raise ArgumentException(OUT_OF_BOUNDS)
        copy(self.element.library, Part(self.to_array(), index), Part(array, array_index), count)

    # ---- searches --------------------------------------------------------------------------------------------

    def contains(self, item: Any) -> bool:
        return self.index_of(item) >= 0

    def index_of(self, item: Any, index: int = 0, count: int | None = None) -> int:
        size = len(self.items)
        if index > size:
            raise bad_index("index")
        if count is None:
            count = size - index
        elif count < 0 or index > size - count:
            raise bad_count()
        if index < 0:
            raise bad_index()
        return index_of(self.items, self.element.type, item, index, index + count)

    def last_index_of(self, item: Any, index: int | None = None, count: int | None = None) -> int:
        size = len(self.items)
        if index is None:
            return last_index_of(self.items, item, 0, size)
        if count is None and index >= size:
            raise bad_index("index")
        count = index + 1 if count is None else count
        if size == 0:
            return -1
        self._check_backwards(index, count)
        return last_index_of(self.items, item, index - count + 1, index + 1)

    def _check_backwards(self, index: int, count: int) -> None:
        for value, name in ((index, "index"), (count, "count")):
            if value < 0:
                raise negative(name)
        for value, most, name in ((index, len(self.items) - 1, "index"), (count, index + 1, "count")):
            if value > most:
                raise ArgumentOutOfRangeException("Larger than collection size.", name)

    def find(self, match: Match) -> Any:
        return self._first(self.items, match)

    def find_last(self, match: Match) -> Any:
        return self._first(reversed(self.items), match)

    def _first(self, items: Iterable[Any], match: Match) -> Any:
        matches = given(match, "match")
        return next((item for item in list(items) if matches(item)), self.element.default)

    def find_all(self, match: Match) -> "List":
        matches = given(match, "match")
        return List(self.element, [item for item in list(self.items) if matches(item)])

    def exists(self, match: Match) -> bool:
        return find_index(self.items, match, 0, len(self.items)) >= 0

    def true_for_all(self, match: Match) -> bool:
        matches = given(match, "match")
        return all(matches(item) for item in list(self.items))

    def find_index(self, match: Match) -> int:
        return self.find_index_in(0, len(self.items), match)

    def find_index_from(self, start: int, match: Match) -> int:
        return self.find_index_in(start, len(self.items) - start, match)

    def find_index_in(self, start: int, count: int, match: Match) -> int:
        if not 0 <= start <= len(self.items):
            raise bad_index()
        if not 0 <= count <= len(self.items) - start:
            raise bad_count()
        return find_index(self.items, match, start, start + count)

    def find_last_index(self, match: Match) -> int:
        return self.find_last_index_in(len(self.items) - 1, len(self.items), match)

    def find_last_index_from(self, start: int, match: Match) -> int:
        return self.find_last_index_in(start, start + 1, match)

    def find_last_index_in(self, start: int, count: int, match: Match) -> int:
        given(match, "match")
        if not (0 <= start < len(self.items) or (start == -1 and not self.items)):
            raise bad_index()
        if not 0 <= count <= start + 1:
            raise bad_count()
        return find_last_index(self.items, match, start - count + 1, start + 1)

    def binary_search(self, item: Any, comparer: IComparer | None = None) -> int:
        return self.binary_search_in(0, len(self.items), item, comparer)

    def binary_search_in(self, index: int, count: int, item: Any, comparer: IComparer | None) -> int:
        self.part(index, count)
        return binary_search(list(self.items), index, count, item, comparing(self.element.library, comparer))

    # ---- all items -------------------------------------------------------------------------------------------

    def for_each(self, action: Callable[[Any], object] | None) -> None:
        act = given(action, "action")
        for item in self:
            act(item)

    def converted(self, result: TypeArgument, converter: Callable[[Any], Any] | None) -> "List":
        convert = given(converter, "converter")
        return List(result, [convert(item) for item in list(self.items)])

    def reverse(self, index: int = 0, count: int | None = None) -> None:
        part = self.part(index, len(self.items) if count is None else count)
        self.items[part] = self.items[part][::-1]
        self.version += 1

    def sort(self, comparer: IComparer | None = None) -> None:
        self.sort_part(0, len(self.items), comparer)

    def sort_part(self, index: int, count: int, comparer: IComparer | None) -> None:
        self.part(index, count)
        sort(self.items, index, count, comparing(self.element.library, comparer))
        self.version += 1

    def sort_by(self, comparison: Compare | None) -> None:
        sort(self.items, 0, len(self.items), given(comparison, "comparison"))
        self.version += 1

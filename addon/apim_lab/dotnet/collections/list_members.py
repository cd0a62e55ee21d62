"""The members of `List<T>`."""

from typing import Any

from apim_lab.csharp.binding.type_arguments import TypeArgument
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.dotnet.arguments import given, negative
from apim_lab.dotnet.collections.counted import count_of
from apim_lab.dotnet.collections.lists import List
from apim_lab.dotnet.collections.read_only import ReadOnlyCollection


def _with_capacity(element: TypeArgument) -> Any:
    def create(capacity: int) -> List:
        if capacity < 0:
            raise negative("capacity")
        created = List(element)
        created.reserve_exactly(capacity)
        return created

    return create


def _of_items(element: TypeArgument) -> Any:
    def create(collection: Any) -> List:
        created = List(element)
        created.reserve_exactly(count_of(element.library, given(collection, "collection")) or 0)
        for item in element.items(collection):
            created.add(item)
        created.version = 0
        return created

    return create


_LIST = Definition(
    "class List<T> : IList<T>, IReadOnlyCollection<T>",
    "System.Collections.Generic.List",
    members={
        "new()": lambda element: lambda: List(element),
        "new(int capacity)": _with_capacity,
        "new(IEnumerable<T> collection)": _of_items,
        "int Capacity": lambda items: items.capacity,
        "int Capacity { set; }": List.set_capacity,
        "int Count": len,
        "T this[int index]": List.item,
        "T this[int index] { set; }": List.set_item,
        "void Add(T item)": List.add,
        "ReadOnlyCollection<T> AsReadOnly()": ReadOnlyCollection,
        "void AddRange(IEnumerable<T> collection)": List.add_range,
        "int BinarySearch(T item)": List.binary_search,
        "int BinarySearch(T item, IComparer<T> comparer)": List.binary_search,
        "int BinarySearch(int index, int count, T item, IComparer<T> comparer)": List.binary_search_in,
        "void Clear()": List.clear,
        "bool Contains(T item)": List.contains,
        "List<TOutput> ConvertAll<TOutput>(Converter<T, TOutput> converter)": lambda result: (
            lambda items, converter: items.converted(result, converter)
        ),
        "void CopyTo(T[] array)": List.copy_to,
        "void CopyTo(T[] array, int arrayIndex)": List.copy_to,
        "void CopyTo(int index, T[] array, int arrayIndex, int count)": List.copy_part_to,
        "bool Exists(Predicate<T> match)": List.exists,
        "T Find(Predicate<T> match)": List.find,
        "List<T> FindAll(Predicate<T> match)": List.find_all,
        "int FindIndex(Predicate<T> match)": List.find_index,
        "int FindIndex(int startIndex, Predicate<T> match)": List.find_index_from,
        "int FindIndex(int startIndex, int count, Predicate<T> match)": List.find_index_in,
        "T FindLast(Predicate<T> match)": List.find_last,
        "int FindLastIndex(Predicate<T> match)": List.find_last_index,
        "int FindLastIndex(int startIndex, Predicate<T> match)": List.find_last_index_from,
        "int FindLastIndex(int startIndex, int count, Predicate<T> match)": List.find_last_index_in,
        "void ForEach(Action<T> action)": List.for_each,
        "List<T> GetRange(int index, int count)": List.get_range,
        "int IndexOf(T item)": List.index_of,
        "int IndexOf(T item, int index)": List.index_of,
        "int IndexOf(T item, int index, int count)": List.index_of,
        "void Insert(int index, T item)": List.insert,
        "void InsertRange(int index, IEnumerable<T> collection)": List.insert_range,
        "int LastIndexOf(T item)": List.last_index_of,
        "int LastIndexOf(T item, int index)": List.last_index_of,
        "int LastIndexOf(T item, int index, int count)": List.last_index_of,
        "bool Remove(T item)": List.remove,
        "int RemoveAll(Predicate<T> match)": List.remove_all,
        "void RemoveAt(int index)": List.remove_at,
        "void RemoveRange(int index, int count)": List.remove_range,
        "void Reverse()": List.reverse,
        "void Reverse(int index, int count)": List.reverse,
        "void Sort()": List.sort,
        "void Sort(IComparer<T> comparer)": List.sort,
        "void Sort(Comparison<T> comparison)": List.sort_by,
        "void Sort(int index, int count, IComparer<T> comparer)": List.sort_part,
        "T[] ToArray()": List.to_array,
        "void TrimExcess()": List.trim_excess,
        "bool TrueForAll(Predicate<T> match)": List.true_for_all,
    },
)

DEFINITIONS = (_LIST,)

"""Collections that cannot be changed, or not in their length."""

from collections.abc import Iterator
from typing import Any, ClassVar, Protocol

from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.exceptions import NotSupportedException


class ReadOnly:
    """An `ICollection<T>` or `IList<T>` whose changing methods throw."""

    __slots__ = ()
    is_read_only: ClassVar[bool] = True
    refusal: ClassVar[str] = "Collection is read-only."

    def _refuse(self, *_arguments: Any) -> Any:
        raise NotSupportedException(self.refusal)

    add = clear = insert = remove = remove_at = set_item = _refuse


class ListLike(Protocol):
    """What can be shown: a list, or an array as one."""

    type: Type

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def item(self, index: int) -> Any: ...
    def contains(self, item: Any) -> bool: ...
    def index_of(self, item: Any) -> int: ...
    def copy_to(self, array: Any, index: int) -> None: ...


_READ_ONLY_COLLECTION = "System.Collections.ObjectModel.ReadOnlyCollection"


class ReadOnlyCollection(ReadOnly):
    """`AsReadOnly()` of a list or an array, whose changes it shows."""

    __slots__ = ("items", "type")

    def __init__(self, items: ListLike) -> None:
        self.items = items
        self.type = Type("ReadOnlyCollection", items.type.arguments, _READ_ONLY_COLLECTION)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def item(self, index: int) -> Any:
        return self.items.item(index)

    def contains(self, item: Any) -> bool:
        return self.items.contains(item)

    def index_of(self, item: Any) -> int:
        return self.items.index_of(item)

    def copy_to(self, array: Any, index: int) -> None:
        self.items.copy_to(array, index)


DEFINITIONS = (
    Definition(
        "class ReadOnlyCollection<T> : IList<T>, IReadOnlyCollection<T>",
        _READ_ONLY_COLLECTION,
        is_allowed=False,
        members={
            "int Count": len,
            "T this[int index]": ReadOnlyCollection.item,
            "bool Contains(T value)": ReadOnlyCollection.contains,
            "void CopyTo(T[] array, int index)": ReadOnlyCollection.copy_to,
            "int IndexOf(T value)": ReadOnlyCollection.index_of,
        },
    ),
)

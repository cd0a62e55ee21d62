"""`IGrouping<TKey, TElement>` and `ILookup<TKey, TElement>`: items by their keys, in the order of their first ones."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from apim_lab.csharp.runtime.memory import OBJECT, REFERENCE, allocate
from apim_lab.csharp.symbols.definitions import Definition
from apim_lab.csharp.types import Type
from apim_lab.dotnet.collections.equality import DefaultEquality, EqualityComparer
from apim_lab.dotnet.values import Enumerable


class Grouping:
    """The items that have one key."""

    __slots__ = ("items", "key", "type")

    def __init__(self, key: Any, type_: Type) -> None:
        self.key = key
        self.type = type_
        self.items: list[Any] = []

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class Lookup:
    """Groupings by key."""

    __slots__ = ("equality", "groupings", "type")

    def __init__(self, key: Type, element: Type, comparer: EqualityComparer | None = None) -> None:
        self.equality = comparer or DefaultEquality(key)
        self.type = Type("ILookup", (key, element), "System.Linq.Lookup")
        self.groupings: dict[Any, Grouping] = {}

    def filled(self, items: Iterable[Any], key_of: Callable[[Any], Any], element_of: Any = None) -> "Lookup":
        for item in items:
            self.add(key_of(item), item if element_of is None else element_of(item))
        return self

    def filled_for_join(self, items: Iterable[Any], key_of: Callable[[Any], Any]) -> "Lookup":
        """Nothing is joined with null."""
        for item in items:
            if (key := key_of(item)) is not None:
                self.add(key, item)
        return self

    def add(self, key: Any, item: Any) -> None:
        found = self.equality.key(key)
        if found not in self.groupings:
            allocate(2 * OBJECT)
            self.groupings[found] = Grouping(key, Type("IGrouping", self.type.arguments, "System.Linq.Grouping"))
        allocate(REFERENCE)
        self.groupings[found].items.append(item)

    def items_of(self, key: Any) -> list[Any]:
        grouping = self.groupings.get(self.equality.key(key))
        return [] if grouping is None else grouping.items

    def __len__(self) -> int:
        return len(self.groupings)

    def __iter__(self) -> Iterator[Grouping]:
        return iter(self.groupings.values())

    def item(self, key: Any) -> Any:
        """The grouping, or an empty sequence."""
        grouping = self.groupings.get(self.equality.key(key))
        return Enumerable(lambda: (), self.type.arguments[1]) if grouping is None else grouping

    def contains(self, key: Any) -> bool:
        return self.equality.key(key) in self.groupings


DEFINITIONS = (
    Definition(
        "interface IGrouping<out TKey, out TElement> : IEnumerable<TElement>",
        "System.Linq.IGrouping",
        members={"TKey Key": lambda grouping: grouping.key},
    ),
    Definition(
        "interface ILookup<TKey, TElement> : IEnumerable<IGrouping<TKey, TElement>>",
        "System.Linq.ILookup",
        members={
            "int Count": len,
            "IEnumerable<TElement> this[TKey key]": Lookup.item,
            "bool Contains(TKey key)": Lookup.contains,
        },
    ),
)

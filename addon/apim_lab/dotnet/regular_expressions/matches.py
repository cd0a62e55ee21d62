"""`Match`, `Group`, `Capture` and their collections. Source: dotnet/corefx 3.1, Match.cs, Group.cs, Capture.cs."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from apim_lab.csharp.runtime.memory import OBJECT, allocate
from apim_lab.csharp.types import Type
from apim_lab.dotnet.exceptions import ArgumentOutOfRangeException
from apim_lab.dotnet.regular_expressions.engine import Found
from apim_lab.dotnet.values import Convertible

if TYPE_CHECKING:
    from apim_lab.dotnet.regular_expressions.searches import Search

_NAMESPACE = "System.Text.RegularExpressions"


def _type(name: str) -> Type:
    return Type(name, full_name=f"{_NAMESPACE}.{name}")


class Capture(Convertible):
    """A part of the text. Its value is cut out where it is asked for."""

    type = _type("Capture")

    def __init__(self, source: str, start: int, end: int) -> None:
        allocate(OBJECT)
        self.source, self.start, self.end = source, start, end

    def text(self) -> str:
        allocate(self.end - self.start)
        return self.source[self.start : self.end]


class Group(Capture):
    """What a group of the pattern matched last, and each time; nothing if it took no part."""

    type = _type("Group")

    def __init__(self, source: str, spans: list[tuple[int, int]], name: str) -> None:
        super().__init__(source, *(spans[-1] if spans else (0, 0)))
        self.spans = spans
        self.name = name

    @property
    def success(self) -> bool:
        return bool(self.spans)

    @cached_property
    def captures(self) -> "CaptureCollection":
        allocate(OBJECT * len(self.spans))
        return CaptureCollection(self.source, self.spans)


class Match(Group):
    """One match of a search, or, without one, `Match.Empty`."""

    type = _type("Match")

    def __init__(self, search: "Search | None" = None, found: Found | None = None) -> None:
        self.search, self.found = search, found
        super().__init__(search.source if search else "", self._spans(0), "0")

    def _spans(self, group: int | str) -> list[tuple[int, int]]:
        """Where the group matched, in the whole text."""
        if self.search is None or self.found is None:
            return []
        offset = self.search.offset
        spans: list[tuple[int, int]] = self.found.spans(group)
        return [(start + offset, end + offset) for start, end in spans] if offset else spans

    @cached_property
    def groups(self) -> "GroupCollection":
        return GroupCollection(self)

    def group(self, number: int) -> Group | None:
        """None if the pattern has no such group."""
        if number == 0:
            return self
        if self.search is None or self.found is None or number not in self.search.engine.groups.numbers:
            return None
        spans = self._spans(f"g{number}")
        allocate(OBJECT * len(spans))
        return Group(self.source, spans, self.search.engine.groups.name_of(number))

    def following(self) -> "Match":
        """`NextMatch()`."""
        return self if self.search is None or self.found is None else self.search.after(self.found)


EMPTY = Match()


class Collection[T]:
    """Items by their index; it finds no more of them than it is asked for."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items: list[T] = []
        self._rest = items

    def __iter__(self) -> Iterator[T]:
        index = 0
        while self._has(index):
            yield self._items[index]
            index += 1

    def _has(self, index: int) -> bool:
        while len(self._items) <= index:
            item = next(self._rest, None)
            if item is None:
                return False
            self._items.append(item)
        return True

    def __len__(self) -> int:
        self._items.extend(self._rest)
        return len(self._items)

    def item(self, index: int) -> T:
        if index < 0 or not self._has(index):
            raise ArgumentOutOfRangeException(parameter="i")
        return self._items[index]


class CaptureCollection(Collection[Capture]):
    type = _type("CaptureCollection")

    def __init__(self, source: str, spans: list[tuple[int, int]]) -> None:
        super().__init__(Capture(source, *span) for span in spans)


class MatchCollection(Collection[Match]):
    type = _type("MatchCollection")


_NO_GROUP = Group("", [], "")


class GroupCollection:
    """The groups of a match; an unknown group is one that took no part."""

    type = _type("GroupCollection")

    def __init__(self, match: Match) -> None:
        self._match = match
        self._known: dict[int, Group] = {}
        groups = match.search.engine.groups if match.search and match.found else None
        self.numbers = groups.numbers if groups else [0]
        self._number_of: Callable[[str], int | None] = groups.number_of if groups else {"0": 0}.get

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Group]:
        return map(self.numbered, self.numbers)

    def numbered(self, number: int) -> Group:
        if number not in self._known:
            self._known[number] = self._match.group(number) or _NO_GROUP
        return self._known[number]

    def named(self, name: str) -> Group:
        number = self._number_of(name)
        return _NO_GROUP if number is None else self.numbered(number)

    def has(self, name: str) -> bool:
        return self._number_of(name) is not None

"""Arrays and constructors. Source: Newtonsoft.Json 13.0.1, Linq/JArray.cs, Linq/JConstructor.cs."""

from collections.abc import Sequence
from typing import Self

from apim_lab.csharp.runtime.memory import allocate
from apim_lab.dotnet.arguments import bad_index
from apim_lab.dotnet.exceptions import ArgumentException
from apim_lab.newtonsoft.text.writer import write_array, write_constructor
from apim_lab.newtonsoft.token_types import ARRAY, CONSTRUCTOR, PROPERTY
from apim_lab.newtonsoft.tokens.raw import EXPANDING, MAKERS, child_of, counted
from apim_lab.newtonsoft.tokens.token import TOKEN_SIZE, JContainer, JToken, out_of_range
from apim_lab.newtonsoft.tokens.value import is_unchanged, null


class JList(JContainer):
    """An array or a constructor. `raw` are the items as the json module read them, until `items` is asked for."""

    __slots__ = ("items", "raw")
    items: list[JToken]

    def __init__(self, raw: list[object] | None = None) -> None:
        self.parent = None
        self.version = 0
        self.raw = raw
        if raw is None:
            self.items = []

    def __getattr__(self, name: str) -> list[JToken]:
        if name != "items":
            raise AttributeError(name)
        with EXPANDING:
            raw = self.raw
            if raw is not None:
                allocate(len(raw) * TOKEN_SIZE)
                self.items = [child_of(value, self) for value in raw]
                self.raw = None
        return self.items

    def __len__(self) -> int:
        raw = self.raw
        return len(self.items if raw is None else raw)

    def children(self) -> Sequence[JToken]:
        return self.items

    def clone(self) -> Self:
        allocate(TOKEN_SIZE)
        copy = self.with_raw(self.raw)
        if copy.raw is None:
            copy.items = [item.clone() for item in self.items]
            for item in copy.items:
                item.parent = copy
        return copy

    def with_raw(self, raw: list[object] | None) -> Self:
        """A new one of these raw items, or an empty one."""
        return self.__class__(raw)

    def equals(self, other: JToken) -> bool:
        if self is other:
            return True
        same = other.__class__ is self.__class__ and isinstance(other, JList) and len(self) == len(other)
        return same and all(a.equals(b) for a, b in zip(self.children(), other.children(), strict=True))

    def checked(self, item: JToken) -> JToken:
        item = self.owned(item)
        if item.type is PROPERTY:
            raise self.refusal(item)
        return item

    def at(self, index: int) -> JToken:
        """Raises ArgumentOutOfRangeException."""
        if not 0 <= index < len(self):
            raise bad_index("index")
        return self.items[index]

    def insert(self, index: int, item: JToken) -> None:
        if index > len(self):
            raise out_of_range("Index must be within the bounds of the List.")
        item = self.checked(item)
        if index < 0:
            raise bad_index("index")
        self.version += 1
        item.parent = self
        self.items.insert(index, item)

    def replace_at(self, index: int, item: JToken | None) -> None:
        self._check_bounds(index)
        existing = self.items[index]
        if is_unchanged(existing, item):
            return
        item = self.checked(null() if item is None else item)
        self.version += 1
        item.parent, existing.parent = self, None
        self.items[index] = item

    def remove_at(self, index: int) -> None:
        self._check_bounds(index)
        self.version += 1
        self.items.pop(index).parent = None

    def _check_bounds(self, index: int) -> None:
        if index < 0:
            raise out_of_range("Index is less than 0.")
        if index >= len(self):
            raise out_of_range("Index is equal to or greater than Count.")

    def clear(self) -> None:
        self.version += 1
        for item in self.items:
            item.parent = None
        self.items = []


class JArray(JList):
    __slots__ = ()
    type = ARRAY

    def written(self, line: str) -> str:
        raw = self.raw
        return write_array(self.items, line) if raw is None else counted(write_array(raw, line))


class JConstructor(JList):
    """`new Date(1)` in what JavaScript took for JSON."""

    __slots__ = ("name",)
    type = CONSTRUCTOR

    def __init__(self, name: str | None = None) -> None:
        """Raises ArgumentException for an empty name."""
        super().__init__()
        if name == "":
            raise ArgumentException("Constructor name cannot be empty.", "name")
        self.name = name

    def with_raw(self, _raw: list[object] | None) -> Self:
        return self.__class__(self.name)

    def equals(self, other: JToken) -> bool:
        return isinstance(other, JConstructor) and self.name == other.name and super().equals(other)

    def written(self, line: str) -> str:
        return write_constructor(self.name or "", self.items, line)


MAKERS[list] = JArray

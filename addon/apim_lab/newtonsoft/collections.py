"""Tokens as what .NET's interfaces show of them: `IList<JToken>`, and a JObject's `IDictionary<string, JToken>`.

Source: Newtonsoft.Json 13.0.1, Linq/JContainer.cs, Linq/JObject.cs, Linq/JPropertyKeyedCollection.cs.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from apim_lab.csharp.symbols.library import Library
from apim_lab.csharp.types import STRING, Type
from apim_lab.dotnet.arguments import bad_index, given
from apim_lab.dotnet.collections.copying import copy_items
from apim_lab.dotnet.collections.dictionary_interface import as_dictionary, keys_of, values_of
from apim_lab.dotnet.collections.interfaces import as_collection
from apim_lab.dotnet.collections.read_only import ReadOnly
from apim_lab.dotnet.exceptions import ArgumentException, ArgumentOutOfRangeException, NotImplementedException
from apim_lab.dotnet.values import KeyValuePair
from apim_lab.newtonsoft.access import member
from apim_lab.newtonsoft.sequences import TOKEN
from apim_lab.newtonsoft.tokens import JContainer, JObject, JToken, new_property
from apim_lab.newtonsoft.tokens.value import null

_TOO_SMALL = (
    "The number of elements in the source JObject is greater than the available space from arrayIndex to the end of "
    "the destination array."
)


def copy_to(items: Any, array: Any, index: int) -> None:
    """`CopyTo(array, arrayIndex)`."""
    target = given(array, "array")
    if index < 0:
        raise ArgumentOutOfRangeException("arrayIndex is less than 0.", "arrayIndex")
    if index >= len(target) and index:
        raise ArgumentException("arrayIndex is equal to or greater than the length of array.")
    if len(items) > len(target) - index:
        raise ArgumentException(_TOO_SMALL)
    target[index : index + len(items)] = items


class ContainerAsList:
    """A container as an `IList<JToken>`; a JObject also takes pairs, as it is a collection of those, too."""

    is_read_only: ClassVar[bool] = False

    def __init__(self, owner: JContainer, _library: Library) -> None:
        self.owner = owner

    def item(self, index: int) -> JToken:
        children = self.owner.children()
        if not 0 <= index < len(children):
            raise bad_index("index")
        return children[index]

    def set_item(self, index: int, item: JToken | None) -> None:
        self.owner.replace_at(index, item)

    def add(self, item: Any) -> None:
        self.owner.append(_child(item))

    def insert(self, index: int, item: JToken | None) -> None:
        self.owner.insert(index, _child(item))

    def clear(self) -> None:
        self.owner.clear()

    def contains(self, item: Any) -> bool:
        return self._has(item) if isinstance(item, KeyValuePair) else self.index_of(item) >= 0

    def _has(self, pair: KeyValuePair) -> bool:
        return isinstance(self.owner, JObject) and self.owner.members.get(pair.key) is pair.value

    def copy_to(self, array: Any, index: int) -> None:
        items: Any = self.owner.children()
        if isinstance(self.owner, JObject) and given(array, "array").type.arguments[0].name == "KeyValuePair":
            items = list(self.owner.pairs())
        copy_to(items, array, index)

    def remove(self, item: Any) -> bool:
        if not isinstance(item, KeyValuePair):
            return self.owner.remove(item)
        return self._has(item) and isinstance(self.owner, JObject) and self.owner.remove_named(item.key)

    def remove_at(self, index: int) -> None:
        self.owner.remove_at(index)

    def index_of(self, item: JToken | None) -> int:
        return self.owner.index_of(item)


def _child(item: Any) -> JToken:
    if isinstance(item, KeyValuePair):
        return new_property(item.key, item.value)
    return null() if item is None else item


class ObjectAsDictionary:
    """A JObject as an `IDictionary<string, JToken>`."""

    def __init__(self, owner: JObject) -> None:
        self.owner = owner

    def __getitem__(self, key: str | None) -> JToken | None:
        return member(self.owner, key)

    def __contains__(self, key: str | None) -> bool:
        return given(key, "propertyName") in self.owner.members

    def set_item(self, key: str | None, value: JToken | None) -> None:
        self.owner.set(key, value)

    def add(self, key: str | None, value: JToken | None) -> None:
        self.owner.append(new_property(key, value))

    def remove(self, key: str | None) -> bool:
        return self.owner.remove_named(key)

    def try_get_value(self, key: str | None) -> tuple[bool, JToken | None]:
        found = None if key is None else self.owner.members.get(key)
        return found is not None, found


class KeyCollection(ReadOnly):
    """The names of a JObject's properties."""

    __slots__ = ("owner", "type")
    refusal: ClassVar[str] = "Mutating a key collection derived from a dictionary is not allowed."

    def __init__(self, owner: JObject) -> None:
        self.owner = owner
        self.type = Type(
            "Dictionary.KeyCollection", (STRING, TOKEN), "System.Collections.Generic.Dictionary`2+KeyCollection"
        )

    def __len__(self) -> int:
        return len(self.owner)

    def __iter__(self) -> Iterator[str]:
        return iter(self.owner.members)

    def contains(self, key: str | None) -> bool:
        return key in self.owner.members

    def copy_to(self, array: Any, index: int) -> None:
        copy_items(list(self), array, index)


def _no_values(_owner: JObject) -> Any:
    """Newtonsoft never wrote it."""
    raise NotImplementedException


as_collection.register(JContainer, ContainerAsList)
as_dictionary.register(JObject, ObjectAsDictionary)
keys_of.register(JObject, KeyCollection)
values_of.register(JObject, _no_values)
